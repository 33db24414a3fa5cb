import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { studentQuantile } from "../base/statistics.ts";
import type { Estimate } from "../model/estimate.ts";
import { divideEstimates, judgeChanges, subtractEstimates } from "./difference.ts";

const estimate = (value: number, low: number, high: number): Estimate => ({
  value,
  low,
  high,
  confidence: 0.95,
  method: "t",
});

describe("the interval of a difference", () => {
  it("adds variances where both intervals are symmetric", () => {
    expect(subtractEstimates(estimate(1, 0.7, 1.3), estimate(0.5, 0.1, 0.9))).toMatchObject({
      value: 0.5,
      low: 0,
      high: 1,
    });
  });

  it("keeps each end's own distance where they are not", () => {
    const { low, high } = subtractEstimates(estimate(1, 0.7, 1.6), estimate(0, -0.8, 0.4));
    expect(low).toBeCloseTo(1 - Math.hypot(0.3, 0.4), 12);
    expect(high).toBeCloseTo(1 + Math.hypot(0.6, 0.8), 12);
  });

  it("has no bound where one of them has none, and no log where one reaches zero", () => {
    const open = estimate(1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(subtractEstimates(open, estimate(0, -1, 1)).low).toBe(Number.NEGATIVE_INFINITY);
    expect(divideEstimates(estimate(1, 0, 2), estimate(1, 0.9, 1.1))).toBeUndefined();
  });

  /** What a run reports of a figure whose variance it knows from `degrees` squares. */
  const seen = (
    random: ReturnType<typeof createRandom>,
    { truth, sd, degrees }: { readonly truth: number; readonly sd: number; readonly degrees: number },
  ): Estimate => {
    const value = truth + sd * random.normal();
    let squares = 0;
    for (let draw = 0; draw < degrees; draw++) squares += random.normal() ** 2;
    const width = studentQuantile(0.975, degrees) * sd * Math.sqrt(squares / degrees);
    return estimate(value, value - width, value + width);
  };

  it("covers the true difference in 95 % of simulated pairs of runs, and calls no change a change in 5 %", () => {
    const random = createRandom(11);
    const degrees = 8;
    const run = (truth: number, sd: number) => seen(random, { truth, sd, degrees });
    const trials = 4000;
    let covered = 0;
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      const difference = subtractEstimates(run(0.3, 0.02), run(0.3, 0.03));
      if (difference.low <= 0 && difference.high >= 0) covered++;
      const [change] = judgeChanges([{ difference }], { margin: 0, degreesOfFreedom: degrees });
      if (change?.verdict === "up" || change?.verdict === "down") alarms++;
    }
    expect(covered / trials).toBeGreaterThan(0.94);
    expect(covered / trials).toBeLessThan(0.985);
    expect(alarms / trials).toBeLessThan(0.06);
  });

  // The interval of a gap rests on about eight squares a block beyond the first, and the report tells blocks only.
  it.each([
    [2, 8, 0.02, 0.02],
    [2, 8, 0.005, 0.03],
    [2, 1, 0.005, 0.005],
    [3, 16, 0.02, 0.02],
    [4, 23, 0.02, 0.03],
  ])(
    "%d blocks, %d squares, sd %d and %d: a change of the margin is called none in 5 % at most",
    (blocks, degrees, one, two) => {
      const random = createRandom(23);
      const margin = 0.1;
      const trials = 8000;
      let unchanged = 0;
      for (let trial = 0; trial < trials; trial++) {
        const before = seen(random, { truth: 0.3, sd: one, degrees });
        const after = seen(random, { truth: 0.3 + margin, sd: two, degrees });
        const difference = subtractEstimates(after, before);
        const [change] = judgeChanges([{ difference }], { margin, degreesOfFreedom: blocks - 1 });
        if (change?.verdict === "unchanged") unchanged++;
      }
      expect(unchanged / trials).toBeLessThan(0.055);
    },
  );
});

describe("verdicts on a difference", () => {
  const yardstick = { margin: 0.05, degreesOfFreedom: 30 };
  const judge = (value: number, half: number) =>
    judgeChanges([{ difference: estimate(value, value - half, value + half) }], yardstick)[0]?.verdict;

  it.each([
    [0.2, 0.05, "up"],
    [-0.2, 0.05, "down"],
    [0.2, 0.25, "undetermined"],
    [0.01, 0.02, "unchanged"],
    [0, 0.2, "undetermined"],
    [0.02, 0.01, "unchanged"],
  ])("%f +- %f: %s", (value, half, verdict) => {
    expect(judge(value, half)).toBe(verdict);
  });

  it("a session whose noise hides half of everything leaves nothing unchanged", () => {
    const noisy = { margin: 0.8, degreesOfFreedom: 30 };
    const wide = { difference: estimate(-0.05, -0.6, 0.5) };
    expect(judgeChanges([wide], noisy)[0]?.verdict).toBe("undetermined");
    expect(judgeChanges([{ difference: estimate(0, -0.1, 0.1) }], noisy)[0]?.verdict).toBe("unchanged");
  });

  it("nothing is said where one figure is missing or has no bound", () => {
    expect(judgeChanges([{ before: estimate(1, 0, 2) }], yardstick)[0]?.verdict).toBe("undetermined");
    expect(judge(0.5, Number.POSITIVE_INFINITY)).toBe("undetermined");
  });
});
