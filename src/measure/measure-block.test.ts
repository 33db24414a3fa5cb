import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeBuiltLanguage, fakeToolchain } from "../../test/support/fake-built-language.ts";
import type { FakeMachine, FakeProgram } from "../../test/support/fake-machine.ts";
import { createFakeProject, type FakeProject } from "../../test/support/fake-project.ts";
import { fakeRunner } from "../../test/support/fake-runner.ts";
import { ok } from "../base/result.ts";
import { type Builder, openBuilder } from "../build/builder.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Subject } from "../model/case.ts";
import type { Surroundings } from "../model/invocation.ts";
import type { Column, ScheduledRun } from "../model/plan.ts";
import type { RunResult } from "../model/run.ts";
import { baselineSetting } from "../model/setting.ts";
import type { BuildRequest } from "../plugin.ts";
import { type BlockMeasurement, measureBlock } from "./measure-block.ts";
import { prepareBlock } from "./prepare-block.ts";

const surroundings: Surroundings = {
  workload: { args: ["7"], env: { WORKLOAD: "1", GODEBUG: "a=1" }, compare: { kind: "exact" } },
  environment: { HOME: "/home/x", WORKLOAD: "0" },
  workingDirectory: "/",
  processors: [4, 5],
  outputLimitBytes: 1000,
};
const columns = new Map<string, Column>(
  [
    column("left/0#1", "left", {}),
    column("left/0#2", "left", {}),
    column("left/1#1", "left", { flags: ["-fneutral=checks"] }),
    column("right/0#1", "right", {}),
    column("right/1#1", "right", { env: { FAKE_NEUTRAL_gc: "1", GODEBUG: "b=2" } }),
    column("right/2#1", "right", { cpuCount: 1 }),
  ].map((each) => [each.id, each]),
);

function column(
  id: string,
  subject: string,
  { flags, env, cpuCount }: { flags?: readonly string[]; env?: Record<string, string>; cpuCount?: number },
): Column {
  return {
    id,
    subject,
    role: "cell",
    cell: 0,
    repeat: 1,
    binary: 0,
    setting: {
      build: { ...baselineSetting.build, flags: flags === undefined ? {} : { compile: flags } },
      run: { env: env ?? {}, preload: [], ...(cpuCount === undefined ? {} : { cpuCount }) },
    },
  };
}

function schedule(block: number): readonly ScheduledRun[] {
  return ["right/1#1", "left/0#2", "left/1#1", "right/2#1", "left/0#1", "right/0#1"].map((id, order) => ({
    block,
    order,
    column: id,
    layoutSeed: 10 * block + 1,
    environmentPaddingBytes: 100 + order,
  }));
}

let project: FakeProject;
let builder: Builder;
let subjects: ReadonlyMap<string, Subject>;
let builds: BuildRequest[];
beforeEach(async () => {
  project = await createFakeProject();
  builds = [];
  subjects = new Map([
    ["left", await project.addSubject("fake", "left", "left")],
    ["right", await project.addSubject("fake", "right", "right")],
  ]);
});
afterEach(async () => {
  await builder.close();
  await project.remove();
});

function machineWith(right: Partial<FakeProgram> = {}): FakeMachine {
  return {
    seed: 3,
    noise: { runSd: 0, layoutSd: 0 },
    programs: {
      left: { seconds: 0.4, effects: { checks: -0.5 } },
      right: {
        seconds: 0.2,
        effects: { gc: -0.1, cores: 0.3 },
        buildFails: { checks: "error: no" },
        ...right,
      },
    },
  };
}

async function prepare(machine: FakeMachine, block: number) {
  const language = fakeBuiltLanguage({
    id: "fake",
    machine,
    onBuild: (request) => void builds.push(request),
  });
  builder = await openBuilder({ cacheDirectory: project.cacheDirectory, languages: [language] });
  const outcome = await prepareBlock({
    block,
    runs: schedule(block),
    columns,
    build: ({ subject, setting }, layoutSeed) =>
      builder.build({
        subject: subjects.get(subject) as Subject,
        toolchain: fakeToolchain("fake"),
        setting: setting.build,
        layoutSeed,
        purpose: "timed",
      }),
  });
  if (outcome.kind !== "prepared") throw new Error(outcome.failure.output);
  return outcome.prepared;
}

async function measure(
  machine: FakeMachine,
  more: Partial<BlockMeasurement> & {
    intercept?: (execution: number) => Partial<RunResult> | undefined;
  } = {},
) {
  const { intercept, ...changes } = more;
  const runner = fakeRunner(machine, { intercept: (_request, execution) => intercept?.(execution) });
  const outcome = await measureBlock({
    prepared: await prepare(machine, 2),
    runner,
    subjects,
    surroundings,
    timeoutMs: { left: 10_000, right: 20_000 },
    warm: new Set(),
    ...changes,
  });
  return { outcome, runner };
}

