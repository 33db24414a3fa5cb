import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../src/base/subprocess.ts";
import { openSandbox, parseReport, type Sandbox } from "./perfgap.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox();
  const source = resolve("workloads/sum-array/c/main.c");
  for (const name of ["first", "second"])
    await tool(["cc", "-O2", "-g", "-o", join(sandbox.directory, name), source]);
});

afterAll(() => sandbox.remove());

async function tool(argv: readonly [string, ...string[]]): Promise<string> {
  const result = await runCommand({ argv, workingDirectory: sandbox.directory, timeoutMs: 120_000 });
  expect(result, `${argv.join(" ")}\n${result.stderr}`).toMatchObject({ kind: "exited", code: 0 });
  return result.stdout;
}

const quick = [
  "explain",
  "cmd:./first",
  "cmd:./second",
  "--quick",
  "--budget",
  "8s",
  "--json",
  "-q",
] as const;

describe("profiles of prebuilt programs", () => {
  test("go out in the formats of other tools, and one of them comes in again", async () => {
    parseReport(await sandbox.perfgap(...quick, "--", "150000"));
    const shown = await sandbox.perfgap(
      ...["report", "--export-pprof", "out", "--export-folded", "out", "--export-speedscope", "out"],
    );
    expect(shown, shown.stderr).toMatchObject({ code: 0 });
    expect(shown.stderr).toContain("profile of cmd-first: out/cmd-first.pb.gz");

    const top = await tool(["go", "tool", "pprof", "-top", "out/cmd-first.pb.gz"]);
    expect(top).toMatch(/^Type: cpu$/m);
    const hottest = top.slice(top.indexOf("flat%")).split("\n")[1];
    expect(hottest, top).toMatch(/ sum$/);
    expect(readFileSync(join(sandbox.directory, "out/cmd-first.folded.txt"), "utf8")).toMatch(/sum \d+$/m);
    const speedscope = JSON.parse(
      readFileSync(join(sandbox.directory, "out/cmd-second.speedscope.json"), "utf8"),
    ) as Record<string, unknown>;
    expect(speedscope["$schema"]).toBe("https://www.speedscope.app/file-format-schema.json");

    const imported = parseReport(
      await sandbox.perfgap(...quick, "--import-profile", "cmd-first=out/cmd-first.pb.gz", "--", "150000"),
    );
    expect(imported.accounting[0]?.method).toMatch(/^perf, \d+ samples in 1 runs$/);
    expect(imported.evidence.find(({ id }) => id === "cmd-first-listing-1")?.title).toMatch(/^sum: hot loop/);
    expect(imported.warnings.map(({ message }) => message)).toContain(
      "cmd-first: variation between runs: the profile was brought in as one file",
    );
  });

  test.each([
    ["none=first", /^error: No program is called "none"/],
    ["cmd-first=nowhere.pb.gz", /^error: nowhere\.pb\.gz cannot be read/],
    ["nonsense", /Write the program's name and a file/],
  ])("--import-profile %s is refused before anything is measured", async (value, message) => {
    const refused = await sandbox.perfgap(...quick, "--import-profile", value);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(message);
  });
});
