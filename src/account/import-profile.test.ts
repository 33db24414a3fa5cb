import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { importProfile } from "./import-profile.ts";

const golden = (name: string) => fileURLToPath(new URL(`../../test/golden/profile/${name}`, import.meta.url));

test("pprof and perf script come in as a profile of one run", async () => {
  for (const name of ["go-1.26-probe.pprof", "perf-6.1-go.txt"]) {
    const read = await importProfile(golden(name), "go", "/build/gobt.bin");
    if (!read.ok) throw new Error(read.error);
    expect(read.value.runs).toHaveLength(1);
    expect(read.value.frames.some((frame) => frame.symbol === "main.sum")).toBe(true);
  }
});

test("other files are refused by name", async () => {
  const folder = temporaryFolder();
  for (const content of ["", "hello\n".repeat(5000), "\u001f\u008b\u0000"]) {
    writeFileSync(`${folder}/x`, content);
    const read = await importProfile(`${folder}/x`, "s", "/p");
    expect(read.ok ? "" : read.error).toContain(`${folder}/x`);
  }
  expect(await importProfile(`${folder}/none`, "s", "/p")).toMatchObject({ ok: false });
});
