import { describe, expect, it } from "vitest";
import { type Verdict, welchVerdict } from "../../bench/harness/same-twice.ts";
import { loopTarget, quartileRange, sameTwiceTargets, startUpTargets } from "../../bench/harness/targets.ts";
import { range } from "../../src/base/array.ts";
import { createRandom } from "../../src/base/random.ts";

const batch = (wallSeconds: readonly number[], peakMemoryBytes: readonly number[] = []) => [
  { wallSeconds, peakMemoryBytes },
];

describe("harness bench", () => {
  it("tests as Welch does", () => {
    // Means 3 and 6, variances 2.5 and 10, n = 5: t = 3 / sqrt(2.5) = 1.897 with 5.88 degrees of freedom (2.459 at 95 %).
    const first = { times: [1, 2, 3, 4, 5], meanCpuSeconds: 1 };
    const second = { times: [2, 4, 6, 8, 10], meanCpuSeconds: 2 };
    const verdict = welchVerdict(first, second);
    expect(verdict.isFalse).toBe(false);
    expect(verdict.wall).toBeCloseTo(Math.log(0.5), 12);
    expect(verdict.cpu).toBeCloseTo(Math.log(0.5), 12);
    expect(verdict.halfWidth * 6).toBeCloseTo(2.459 * Math.sqrt(2.5), 2);
    expect(welchVerdict(first, { ...second, times: [12, 14, 16, 18, 20] }).isFalse).toBe(true);
  });

  it("takes the quartiles of odd and even counts", () => {
    expect(quartileRange([4, 1, 3, 2])).toBe(2);
    expect(quartileRange([5, 1, 4, 2, 3])).toBe(2);
  });

  it("divides ours by theirs and holds that against the limit", () => {
    const ours = batch([0.0005, 0.0006], [600_000, 700_000]);
    const theirs = batch([0.0005, 0.0005], [2_400_000]);
    const random = createRandom(1);
    const [t1, t2, t6] = startUpTargets({ ours, theirs }, { ours, theirs }, random);
    expect(t1).toMatchObject({ id: "T1", today: expect.closeTo(1.1, 9) as number, holds: false, count: 2 });
    expect(t2).toMatchObject({ id: "T2", today: null, holds: null });
    expect(t6).toMatchObject({ id: "T6", today: 0.25, holds: true });
    const without = startUpTargets({ ours, theirs }, { ours, theirs: batch([0.0005]) }, random)[2];
    expect(without).toMatchObject({ id: "T6", holds: null });
    expect(loopTarget({ ours: batch([0.05]), theirs: batch([0.051]) }, random).holds).toBe(false);
  });

  it("cannot tell when the interval reaches beyond the limit", () => {
    const random = createRandom(2);
    const noisy = (seconds: number) =>
      range(30).map(() => ({
        wallSeconds: [seconds * Math.exp(0.2 * random.normal())],
        peakMemoryBytes: [],
      }));
    const target = loopTarget({ ours: noisy(0.05), theirs: noisy(0.05) }, random);
    expect(target.holds).toBeNull();
    const [low, high] = target.interval ?? [0, 0];
    expect(low).toBeLessThan(1);
    expect(high).toBeGreaterThan(1);
    expect(loopTarget({ ours: noisy(0.05), theirs: noisy(0.1) }, random).holds).toBe(false);
  });

  it("does not judge a rate of false differences by few repeats", () => {
    const verdict = (isFalse: boolean, wall: number): Verdict => ({
      wall,
      cpu: wall / 10,
      isFalse,
      halfWidth: 0.01,
    });
    const many = (count: number, falseOnes: number, wall: number) =>
      range(count).map((index) => verdict(index < falseOnes, wall));
    const random = createRandom(3);
    const judged = sameTwiceTargets({ ours: many(200, 4, 0.01), theirs: many(200, 80, 0.1) }, random);
    expect(judged.map(({ today }) => today)).toEqual(
      [0.05, 0.1, 0.1].map((ratio) => expect.closeTo(ratio, 9) as number),
    );
    expect(judged.map(({ holds }) => holds)).toEqual([true, true, true]);
    const few = sameTwiceTargets({ ours: many(20, 0, 0.01), theirs: many(20, 8, 0.1) }, random);
    expect(few[0]?.holds).toBeNull();
    const often = sameTwiceTargets({ ours: many(200, 17, 0.01), theirs: many(200, 200, 0.1) }, random);
    expect(often[0]?.holds).toBe(false);
  });
});
