import fc from "fast-check";
import { expect, test } from "vitest";
import { at, range, sum } from "./array.ts";
import { completeCells, walshSign } from "./factorial.ts";
import { bitCount, shapleyWeight } from "./statistics.ts";

/** Cells of a machine whose effects are given by mask; E/2 is the coefficient of its product. */
const cellsFrom = (factorCount: number, effects: readonly number[]) =>
  range(1 << factorCount).map((cell) =>
    sum(effects.map((effect, subset) => (effect / 2) * walshSign(cell, subset))),
  );

const anyMachine = fc.integer({ min: 3, max: 5 }).chain((factorCount) =>
  fc.record({
    factorCount: fc.constant(factorCount),
    effects: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: 1 << factorCount,
      maxLength: 1 << factorCount,
    }),
    missing: fc.uniqueArray(fc.integer({ min: 1, max: (1 << factorCount) - 1 }), {
      minLength: 1,
      maxLength: 1 << (factorCount - 3),
    }),
    factor: fc.integer({ min: 0, max: factorCount - 1 }),
  }),
);

test("missing cells are exact where the effects that are given up are zero", () => {
  fc.assert(
    fc.property(anyMachine, ({ factorCount, effects, missing, factor }) => {
      const completion = completeCells(factorCount, missing, 2);
      if (completion === undefined) throw new Error("effects of two and more always determine so few cells");
      const kept = effects.map((effect, subset) => (bitCount(subset) < completion.order ? effect : 0));
      const cells = cellsFrom(factorCount, kept);
      const weightOf = (cell: number) => shapleyWeight(factorCount, factor, cell);
      const completed = completion.complete(weightOf);
      const apply = (weights: (cell: number) => number) =>
        sum(cells.map((value, cell) => weights(cell) * value));
      expect(apply(completed)).toBeCloseTo(apply(weightOf), 10);
      for (const cell of missing) expect(completed(cell)).toBe(0);
    }),
  );
});

test("what is off where they are not zero is the sensitivity times the effects", () => {
  fc.assert(
    fc.property(anyMachine, ({ factorCount, effects, missing, factor }) => {
      const completion = completeCells(factorCount, missing, 2);
      if (completion === undefined) throw new Error("effects of two and more always determine so few cells");
      const cells = cellsFrom(factorCount, effects);
      const weightOf = (cell: number) => shapleyWeight(factorCount, factor, cell);
      const apply = (weights: (cell: number) => number) =>
        sum(cells.map((value, cell) => weights(cell) * value));
      const off = sum(
        [...completion.sensitivity(weightOf)].map(([subset, change]) => change * at(effects, subset)),
      );
      expect(apply(completion.complete(weightOf)) - apply(weightOf)).toBeCloseTo(off, 9);
    }),
  );
});

test("one missing cell gives up the highest order alone; a pair that never goes together is not given up for it", () => {
  expect(completeCells(4, [0b1111], 3)?.order).toBe(4);
  expect(completeCells(4, [0b0111, 0b1111], 3)?.order).toBe(3);
  expect(completeCells(3, [0b011, 0b111], 3)).toBeUndefined();
});
