import { describe, expect, it } from "vitest";
import { range } from "./array.ts";
import { createRandom } from "./random.ts";
import { halfWidth } from "./statistics.ts";
import { trimmedMean } from "./trimmed-mean.ts";

describe("trimmed mean", () => {
  it("agrees with a published example", () => {
    // Self-awareness data of Wilcox, "Introduction to Robust Estimation and Hypothesis Testing", table 3.2.
    const data = [
      77, 87, 88, 114, 151, 210, 219, 246, 253, 262, 296, 299, 306, 376, 428, 515, 666, 1310, 2611,
    ];
    const location = trimmedMean(data);
    expect(location.value).toBeCloseTo(282.69, 2);
    // His winsorized variance is 21551.4, t(0.975, 12) is 2.178813.
    expect(halfWidth(location, 0.95)).toBeCloseTo(2.178813 * Math.sqrt((18 * 21551.4) / (13 * 12)), 2);
  });

  it("is the mean with Student's interval when nothing is trimmed", () => {
    const location = trimmedMean([1, 2, 3, 4, 5], 0);
    // t(0.975, 4) = 2.776445, standard error = sqrt(2.5 / 5).
    expect(location.value).toBe(3);
    expect(halfWidth(location, 0.95)).toBeCloseTo(2.776445 * Math.sqrt(0.5), 5);
  });

  it("does not move with one wild value, nor with the order", () => {
    const values = range(20).map((i) => Math.sin(i));
    const wild = values.map((value, i) => (i === 7 ? 1e6 : value));
    expect(Math.abs(trimmedMean(wild).value - trimmedMean(values).value)).toBeLessThan(0.2);
    expect(trimmedMean([...values].reverse())).toEqual(trimmedMean(values));
  });

  it("promises nothing from fewer than two kept values", () => {
    expect(halfWidth(trimmedMean([1]), 0.95)).toBe(Number.POSITIVE_INFINITY);
    expect(trimmedMean([]).value).toBeNaN();
  });

  it.each([
    ["normal", (normal: number) => normal, 0.04],
    ["heavy-tailed", (normal: number) => normal ** 3, 0],
    ["two-speed", (normal: number) => Math.sign(normal) + 0.1 * normal, 0.03],
  ])("misses the truth no oftener than it says, on %s noise", (_name, shape, atLeast) => {
    const random = createRandom(42);
    const missed = range(4000).filter(() => {
      const location = trimmedMean(range(20).map(() => shape(random.normal())));
      return Math.abs(location.value) > halfWidth(location, 0.95);
    }).length;
    expect(missed / 4000).toBeLessThan(0.06);
    expect(missed / 4000).toBeGreaterThan(atLeast);
  });
});
