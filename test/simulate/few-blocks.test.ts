/** Short budgets end after two or three blocks: one outlying run must neither unbound the gap nor make it too sure. */
import { expect, test } from "vitest";
import { ensure } from "../../src/base/assert.ts";
import { halfWidth } from "../../src/base/statistics.ts";
import { machines } from "./machines.ts";
import { noiseKinds } from "./noises.ts";
import { average } from "./scoring.ts";
import { covers, prepare, runTrial } from "./trial.ts";

const sessions = 300;

test.each([
  [2, "outliers"],
  [2, "mess"],
  [3, "outliers"],
  [3, "mess"],
] as const)("%i blocks under %s: the gap is bounded and holds the truth", (blocks, noiseId) => {
  const scenario = prepare({
    machine: ensure(
      machines.find(({ id }) => id === "M1"),
      "M1",
    ),
    noise: ensure(
      noiseKinds.find(({ id }) => id === noiseId),
      noiseId,
    ),
    options: { minBlocks: blocks, maxBlocks: blocks },
  });
  const trials = Array.from({ length: sessions }, (_, seed) => runTrial(scenario, 7001 + seed));
  const { truth } = scenario;
  expect(average(trials.map(({ gap }) => Number(covers(gap, truth.gap))))).toBeGreaterThan(0.93);
  expect(Math.max(...trials.map(({ gap }) => halfWidth(gap, 0.95)))).toBeLessThan(1);
});
