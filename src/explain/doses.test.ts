import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeExplainOptions, fakeFactor, fakeWorld } from "../../test/support/fake-explain.ts";
import { type FakeCall, type FakeProgram, neutralVariable } from "../../test/support/fake-machine.ts";
import { createFakeProject, type FakeProject } from "../../test/support/fake-project.ts";
import { explain } from "../explain.ts";
import type { Lever } from "../model/factor.ts";
import type { ExplainOptions, ProgressEvent } from "../model/progress.ts";

let project: FakeProject;
beforeEach(async () => {
  project = await createFakeProject();
});
afterEach(() => project.remove());

const half: Lever = {
  kind: "lever",
  patch: { run: { env: { [`${neutralVariable}gc-half`]: "1" } } },
  stage: "run",
  proof: { fact: "fake.gc", expect: "zero", title: "marks of gc" },
  scope: ["user"],
  safety: "safe",
  deployable: true,
};

/** Two programs whose factor gc has a level between as written and off. */
async function run(slow: Partial<FakeProgram>, more: Partial<ExplainOptions> = {}) {
  const effects = { gc: -0.3, "gc-half": -0.15 };
  const subjects = [await project.addSubject("left", "slow"), await project.addSubject("right", "fast")];
  const events: ProgressEvent[] = [];
  const world = fakeWorld(project, {
    machine: {
      seed: 11,
      noise: { runSd: 0.01, layoutSd: 0.005 },
      programs: { slow: { seconds: 0.4, effects, ...slow }, fast: { seconds: 0.2, effects } },
    },
    factors: [fakeFactor("gc", { levels: ["as written", "half", "off"] })],
    language: { realizations: { "gc=half": half } },
  });
  const options = fakeExplainOptions(project, subjects, more);
  const report = await explain(options, (event) => events.push(event), world);
  const [attribution] = report.attributions;
  return {
    levelsOf: (side: string) =>
      attribution?.doses?.find((series) => series.side === side)?.levels.map(({ level }) => level),
    causes: attribution?.contributions.map(({ factor, verdict }) => [factor, verdict]),
    dropped: report.warnings.filter(({ code }) => code === "dose-dropped"),
    blocks: attribution?.diagnostics.blocks ?? 0,
    runId: events.find((event) => event.kind === "finished")?.runId ?? "",
  };
}

const crashes = { kind: "signaled", signal: "SIGSEGV" } as const;
const atHalf = ({ neutralised }: FakeCall) => neutralised.has("gc-half");

test.each([
  ["crashes", { exit: (call: FakeCall) => (atHalf(call) ? crashes : undefined) }, "SIGSEGV"],
  [
    "prints something else",
    { output: (call: FakeCall) => (atHalf(call) ? "41\n" : "42\n") },
    "prints something else from line 1 on",
  ],
])("a dose with which a program %s is left out by name, and all else is measured", async (_, slow, words) => {
  const { levelsOf, causes, dropped } = await run(slow);
  expect(levelsOf("left")).toBeUndefined();
  expect(levelsOf("right")).toEqual(["half", "neutral"]);
  expect(causes).toEqual([["gc", expect.any(String)]]);
  expect(dropped).toEqual([
    { code: "dose-dropped", message: expect.stringContaining(words) as string, appliesTo: "left" },
  ]);
  expect(dropped[0]?.message).toMatch(
    /^Not measured on Fake left: gc at the level "half": with it Fake left /,
  );
});

test("a dose that worked when it was checked and fails later ends nothing, and a second session counts every block", async () => {
  let calls = 0;
  const later = {
    exit: (call: FakeCall) => {
      if (atHalf(call)) calls += 1;
      return atHalf(call) && calls > 3 ? crashes : undefined;
    },
  };
  const first = await run(later);
  expect(first.levelsOf("left")).toBeUndefined();
  expect(first.levelsOf("right")).toEqual(["half", "neutral"]);
  expect(first.dropped.map(({ message }) => message)).toEqual([expect.stringContaining("SIGSEGV")]);
  expect(first.blocks).toBeGreaterThan(3);

  const second = await run({}, { resume: first.runId });
  expect(second.blocks).toBeGreaterThanOrEqual(first.blocks);
  expect(second.levelsOf("left")).toBeUndefined();
  expect(second.dropped.map(({ message }) => message)).toEqual([
    expect.stringContaining("failed in an earlier session"),
  ]);
});
