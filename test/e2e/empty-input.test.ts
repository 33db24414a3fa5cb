import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { straceSignal } from "../../src/host/host-signals.ts";
import { openSandbox, parseReport, type Sandbox } from "./perfgap.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox.remove());

const straceWorks = (await straceSignal()).state === "ok";

const scripts = {
  // What the child of a script reads is the script's input, too.
  reader: 'lines=$(wc -l); echo "$lines lines"',
  redirects: 'lines=$(wc -l </dev/null); echo "$lines lines"',
  idle: 'echo "0 lines"',
};

async function explain(...more: readonly string[]) {
  const ids = Object.keys(scripts);
  for (const [id, script] of Object.entries(scripts))
    await writeFile(join(sandbox.directory, `${id}.sh`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await writeFile(
    join(sandbox.directory, "case.toml"),
    ids.map((id) => `[[subject]]\nid = "${id}"\ncommand = ["./${id}.sh"]\n`).join("\n"),
  );
  return sandbox.perfgap(
    "explain",
    "case.toml",
    "--quick",
    "--no-profile",
    "--budget",
    "2s",
    "--seed",
    "3",
    ...more,
  );
}

test.skipIf(!straceWorks)(
  "a program that reads an input that was not given is named, one that redirects it or has it given is not",
  async () => {
    const report = parseReport(await explain("--json"));
    expect(report.warnings.filter(({ code }) => code === "empty-input")).toEqual([
      {
        code: "empty-input",
        appliesTo: "reader",
        message: expect.stringMatching(
          /^reader read its standard input, which is empty: give a file with --stdin/,
        ) as string,
      },
    ]);
    const { code, stdout } = await explain();
    expect(code).toBe(0);
    expect(stdout).toContain("! reader read its standard input, which is empty");
    const given = parseReport(await explain("--json", "--stdin", "/dev/null"));
    expect(given.warnings.map((warning) => warning.code)).not.toContain("empty-input");
  },
);
