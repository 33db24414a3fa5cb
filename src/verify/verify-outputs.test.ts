import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeBuiltLanguage, fakeToolchain } from "../../test/support/fake-built-language.ts";
import type { FakeCall, FakeProgram } from "../../test/support/fake-machine.ts";
import { createFakeProject, type FakeProject } from "../../test/support/fake-project.ts";
import { type FakeRunner, fakeRunner } from "../../test/support/fake-runner.ts";
import { Failure } from "../base/failure.ts";
import { openBuilder } from "../build/builder.ts";
import type { Workload } from "../model/case.ts";
import type { Invocation } from "../model/invocation.ts";
import type { RunResult } from "../model/run.ts";
import { baselineSetting } from "../model/setting.ts";
import type { Verifying } from "./kept-run.ts";
import { type Verification, verifyOutputs, verifyVariant } from "./verify-outputs.ts";

let project: FakeProject;
beforeEach(async () => {
  project = await createFakeProject();
});
afterEach(() => project.remove());

interface Scene {
  readonly go?: Partial<FakeProgram>;
  readonly rust?: Partial<FakeProgram>;
  readonly workload?: Partial<Workload>;
  readonly intercept?: (execution: number) => Partial<RunResult> | undefined;
  readonly signal?: AbortSignal;
  readonly outputLimitBytes?: number;
}

interface Stage {
  readonly verifying: Verifying;
  readonly invocations: readonly Invocation[];
  readonly runner: FakeRunner;
}

async function stage(scene: Scene): Promise<Stage> {
  const machine = {
    seed: 9,
    noise: { runSd: 0, layoutSd: 0 },
    programs: { go: { seconds: 0.3, ...scene.go }, rust: { seconds: 0.1, ...scene.rust } },
  };
  const builder = await openBuilder({
    cacheDirectory: project.cacheDirectory,
    languages: [fakeBuiltLanguage({ id: "fake", machine })],
  });
  const invocations: Invocation[] = [];
  for (const name of ["go", "rust"]) {
    const subject = await project.addSubject("fake", name, name);
    const { build, run } = baselineSetting;
    const built = await builder.build({
      subject,
      toolchain: fakeToolchain("fake"),
      setting: build,
      purpose: "timed",
    });
    if (!built.ok) throw new Error(built.error.output);
    invocations.push({ subject, artifact: built.value, run });
  }
  await builder.close();
  const runner = fakeRunner(machine, { intercept: (_request, execution) => scene.intercept?.(execution) });
  const verifying: Verifying = {
    runner,
    surroundings: {
      workload: { args: [], env: {}, compare: { kind: "exact" }, ...scene.workload },
      environment: {},
      workingDirectory: "/tmp",
      processors: [0],
      outputLimitBytes: scene.outputLimitBytes ?? 1e8,
    },
    scratchDirectory: join(project.directory, "outputs"),
    ...(scene.signal === undefined ? {} : { signal: scene.signal }),
  };
  return { verifying, invocations, runner };
}

async function verify(scene: Scene = {}): Promise<Verification & Stage> {
  const set = await stage(scene);
  return { ...set, ...(await verifyOutputs(set.verifying, set.invocations)) };
}

async function failureOf(scene: Scene): Promise<Failure> {
  const error: unknown = await verify(scene).catch((thrown: unknown) => thrown);
  if (error instanceof Failure) return error;
  throw new Error(`no failure: ${JSON.stringify(error)}`);
}

