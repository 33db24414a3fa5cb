import { expect, test } from "vitest";
import { upperShare, wilsonInterval } from "./shares.ts";

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
