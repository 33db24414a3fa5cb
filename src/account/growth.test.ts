import { expect, test } from "vitest";
import { createRandom } from "../base/random.ts";
import { growthFacts } from "./growth.ts";

const exact = (whole: number, smaller: number, pairs = 5) =>
  Array.from({ length: pairs }, () => ({ whole, smaller }));

test("the exponent of exact times, and the part that does not grow where growth is less than linear", () => {
  expect(growthFacts({ pairs: exact(8, 2), factor: 0.5 })).toEqual({
    "growth.exponent": 2,
    "growth.exponentLow": 2,
    "growth.exponentHigh": 2,
  });
  expect(growthFacts({ pairs: exact(3, 1), factor: 1 / 3 })["growth.exponent"]).toBeCloseTo(1, 12);
  // 4 that stay and 6 that grow.
  const facts = growthFacts({ pairs: exact(10, 7), factor: 0.5 });
  expect(facts["growth.fixedShare"]).toBeCloseTo(0.4, 12);
  // Work that was deleted: nothing grows.
  expect(growthFacts({ pairs: exact(5, 5), factor: 0.1 })).toMatchObject({
    "growth.exponent": 0,
    "growth.fixedShare": 1,
  });
});

test("one outlying pair changes little, and noise widens the interval to what it must cover", () => {
  const pairs = [...exact(4, 2, 4), { whole: 40, smaller: 2 }];
  expect(growthFacts({ pairs, factor: 0.5 })["growth.exponent"]).toBeCloseTo(1, 12);
  const random = createRandom(7);
  let covered = 0;
  for (let trial = 0; trial < 300; trial++) {
    const noisy = Array.from({ length: 7 }, () => ({
      whole: 4 * Math.exp(0.03 * random.normal()),
      smaller: Math.exp(0.03 * random.normal()),
    }));
    const { "growth.exponentLow": low = 9, "growth.exponentHigh": high = 0 } = growthFacts({
      pairs: noisy,
      factor: 0.5,
    });
    if (low <= 2 && 2 <= high) covered++;
  }
  expect(covered / 300).toBeGreaterThan(0.9);
});

test("too little, or nothing that can be compared, tells nothing", () => {
  expect(growthFacts({ pairs: exact(4, 2, 3), factor: 0.5 })).toEqual({});
  expect(growthFacts({ pairs: exact(0, 0), factor: 0.5 })).toEqual({});
  expect(growthFacts({ pairs: exact(4, 2), factor: 1 })).toEqual({});
});