test("equal outputs: two runs of each, references kept, nothing else left", async () => {
  const { references, warnings, runner, verifying } = await verify();
  expect(warnings).toEqual([]);
  expect(runner.requests).toHaveLength(4);
  expect(references.map(({ subject, bytes }) => [subject, bytes])).toEqual([
    ["go", 3],
    ["rust", 3],
  ]);
  expect(references[0]?.longestWallTimeNs).toBeCloseTo(0.3e9, -3);
  expect(runner.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([60_000, 10_000, 60_000, 10_000]);
  expect(await readdir(verifying.scratchDirectory)).toEqual(["0.out", "1.out"]);
});

test("how long the two runs of a baseline took: the longer and the shorter", async () => {
  const { references } = await verify({
    intercept: (execution) => (execution === 1 ? { wallTimeNs: 0.9e9 } : undefined),
  });
  expect(references[0]?.longestWallTimeNs).toBe(0.9e9);
  expect(references[0]?.shortestWallTimeNs).toBeCloseTo(0.3e9, -3);
});

test("the first run of each program is told while the second is still to come", async () => {
  const { verifying, invocations, runner } = await stage({});
  const told: unknown[] = [];
  await verifyOutputs(verifying, invocations, (subject, wallTimeNs) =>
    told.push([subject, Math.round(wallTimeNs / 1e6), runner.requests.length]),
  );
  expect(told).toEqual([
    ["go", 300, 1],
    ["rust", 100, 3],
  ]);
});

test("outputs differ: first differing line of both, byte offset, hint at numeric", async () => {
  const failure = await failureOf({
    go: { output: "a 1\nb 2.00000001\n" },
    rust: { output: "a 1\nb 2.00000002\n" },
  });
  expect(failure).toMatchObject({ code: "outputs-differ", exit: "outputsDiffer" });
  expect(failure.message).toBe("The programs do not do the same job: line 2 of the output differs.");
  expect(failure.detail).toBe("line 2, byte 15:\n  go   | b 2.00000001\n  rust | b 2.00000002");
  expect(failure.help).toContain('compare = "numeric"');
});

test("rounding is accepted where it was declared, and nothing is compared where that was asked", async () => {
  const programs = { go: { output: "2.00000001\n" }, rust: { output: "2.00000002\n" } };
  await verify({ ...programs, workload: { compare: { kind: "numeric", tolerance: 1e-6 } } });
  await verify({ go: { output: "x" }, rust: { output: "y" }, workload: { compare: { kind: "none" } } });
});

test("not deterministic: how often, and the first byte", async () => {
  const failure = await failureOf({
    rust: { output: ({ execution }: FakeCall) => `42 ${execution % 2}\n` },
    go: { output: "42 1\n" },
  });
  expect(failure).toMatchObject({ code: "not-deterministic", exit: "outputsDiffer" });
  expect(failure.message).toBe("rust gives different output on equal runs (2 of 5 differ, first at byte 3).");
});

test("a program that prints the path it was called by is found out before anything is timed", async () => {
  const { verifying, invocations, runner } = await stage({});
  const printing: Verifying = {
    ...verifying,
    runner: {
      ...runner,
      run: async (request, signal) => {
        const result = await runner.run(request, signal);
        const output = `${request.pathPaddingBytes ?? 0}\n`;
        await writeFile(request.stdoutPath ?? "", output);
        return { ...result, stdoutHash: output };
      },
    },
  };
  const failure: unknown = await verifyOutputs(printing, invocations).catch((error: unknown) => error);
  if (!(failure instanceof Failure)) throw new Error("no failure");
  expect(failure.message).toBe("go gives different output on equal runs (4 of 5 differ, first at byte 0).");
  expect(failure.help).toContain("the path of the program itself");
});

test("the expected output decides which program is wrong", async () => {
  const expectedOutputPath = join(project.directory, "expected");
  await writeFile(expectedOutputPath, "42\n");
  await verify({ workload: { expectedOutputPath } });
  const failure = await failureOf({ rust: { output: "43\n" }, workload: { expectedOutputPath } });
  expect(failure.message).toBe("rust does not print the expected output: line 1 differs.");
  const missing = await failureOf({ workload: { expectedOutputPath: join(project.directory, "absent") } });
  expect(missing).toMatchObject({ code: "expected-output-unreadable", exit: "usage" });
});

test("a program that wants arguments or input: its own words, and how to give them", async () => {
  const failure = await failureOf({
    go: {
      exit: () => ({ kind: "exited", code: 2 }),
      stderr: "sum: bad call\nusage: sum FILE\n",
      seconds: 0.001,
    },
  });
  expect(failure).toMatchObject({ code: "program-wants-input", exit: "programFailed" });
  expect(failure.message).toBe('go ended with code 2 at once and printed "usage: sum FILE".');
  expect(failure.help).toMatch(/-- input\.txt .*--stdin input\.txt/);
  const onStdout = await failureOf({
    go: { exit: () => ({ kind: "exited", code: 1 }), output: "Usage: \u001b[1msum\u001b[0m FILE\n" },
  });
  expect(onStdout.message).toContain("Usage: \\\\u{1b}[1msum");
});

test("an error of another kind is shown with the command to try by hand", async () => {
  const failure = await failureOf({
    go: {
      exit: () => ({ kind: "exited", code: 101 }),
      stderr: "thread 'main' panicked\nindex out of bounds\n",
      seconds: 4,
    },
    workload: { args: ["it's", "5"] },
  });
  expect(failure.code).toBe("program-failed");
  expect(failure.message).toBe('go ended with code 101 and printed "index out of bounds".');
  expect(failure.help).toMatch(/^run it by hand: \(cd \/tmp && .* 'it'\\''s' 5\)$/);
});

test.each([
  [{ kind: "signaled", signal: "SIGSEGV" }, "program-crashed", "go crashed (SIGSEGV)."],
  [
    { kind: "notStarted", errno: "EACCES", path: "/x/go" },
    "program-not-started",
    "go could not be started (/x/go: EACCES).",
  ],
] as const)("ends of %j", async (exit, code, message) => {
  const failure = await failureOf({ intercept: () => ({ exit }) });
  expect(failure).toMatchObject({ code, message, exit: "programFailed" });
  expect(failure.help).not.toBe(undefined);
});

test("gigabytes of output are cut off and said", async () => {
  const failure = await failureOf({ go: { output: "y\n".repeat(1e6) }, outputLimitBytes: 1024 ** 2 });
  expect(failure).toMatchObject({ code: "output-flood", message: "go wrote more than 1 MiB and was ended." });
});

test("a limit that is reached: whose limit it was, and waiting told from working", async () => {
  const working = await failureOf({ go: { seconds: 100 } });
  expect(working).toMatchObject({ code: "timeout", help: expect.stringContaining("--timeout") as string });
  expect(working.message).toBe("go did not end in 1 min (the limit of a first run).");
  const later = await failureOf({
    rust: { output: () => "42\n" },
    intercept: (execution) =>
      execution === 4
        ? { exit: { kind: "timedOut", limitMs: 10_000 }, wallTimeNs: 10e9, userTimeNs: 9e9 }
        : undefined,
  });
  expect(later.message).toBe("rust did not end in 10 s (limit: 10x the first run).");
  const waiting = await failureOf({ go: { seconds: 0.01, waitingSeconds: 100 } });
  expect(waiting).toMatchObject({
    code: "program-waits",
    help: expect.stringContaining("--stdin") as string,
  });
});

test("programs that print nothing at all are a warning; one of two is a difference", async () => {
  const { warnings } = await verify({ go: { output: "" }, rust: { output: "" } });
  expect(warnings.map(({ code }) => code)).toEqual(["nothing-printed"]);
  expect(warnings[0]?.message).toContain(
    "If they read standard input, they found it empty: give them a file with --stdin FILE.",
  );
  const failure = await failureOf({ rust: { output: "" } });
  expect(failure.detail).toContain("rust | (end of output)");
});

test("an abort is an interruption, not a bug", async () => {
  const controller = new AbortController();
  controller.abort();
  expect((await failureOf({ signal: controller.signal })).exit).toBe("interrupted");
});

test("a variant that crashes or prints something else is an answer with its reason", async () => {
  const scene: Scene = {
    go: {
      effects: { checks: -0.1 },
      output: ({ neutralised }) => (neutralised.has("gc") ? "42\n43\n" : "42\n"),
      exit: ({ neutralised }) =>
        neutralised.has("checks") ? { kind: "signaled", signal: "SIGSEGV" } : undefined,
    },
  };
  const { verifying, invocations, references } = await verify(scene);
  const [baseline] = invocations;
  const [reference] = references;
  if (baseline === undefined || reference === undefined) throw new Error("no baseline");
  const neutral = (factor: string): Invocation => ({
    ...baseline,
    run: { env: { [`FAKE_NEUTRAL_${factor}`]: "1" }, preload: [] },
  });
  expect(await verifyVariant(verifying, neutral("checks"), reference)).toMatchObject({
    kind: "failed",
    reason: "crashed (SIGSEGV)",
  });
  expect(await verifyVariant(verifying, neutral("gc"), reference)).toMatchObject({
    kind: "failed",
    reason: "prints something else from line 2 on",
  });
  expect(await verifyVariant(verifying, neutral("inlining"), reference)).toMatchObject({ kind: "same" });
  expect(await readdir(verifying.scratchDirectory)).toEqual(["0.out", "1.out"]);
});
