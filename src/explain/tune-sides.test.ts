import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeSetting } from "../../test/support/fake-built-language.ts";
import { fakeExplainOptions, fakeFactor, fakeWorld } from "../../test/support/fake-explain.ts";
import type { FakeProgram } from "../../test/support/fake-machine.ts";
import { createFakeProject, type FakeProject } from "../../test/support/fake-project.ts";
import { explain } from "../explain.ts";
import type { MetricId } from "../model/plan.ts";
import { tuningTexts } from "../report/closing-texts.ts";

let project: FakeProject;
beforeEach(async () => {
  project = await createFakeProject();
});
afterEach(() => project.remove());

const eachOperation = Array.from({ length: 400 }, (_, place) => `get ${1000 + place}\n`).join("");

/** Two programs with a setting that takes a third of the time off and four times the memory. */
async function search(metrics: readonly MetricId[]) {
  const subjects = [await project.addSubject("left", "slow"), await project.addSubject("right", "fast")];
  const effects = { quick: -0.4 };
  const maxRssBytes: FakeProgram["maxRssBytes"] = ({ neutralised }) =>
    (neutralised.has("quick") ? 4 : 1) * 8 * 1024 * 1024;
  const world = fakeWorld(project, {
    machine: {
      seed: 11,
      noise: { runSd: 0.01, layoutSd: 0.005 },
      programs: {
        slow: { seconds: 0.1, effects, maxRssBytes },
        fast: { seconds: 0.05, effects, maxRssBytes },
      },
    },
    factors: [fakeFactor("quick")],
    language: { settings: [fakeSetting("quick", { dimension: "level" })] },
    hooks: {
      intercept: ({ probePath }) => {
        if (probePath !== undefined) writeFileSync(probePath, eachOperation);
        return undefined;
      },
    },
  });
  const options = fakeExplainOptions(project, subjects, { metrics, budgetMs: 120_000, wins: true });
  return explain(options, () => undefined, world);
}

test.each<readonly [MetricId, readonly MetricId[], MetricId]>([
  ["maxRss", ["maxRss", "wallTime", "cpuTime"], "wallTime"],
  ["maxRss", ["maxRss"], "cpuTime"],
  ["latencyP99", ["latencyP99", "cpuTime"], "cpuTime"],
])(
  "a gap in %s is split as it was asked, and settings are searched in time (%j)",
  async (first, metrics, time) => {
    const report = await search(metrics);
    expect(report.attributions[0]?.metric).toBe(first);
    expect(report.tuning?.map(({ metric, best }) => [metric, best?.settings])).toEqual([
      [time, ["quick"]],
      [time, ["quick"]],
    ]);
    expect(report.wins.map(({ verdict }) => verdict)).toEqual(["gain", "gain"]);
    expect(report.wins[0]?.measuredCosts?.maxRss?.value).toBeCloseTo(Math.log(4), 5);
    expect(tuningTexts(report)[0]?.headline).toMatch(/^Fake left becomes 1\.\d+x faster here/);
  },
);

test("with time for one setting, it is the one that helped most when it was switched off as a cause", async () => {
  const effects = { dear: -0.01, helps: -0.8, less: -0.3 };
  const slow: FakeProgram = { seconds: 5, effects };
  const subjects = [await project.addSubject("left", "slow"), await project.addSubject("right", "fast")];
  const world = fakeWorld(project, {
    machine: {
      seed: 11,
      noise: { runSd: 0.01, layoutSd: 0.005 },
      programs: { slow, fast: { seconds: 4, effects: {} } },
    },
    factors: [fakeFactor("helps"), fakeFactor("less")],
    language: {
      settings: [
        fakeSetting("dear", { dimension: "dear", promise: 22 }),
        fakeSetting("less", { dimension: "less", promise: 16 }),
        fakeSetting("helps", { dimension: "helps", promise: 1 }),
      ],
    },
  });
  // Half of it is for wins where causes left it over, half of that for each side: 12 runs are one setting in three blocks.
  const options = fakeExplainOptions(project, subjects, { budgetMs: 600_000, wins: true });
  const report = await explain(options, () => undefined, world);
  const [left] = report.tuning ?? [];
  const wins = report.wins.filter(({ subject }) => subject === "left");
  expect(wins.map(({ id, verdict }) => [id, verdict])).toEqual([["helps", "gain"]]);
  expect(left?.dropped.map(({ id }) => id).toSorted()).toEqual(["dear", "less"]);
});
