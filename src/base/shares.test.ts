import { expect, test } from "vitest";
import { shareInterval, upperShare, wilsonInterval } from "./shares.ts";

// Newcombe, Statistics in Medicine 17, 1998, table I, method 3.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("Wilson's interval of %d in %d", (hits, samples, low, high) => {
  const interval = wilsonInterval(hits / samples, samples, 0.95);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test("without samples every share is possible", () => {
  expect(wilsonInterval(0, 0, 0.95)).toEqual({ low: 0, high: 1 });
  expect(upperShare([{ hits: 0, all: 0 }])).toBe(1);
});

const runs = (...hits: readonly number[]) => hits.map((one) => ({ hits: one, all: 100 }));

test("a share has both ends, wider where runs differ by more than chance", () => {
  const even = shareInterval(runs(50, 50));
  expect(even.value).toBe(0.5);
  expect(even.high - even.value).toBeCloseTo(1.96 * Math.sqrt(0.25 / 200), 4);
  expect(even.value - even.low).toBeCloseTo(even.high - even.value, 12);
  const uneven = shareInterval(runs(30, 70));
  expect(uneven.high - uneven.low).toBeGreaterThan(3 * (even.high - even.low));
});

test("nothing seen is bounded by the rule of three, and no samples bound nothing", () => {
  expect(shareInterval(runs(0, 0))).toEqual({ value: 0, low: 0, high: 0.015 });
  expect(shareInterval([])).toEqual({ value: 0, low: 0, high: 1 });
  expect(upperShare([])).toBe(1);
});
