import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Failure } from "../../src/base/failure.ts";
import { openBuilder } from "../../src/build/builder.ts";
import { cmd } from "../../src/languages/cmd/index.ts";
import type { Workload } from "../../src/model/case.ts";
import type { Invocation } from "../../src/model/invocation.ts";
import type { Runner } from "../../src/model/run.ts";
import { baselineSetting } from "../../src/model/setting.ts";
import { openRunner } from "../../src/runner/open-runner.ts";
import { type Verification, verifyOutputs } from "../../src/verify/verify-outputs.ts";

let runner: Runner;
let folder: string;
beforeAll(async () => {
  runner = await openRunner();
});
afterAll(() => runner.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "perfgap hostile 'x' "));
});
afterEach(() => rm(folder, { recursive: true }));

/** Verifies shell scripts as prebuilt commands, through the real builder and the real runner. */
async function verify(
  scripts: Readonly<Record<string, string>>,
  workload: Partial<Workload> = {},
): Promise<Verification> {
  const builder = await openBuilder({ cacheDirectory: join(folder, "cache"), languages: [cmd] });
  const invocations: Invocation[] = [];
  for (const [id, script] of Object.entries(scripts)) {
    const path = join(folder, `${id}.sh`);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    const subject = { id, language: "cmd", path: folder, command: [path] };
    const search = await cmd.findToolchain(subject);
    if (search.kind === "missing") throw new Error(search.reason);
    const { toolchain } = search;
    const built = await builder.build({
      subject,
      toolchain,
      setting: baselineSetting.build,
      purpose: "timed",
    });
    if (!built.ok) throw new Error(built.error.output);
    invocations.push({ subject, artifact: built.value, run: baselineSetting.run });
  }
  await builder.close();
  await mkdir(join(folder, "outputs"), { recursive: true });
  return verifyOutputs(
    {
      runner,
      surroundings: {
        workload: { args: [], env: {}, compare: { kind: "exact" }, ...workload },
        environment: { PATH: process.env["PATH"] ?? "" },
        workingDirectory: folder,
        processors: [0],
        outputLimitBytes: 4 * 1024 ** 2,
      },
      scratchDirectory: join(folder, "outputs"),
    },
    invocations,
  );
}

async function failureOf(scripts: Readonly<Record<string, string>>, workload: Partial<Workload> = {}) {
  const error: unknown = await verify(scripts, workload).catch((thrown: unknown) => thrown);
  if (error instanceof Failure) return error;
  throw new Error(`no failure: ${String(error)}`);
}

const good = "echo 42";

test("arguments with quotes, newlines and spaces arrive as they are", async () => {
  const args = ["it's", 'a "b"', "line\nfeed", "", "$HOME `id`", "-n"];
  const print = 'for word; do printf "[%s]" "$word"; done';
  const { references } = await verify({ a: print, b: print }, { args });
  expect(references[0]?.bytes).toBe(Buffer.byteLength(args.map((word) => `[${word}]`).join("")));
});

test("a program that prints gigabytes is ended at its limit", async () => {
  expect(await failureOf({ flood: "yes", good })).toMatchObject({
    code: "output-flood",
    message: "flood wrote more than 4 MiB and was ended.",
  });
});

test("a program that ignores SIGTERM is ended at its limit, and so are the children that it forked", async () => {
  const marker = `3${process.pid}.5`;
  const failure = await failureOf(
    { stubborn: `trap '' TERM INT HUP; sleep ${marker} & sleep ${marker}`, good },
    { timeoutMs: 300 },
  );
  expect(failure).toMatchObject({ code: "program-waits", exit: "programFailed" });
  expect(failure.message).toContain("the limit that was given");
  const commands = await Promise.all(
    (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(commandLine),
  );
  expect(commands.filter((command) => command.includes(marker))).toEqual([]);
});

test("usage text, crash, random output, other output: each its own failure", async () => {
  expect(await failureOf({ picky: 'echo "usage: picky FILE" >&2; exit 2', good })).toMatchObject({
    code: "program-wants-input",
    message: 'picky ended with code 2 at once and printed "usage: picky FILE".',
  });
  expect(await failureOf({ crash: "kill -SEGV $$", good })).toMatchObject({
    code: "program-crashed",
    message: "crash crashed (SIGSEGV).",
  });
  expect(await failureOf({ random: "head -c 8 /dev/urandom", good })).toMatchObject({
    code: "not-deterministic",
    exit: "outputsDiffer",
  });
  const differ = await failureOf({ good, other: "printf '\\033[2J\\377'" });
  expect(differ).toMatchObject({ code: "outputs-differ" });
  expect(differ.detail).toContain("\\u{1b}[2J\\xff");
});

test("a program that reads stdin gets none, or the file that was given", async () => {
  const { warnings } = await verify({ a: "cat", b: "cat" });
  expect(warnings.map(({ code }) => code)).toEqual(["nothing-printed"]);
  const stdinPath = join(folder, "in put");
  await writeFile(stdinPath, "words\n");
  const { references } = await verify({ a: "cat", b: "cat" }, { stdinPath });
  expect(references.map(({ bytes }) => bytes)).toEqual([6, 6]);
});

function commandLine(pid: string): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
}
