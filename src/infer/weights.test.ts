import fc from "fast-check";
import { expect, test } from "vitest";
import { permutationShapley } from "../../test/simulate/machines.ts";
import { at, range, sum } from "../base/array.ts";
import {
  type CellWeights,
  difference,
  groupWeights,
  interactionWeights,
  shapleyWeights,
  walshShapleyWeights,
} from "./weights.ts";

/** Log seconds of all 2^k cells of a game. */
const game = (factorCount: number) =>
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
    minLength: 1 << factorCount,
    maxLength: 1 << factorCount,
  });
const anyGame = fc.integer({ min: 1, max: 5 }).chain((k) => fc.record({ k: fc.constant(k), y: game(k) }));

const apply = (weightOf: CellWeights, y: readonly number[]) =>
  sum(y.map((value, cell) => weightOf(cell) * value));

function byPermutations(k: number, y: readonly number[], factor: number): number {
  const factors = range(k).map(String);
  const logSeconds = (neutral: ReadonlySet<string>) =>
    at(
      y,
      [...neutral].reduce((mask, name) => mask | (1 << Number(name)), 0),
    );
  return permutationShapley({ factors, logSeconds }, String(factor));
}

test("Walsh form, coalition weights and the mean over all orders are one number", () => {
  fc.assert(
    fc.property(anyGame, ({ k, y }) => {
      for (const factor of range(k)) {
        const expected = byPermutations(k, y, factor);
        expect(apply(shapleyWeights(k, factor), y)).toBeCloseTo(expected, 12);
        expect(apply(walshShapleyWeights(k, factor), y)).toBeCloseTo(expected, 12);
      }
    }),
    { numRuns: 60 },
  );
});

test("contributions sum to what all neutralisations together remove", () => {
  fc.assert(
    fc.property(anyGame, ({ k, y }) => {
      const total = sum(range(k).map((factor) => apply(shapleyWeights(k, factor), y)));
      expect(total).toBeCloseTo(apply(difference(0, (1 << k) - 1), y), 12);
    }),
  );
});

test("a factor that changes nothing gets nothing, and two that are alike get the same", () => {
  fc.assert(
    fc.property(game(3), (y) => {
      const blind = range(16).map((cell) => at(y, cell & 7));
      expect(apply(shapleyWeights(4, 3), blind)).toBeCloseTo(0, 12);
      // Only the number of neutral factors among the first two counts.
      const alike = range(16).map((cell) => at(y, (cell & 1) + ((cell >> 1) & 1) + 4 * ((cell >> 2) & 1)));
      expect(apply(shapleyWeights(4, 0), alike)).toBeCloseTo(apply(shapleyWeights(4, 1), alike), 12);
    }),
  );
});

test("cutting a cause into two knobs that work only together does not move the sums of groups", () => {
  fc.assert(
    fc.property(game(3), (y) => {
      // Factor 0 of the whole game becomes knobs 0 and 3 of the cut one.
      const cut = range(16).map((cell) => at(y, (cell & 6) | ((cell & 9) === 9 ? 1 : 0)));
      const whole = [1, 2, 4];
      const fine = [9, 2, 4];
      for (const group of range(3))
        expect(apply(groupWeights(fine, group), cut)).toBeCloseTo(apply(groupWeights(whole, group), y), 12);
    }),
  );
});

test("groups of one factor are Shapley values", () => {
  for (const cell of range(16))
    expect(groupWeights([1, 2, 4, 8], 2)(cell)).toBeCloseTo(shapleyWeights(4, 2)(cell), 14);
});

test("the interaction index tells substitutes from factors that need each other", () => {
  // gc .25, alloc .40, both together only .40; bce .05 on its own.
  const removed = [0, 0.25, 0.4, 0.4, 0.05, 0.3, 0.45, 0.45];
  const y = removed.map((value) => -value);
  expect(apply(interactionWeights(3, [0, 1]), y)).toBeCloseTo(-0.25, 12);
  expect(apply(interactionWeights(3, [0, 2]), y)).toBeCloseTo(0, 12);
  expect(range(3).map((factor) => Number(apply(shapleyWeights(3, factor), y).toFixed(3)))).toEqual([
    0.125, 0.275, 0.05,
  ]);
  const gate = [0, 0, 0, -0.3];
  expect(apply(interactionWeights(2, [0, 1]), gate)).toBeCloseTo(0.3, 12);
});

test("sides can be taken apart: in the game of both, a factor's value is its value on one side minus that on the other", () => {
  const sides = fc
    .integer({ min: 1, max: 3 })
    .chain((k) => fc.record({ k: fc.constant(k), slow: game(k), fast: game(k) }));
  fc.assert(
    fc.property(sides, ({ k, slow, fast }) => {
      for (const factor of range(k)) {
        const apart = apply(shapleyWeights(k, factor), slow) - apply(shapleyWeights(k, factor), fast);
        // Switched on both sides at once, the gap is one game of k players.
        const gap = slow.map((value, cell) => value - at(fast, cell));
        expect(apply(shapleyWeights(k, factor), gap)).toBeCloseTo(apart, 12);
        // Switched on each side on its own, it is a game of 2k players, and the factor is two of them.
        const both = range(1 << (2 * k)).map((cell) => at(slow, cell & ((1 << k) - 1)) - at(fast, cell >> k));
        const ofSlow = apply(shapleyWeights(2 * k, factor), both);
        const ofFast = apply(shapleyWeights(2 * k, k + factor), both);
        expect(ofSlow + ofFast).toBeCloseTo(apart, 12);
      }
    }),
  );
});