test("every column runs once in the order of the schedule, after one discarded run of each new artifact", async () => {
  const { outcome, runner } = await measure(machineWith());
  if (outcome.kind !== "measured") throw new Error(outcome.kind);
  const { observations } = outcome.record;
  expect(observations.map(({ column: id }) => id)).toEqual(schedule(2).map(({ column: id }) => id));
  expect(observations.map(({ order }) => order)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(builds).toHaveLength(3);
  expect(runner.requests).toHaveLength(3 + 6);
  expect(outcome.warmed.size).toBe(3);
  const seconds = observations.map(({ run }) => run.wallTimeNs / 1e9);
  expect(seconds[1]).toBeCloseTo(0.4, 6);
  expect(seconds[2]).toBeCloseTo(0.4 * Math.exp(-0.5), 6);
  expect(seconds[0]).toBeCloseTo(0.2 * Math.exp(-0.1), 6);
  expect(seconds[3]).toBeCloseTo(0.2 * Math.exp(0.3), 6);
});

test("artifacts that ran before are not warmed up again", async () => {
  const machine = machineWith();
  const first = await measure(machine);
  if (first.outcome.kind !== "measured") throw new Error("not measured");
  await builder.close();
  const { runner } = await measure(machine, { warm: first.outcome.warmed });
  expect(runner.requests).toHaveLength(6);
});

test("settings, workload and padding reach the run; lists are joined, the workload wins over the surroundings", async () => {
  const { runner } = await measure(machineWith());
  const [first, , , fourth] = runner.requests.slice(3);
  expect(first?.env).toEqual({ HOME: "/home/x", WORKLOAD: "1", GODEBUG: "a=1,b=2", FAKE_NEUTRAL_gc: "1" });
  expect(first?.argv.slice(1)).toEqual(["7"]);
  expect(first?.timeoutMs).toBe(20_000);
  expect(first).toMatchObject({ environmentPaddingBytes: 100, pathPaddingBytes: 36 });
  expect(first?.cpus).toBeUndefined();
  expect(fourth?.cpus).toEqual([4]);
});

test("a run that fails once is made again at the end of the block", async () => {
  const { outcome } = await measure(machineWith(), {
    intercept: (execution) =>
      execution === 5 ? { exit: { kind: "signaled", signal: "SIGBUS" } } : undefined,
  });
  if (outcome.kind !== "measured") throw new Error(outcome.kind);
  const last = outcome.record.observations.at(-1);
  expect(outcome.record.observations).toHaveLength(6);
  expect(last).toMatchObject({ column: "left/0#2", order: 6, retry: true, run: { exit: { code: 0 } } });
});

test("a run that prints something else than when it was verified has failed", async () => {
  const { outcome } = await measure(machineWith(), {
    outputHash: ({ id }) => (id === "left/1#1" ? "another" : undefined),
  });
  expect(outcome).toMatchObject({
    kind: "failed",
    column: { id: "left/1#1" },
    reason: expect.stringContaining("printed something else") as string,
  });
});

test("a column that fails twice is named", async () => {
  const exit = (): { kind: "exited"; code: number } => ({ kind: "exited", code: 3 });
  const { outcome } = await measure(
    machineWith({ exit: ({ neutralised }) => (neutralised.has("gc") ? exit() : undefined) }),
  );
  expect(outcome).toMatchObject({ kind: "failed", column: { id: "right/1#1" }, reason: "ended with code 3" });
});

test.each([2, 5, 9])("an abort during run %i ends the block there and then", async (abortAt) => {
  const controller = new AbortController();
  const { outcome, runner } = await measure(machineWith(), {
    signal: controller.signal,
    intercept: (execution) => {
      if (execution === abortAt) controller.abort();
      return undefined;
    },
  });
  expect(outcome).toEqual({ kind: "interrupted" });
  expect(runner.requests).toHaveLength(abortAt);
});

test("a variant that does not build is named before anything runs", async () => {
  await prepare(machineWith(), 1);
  const bad = column("right/3#1", "right", { flags: ["-fneutral=checks"] });
  const outcome = await prepareBlock({
    block: 1,
    runs: [
      ...schedule(1),
      { ...schedule(1)[0], block: 1, order: 6, column: bad.id, layoutSeed: 1 } as ScheduledRun,
    ],
    columns: new Map([...columns, [bad.id, bad]]),
    build: ({ subject, setting }, layoutSeed) =>
      builder.build({
        subject: subjects.get(subject) as Subject,
        toolchain: fakeToolchain("fake"),
        setting: setting.build,
        layoutSeed,
        purpose: "timed",
      }),
  });
  expect(outcome).toMatchObject({
    kind: "buildFailed",
    column: { id: "right/3#1" },
    failure: { output: "error: no" },
  });
});

test("after a build that rejects no other begins, and the one under way has ended before it is told", async () => {
  const begun: string[] = [];
  let ended = 0;
  let endLeft: () => void = () => undefined;
  const leftMayEnd = new Promise<void>((resolve) => {
    endLeft = resolve;
  });
  const outcome = prepareBlock({
    block: 1,
    runs: schedule(1),
    columns,
    build: async ({ subject }) => {
      begun.push(subject);
      if (subject === "right") throw new Error("no space left on device");
      await leftMayEnd;
      ended += 1;
      return ok({ key: "left" } as Artifact);
    },
  });
  const told = outcome.then(
    () => "prepared",
    (error: unknown) => `${String(error)} after ${ended} ended`,
  );
  // All that the other side could do with its rejection is done by then.
  await new Promise((resolve) => setImmediate(resolve));
  endLeft();
  expect(await told).toBe("Error: no space left on device after 1 ended");
  expect(begun.toSorted()).toEqual(["left", "right"]);
});

test("a runner that breaks is not taken for a program that fails", async () => {
  const runner = { ...fakeRunner(machineWith()), run: () => Promise.reject(new Error("pipe closed")) };
  await expect(measure(machineWith(), { runner })).rejects.toThrow("pipe closed");
});
