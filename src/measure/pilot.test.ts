import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeBuiltLanguage, fakeToolchain } from "../../test/support/fake-built-language.ts";
import type { FakeNoise, FakeProgram } from "../../test/support/fake-machine.ts";
import { createFakeProject, type FakeProject } from "../../test/support/fake-project.ts";
import { fakeRunner } from "../../test/support/fake-runner.ts";
import { openBuilder } from "../build/builder.ts";
import type { Workload } from "../model/case.ts";
import type { Invocation } from "../model/invocation.ts";
import type { RunResult } from "../model/run.ts";
import { baselineSetting } from "../model/setting.ts";
import { type PilotInput, runPilot, timeoutFor } from "./pilot.ts";

let project: FakeProject;
beforeEach(async () => {
  project = await createFakeProject();
});
afterEach(() => project.remove());

interface Scene {
  readonly left?: Partial<FakeProgram>;
  readonly right?: Partial<FakeProgram>;
  readonly noise?: Partial<FakeNoise>;
  readonly workload?: Partial<Workload>;
  readonly input?: Partial<PilotInput>;
  readonly intercept?: (execution: number) => Partial<RunResult> | undefined;
}

async function pilot(scene: Scene = {}) {
  const machine = {
    seed: 5,
    noise: { runSd: 0.01, layoutSd: 0, ...scene.noise },
    programs: { left: { seconds: 0.4, ...scene.left }, right: { seconds: 0.2, ...scene.right } },
  };
  const builder = await openBuilder({
    cacheDirectory: project.cacheDirectory,
    languages: [fakeBuiltLanguage({ id: "fake", machine })],
  });
  const invocations: Invocation[] = [];
  for (const name of ["left", "right"]) {
    const subject = await project.addSubject("fake", name, name);
    const built = await builder.build({
      subject,
      toolchain: fakeToolchain("fake"),
      setting: baselineSetting.build,
      purpose: "timed",
    });
    if (!built.ok) throw new Error(built.error.output);
    invocations.push({ subject, artifact: built.value, run: baselineSetting.run });
  }
  await builder.close();
  const runner = fakeRunner(machine, { intercept: (_request, execution) => scene.intercept?.(execution) });
  const result = await runPilot({
    runner,
    invocations,
    surroundings: {
      workload: { args: [], env: {}, compare: { kind: "exact" }, ...scene.workload },
      environment: {},
      workingDirectory: "/",
      processors: [0, 1],
      outputLimitBytes: 1e9,
    },
    host: { cpuCount: 2, load1: 3.1 },
    seed: 1,
    ...scene.input,
  });
  const [left, right] = result.subjects;
  if (left === undefined || right === undefined) throw new Error("two subjects");
  return { ...result, left, right, runner, codes: result.warnings.map(({ code }) => code) };
}

test("a quiet pilot: typical times, noise, facts, limits, no warning", async () => {
  const { left, right, warnings, runner } = await pilot({
    left: { threads: 3, parallelism: 1.5, writeCalls: 9 },
  });
  expect(left.typicalCpuTimeNs).toBeGreaterThan(0.38e9);
  expect(left.typicalCpuTimeNs).toBeLessThan(0.42e9);
  expect(left.cpuTimeSd).toBeLessThan(0.03);
  expect(left.facts).toMatchObject({ "threads.max": 3, "writes.calls": 9, "output.bytes": 3 });
  expect(left.facts["cpu.parallelism"]).toBeCloseTo(1.5, 6);
  expect(left.waitingShare).toBeUndefined();
  expect(right.facts["threads.max"]).toBe(1);
  expect(right.waitingShare).toBeCloseTo(0, 3);
  expect(left.timeoutMs).toBe(10_000);
  expect(warnings).toEqual([]);
  expect(runner.requests.filter(({ sampleThreads }) => sampleThreads === true)).toHaveLength(2);
  expect(left.runs).toHaveLength(5);
});

test("limits: ten times the longest run, at least 10 s, the workload's own above all", async () => {
  expect(timeoutFor(0.3e9, undefined)).toBe(10_000);
  expect(timeoutFor(2.5e9, undefined)).toBe(25_000);
  expect(timeoutFor(2.5e9, 300)).toBe(300);
  const { left, runner } = await pilot({ left: { seconds: 3 }, noise: { runSd: 0 } });
  expect(left.timeoutMs).toBeGreaterThanOrEqual(30_000);
  expect(runner.requests[0]?.timeoutMs).toBe(60_000);
});

test("long programs get fewer rounds, never less than two", async () => {
  expect((await pilot({ left: { seconds: 10 } })).left.runs).toHaveLength(2);
});

test("too short: what it runs, what starting takes, how to enlarge", async () => {
  const { codes, warnings } = await pilot({ right: { seconds: 0.0013 } });
  expect(codes).toEqual(["too-short"]);
  expect(warnings[0]).toMatchObject({ appliesTo: "right" });
  expect(warnings[0]?.message).toMatch(/^right runs 1\.3 ms; .* 20 ms or more/);
});

test("too noisy: what was seen, the smallest gap that could be shown, the remedy", async () => {
  const { codes, warnings } = await pilot({ noise: { runSd: 0.4 } });
  expect(codes).toContain("too-noisy");
  expect(warnings[0]?.message).toMatch(/load was 3\.1 on 2 processors.*gaps below about [\d.]+ % .*--budget/);
});

test("heavy output, waiting and a busy machine are each said", async () => {
  const heavy = await pilot({ left: { seconds: 0.02, output: "x".repeat(2 * 1024 ** 2) } });
  expect(heavy.codes).toEqual(["heavy-output"]);
  const waiting = await pilot({ right: { waitingSeconds: 0.2 } });
  expect(
    waiting.warnings.map(({ code, message }) => [code, /during \d+ % of its time/.test(message)]),
  ).toEqual([["waits", true]]);
  const pressed = await pilot({ input: { host: { cpuCount: 2, load1: 8, cpuPressure: 0.97 } } });
  expect(pressed.codes).toEqual(["busy-host"]);
  const delayed = await pilot({ intercept: () => ({ runQueueDelayNs: 0.1e9 }) });
  expect(delayed.codes).toContain("busy-host");
  const crowded = await pilot({
    left: { threads: 3 },
    right: { threads: 3 },
    intercept: () => ({ runQueueDelayNs: 0.1e9 }),
  });
  expect(crowded.codes).not.toContain("busy-host");
});

test("counters that cannot be had give no fact and no guess", async () => {
  const { left, codes } = await pilot({
    intercept: () =>
      ({
        userTimeNs: undefined,
        writeCalls: undefined,
        maxThreads: undefined,
      }) as unknown as Partial<RunResult>,
  });
  expect(left.typicalCpuTimeNs).toBeUndefined();
  expect(Object.keys(left.facts)).not.toContain("cpu.seconds");
  expect(Object.keys(left.facts)).not.toContain("threads.max");
  expect(Object.keys(left.facts)).not.toContain("writes.calls");
  expect(codes).toEqual([]);
});

test("a baseline that fails in the pilot, and an abort, are failures with their exit", async () => {
  await expect(
    pilot({
      intercept: (execution) =>
        execution === 4 ? { exit: { kind: "signaled", signal: "SIGSEGV" } } : undefined,
    }),
  ).rejects.toMatchObject({ exit: "programFailed", message: expect.stringContaining("SIGSEGV") as string });
  const controller = new AbortController();
  await expect(
    pilot({
      input: { signal: controller.signal },
      intercept: () => {
        controller.abort();
        return undefined;
      },
    }),
  ).rejects.toMatchObject({ exit: "interrupted" });
});
