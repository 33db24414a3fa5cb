import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildProgram } from "../../src/cli/program.ts";
import { fakeContext } from "../support/fake-cli.ts";
import { manPage } from "../support/man-page.ts";

const root = join(import.meta.dirname, "../..");

test("the manual says what the commands say (npx tsx test/support/write-man.ts)", async () => {
  const stored = readFileSync(join(root, "man/perfgap.1"), "utf8");
  expect(stored).toBe(manPage(await buildProgram(fakeContext())));
});

test("the manual is a part of the package", () => {
  const about = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly man: string;
    readonly files: readonly string[];
  };
  expect(about.man).toBe("./man/perfgap.1");
  expect(about.files).toContain("man");
});

test("no line of it begins with what the formatter would take for a command of its own", async () => {
  const lines = manPage(await buildProgram(fakeContext())).split("\n");
  const known = /^\.(TH|SH|SS|TP|B|I) |^\.TP$/;
  expect(lines.filter((line) => /^[.']/.test(line) && !known.test(line))).toEqual([]);
});
