import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeSetting } from "../test/support/fake-built-language.ts";
import { createFakeProject, type FakeProject } from "../test/support/fake-project.ts";
import { answerIn } from "../test/support/fake-settings.ts";
import { explain } from "./explain.ts";
import type { ProgressEvent } from "./model/progress.ts";

let project: FakeProject;
beforeEach(async () => {
  project = await createFakeProject();
});
afterEach(() => project.remove());

const programs = {
  left: { seconds: 0.1, effects: { quick: -0.4 } },
  right: { seconds: 0.05, effects: { quick: -0.1 } },
};
const settings = [fakeSetting("quick", { dimension: "level" })];

test("both best sets are measured side by side: the gap that is left beside the gap as written", async () => {
  const report = await answerIn(project, { programs, settings, options: { wins: true } }, explain);
  expect(report.gaps[0]?.logRatio.value).toBeCloseTo(Math.log(2), 1);
  const [closing] = report.closing ?? [];
  expect(closing).toMatchObject({ slow: "left", fast: "right", metric: "cpuTime", verdict: "slower" });
  expect(closing?.logRatio.low).toBeLessThan(Math.log(2) - 0.3);
  expect(closing?.logRatio.high).toBeGreaterThan(Math.log(2) - 0.3);
  expect(report.tuning?.map(({ subject }) => subject)).toEqual(["left", "right"]);
});

test("nothing is searched where it is not asked for", async () => {
  const report = await answerIn(project, { programs, settings }, explain);
  expect([report.wins, report.tuning, report.closing]).toEqual([[], undefined, undefined]);
});

test("interrupted while settings are searched: the causes stand, what was seen of settings is told, and a second session searches", async () => {
  const stop = new AbortController();
  const events: ProgressEvent[] = [];
  const listen = (event: ProgressEvent) => {
    events.push(event);
    if (event.kind === "tuningStep" && event.step === "alone" && event.done === 1) stop.abort();
  };
  const setup = { programs, settings, options: { wins: true, stop: stop.signal }, listen };
  const report = await answerIn(project, setup, explain);
  expect(report.gaps[0]?.logRatio.value).toBeCloseTo(Math.log(2), 1);
  expect(report.closing).toBeUndefined();
  expect(report.tuning?.[0]).toMatchObject({ subject: "left", stoppedBy: "interrupted", finalBlocks: 0 });
  const finished = events.findLast((event) => event.kind === "finished");
  expect(finished?.resumable).toBe(true);
  const [id = ""] = await readdir(join(project.directory, ".perfgap", "runs"));
  const again = await answerIn(project, { programs, settings, options: { resume: id } }, explain);
  expect(again.tuning?.map(({ stoppedBy }) => stoppedBy)).toEqual(["finished", "finished"]);
  expect(again.closing?.[0]).toMatchObject({ slow: "left", fast: "right" });
});
