import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  holm,
  incompleteBeta,
  logGamma,
  median,
  normalQuantile,
  normalUpperTail,
  quantile,
  quantileInterval,
  studentQuantile,
  studentUpperTail,
  variance,
} from "./statistics.ts";

interface Golden {
  readonly studentQuantile: readonly [number, number, number][];
  readonly studentUpperTail: readonly [number, number, number][];
  readonly normalQuantile: readonly [number, number][];
  readonly normalUpperTail: readonly [number, number][];
  readonly logGamma: readonly [number, number][];
  readonly incompleteBeta: readonly [number, number, number, number][];
  readonly quantileRanks: readonly [number, number, number, number][];
  readonly holm: readonly [number[], number[]][];
}

const golden = JSON.parse(
  readFileSync(new URL("../../test/golden/statistics/scipy.json", import.meta.url), "utf8"),
) as Golden;

const relativeError = (got: number, want: number) => Math.abs(got - want) / Math.max(1e-300, Math.abs(want));
const error = (got: number, want: number) => Math.abs(got - want) / Math.max(1, Math.abs(want));

test("distributions agree with scipy", () => {
  // Far degrees of freedom go through ln Gamma of large numbers, which costs digits.
  for (const [p, nu, want] of golden.studentQuantile)
    expect(error(studentQuantile(p, nu), want), `t(${p}, ${nu})`).toBeLessThan(
      nu > 100 || p > 0.99999 ? 1e-9 : 1e-11,
    );
  for (const [t, nu, want] of golden.studentUpperTail)
    expect(relativeError(studentUpperTail(t, nu), want), `tail(${t}, ${nu})`).toBeLessThan(
      nu > 100 ? 1e-9 : 1e-11,
    );
  for (const [p, want] of golden.normalQuantile)
    expect(error(normalQuantile(p), want), `z(${p})`).toBeLessThan(1e-9);
  for (const [z, want] of golden.normalUpperTail)
    expect(relativeError(normalUpperTail(z), want), `normal tail(${z})`).toBeLessThan(1e-11);
  for (const [x, want] of golden.logGamma)
    expect(Math.abs(logGamma(x) - want), `lgamma(${x})`).toBeLessThan(1e-13 * Math.max(10, Math.abs(want)));
  for (const [x, a, b, want] of golden.incompleteBeta)
    expect(Math.abs(incompleteBeta(x, a, b) - want), `I(${x}, ${a}, ${b})`).toBeLessThan(1e-12);
});

test("a quantile lies on the straight line between its neighbours (type 7 of R)", () => {
  const at = (sorted: readonly number[]) => [0, 0.25, 0.5, 0.95, 1].map((share) => quantile(sorted, share));
  expect(at([124, 132])).toEqual([124, 126, 128, 131.6, 132]);
  expect(at([1, 2, 3, 4, 10])).toEqual([1, 2, 3, 8.799999999999999, 10]);
  expect(at([7])).toEqual([7, 7, 7, 7, 7]);
  expect(quantile([], 0.5)).toBeNaN();
});

test("the interval of a quantile ends at the order statistics of the binomial", () => {
  for (const [n, p, lowRank, highRank] of golden.quantileRanks) {
    const interval = quantileInterval(
      Float64Array.from({ length: n }, (_, rank) => rank),
      p,
      0.95,
    );
    expect(interval.low, `low of ${p} in ${n}`).toBe(lowRank < 0 ? undefined : lowRank);
    expect(interval.high, `high of ${p} in ${n}`).toBe(highRank >= n ? undefined : highRank);
  }
});

test("Holm's adjustment keeps the order given", () => {
  for (const [p, want] of golden.holm)
    for (const [index, value] of holm(p).entries()) expect(value).toBeCloseTo(want[index] ?? Number.NaN, 14);
});

test("small samples have the textbook values", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(variance([1, 2, 3, 4])).toBeCloseTo(5 / 3, 15);
  expect(variance([7])).toBeNaN();
});
