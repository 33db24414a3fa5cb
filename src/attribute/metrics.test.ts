import { expect, test } from "vitest";
import type { MetricId } from "../model/plan.ts";
import type { Gap } from "../model/report.ts";
import { contradictingGaps } from "./metrics.ts";

const judged = (metric: MetricId, verdict: Gap["verdict"]): Gap => ({
  slow: "go",
  fast: "rust",
  metric,
  logRatio: { value: 0.1, low: 0, high: 0.2, confidence: 0.95, method: "t" },
  ratio: { value: 1.1, low: 1, high: 1.2, confidence: 0.95, method: "t" },
  ...(verdict === undefined ? {} : { verdict }),
});

test.each([
  ["slower", "faster", "By processor time go is slower than rust, by wall time faster: "],
  ["slower", "equal", "by wall time neither slower nor faster: "],
  ["equal", "faster", "By processor time go is neither slower nor faster than rust, by wall time faster: "],
  ["slower", "undetermined", undefined],
  ["undetermined", "faster", undefined],
  ["equal", "undetermined", undefined],
  ["equal", undefined, undefined],
  ["slower", "slower", undefined],
] as const)("%s by processor time, %s by wall time", (cpu, wall, message) => {
  const warnings = contradictingGaps([judged("cpuTime", cpu), judged("wallTime", wall)]);
  expect(warnings.map(({ code }) => code)).toEqual(message === undefined ? [] : ["metrics-contradict"]);
  if (message !== undefined) expect(warnings[0]?.message).toContain(message);
});

test("subjects are called by their titles", () => {
  const [warning] = contradictingGaps([judged("cpuTime", "slower"), judged("wallTime", "faster")], (id) =>
    id === "go" ? "Go" : "Rust",
  );
  expect(warning).toMatchObject({
    message: expect.stringContaining("By processor time Go is slower than Rust,") as string,
    appliesTo: "go against rust",
  });
});

test("peak memory contradicts no time", () => {
  expect(contradictingGaps([judged("cpuTime", "slower"), judged("maxRss", "faster")])).toEqual([]);
});
