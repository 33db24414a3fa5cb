/**
 * Weights of cells in every quantity of one side. A weight function gives, for each cell (mask of neutral
 * factors), what its mean log time counts. Positive contributions are costs: y(with the cause) - y(without).
 */
import { range } from "../base/array.ts";
import { walshSign } from "../base/factorial.ts";
import { bitCount, shapleyWeight } from "../base/statistics.ts";

export type CellWeights = (cell: number) => number;

/** E_T, the classical effect: mean of cells with product +1 minus mean of those with -1 (Yates 1937). */
export const effectWeights =
  (subset: number, cellCount: number): CellWeights =>
  (cell) =>
    (2 / cellCount) * walshSign(cell, subset);

/** Shapley value of one factor over all 2^k cells (Shapley 1953). */
export const shapleyWeights =
  (factorCount: number, factor: number): CellWeights =>
  (cell) =>
    shapleyWeight(factorCount, factor, cell);

/**
 * The same by Walsh effects, phi = - sum over odd T with f of E_T / |T|. Effects of even order never enter, so with
 * interactions of two factors only, phi is minus the main effect and every design with clear main effects is exact.
 */
export const walshShapleyWeights =
  (factorCount: number, factor: number): CellWeights =>
  (cell) =>
    range(1 << factorCount)
      .filter((subset) => ((subset >> factor) & 1) === 1 && bitCount(subset) % 2 === 1)
      .reduce((total, subset) => total - effectWeights(subset, 1 << factorCount)(cell) / bitCount(subset), 0);

/**
 * Sum of a group's Owen values (Owen 1977): the Shapley value of the group as one player of the game among groups.
 * It does not move when a cause inside is cut into finer knobs. `groups` are disjoint masks that cover all factors.
 */
export const groupWeights =
  (groups: readonly number[], group: number): CellWeights =>
  (cell) => {
    const whole = groups.every((mask) => (cell & mask) === 0 || (cell & mask) === mask);
    if (!whole) return 0;
    const coalition = groups.reduce(
      (players, mask, index) => ((cell & mask) === mask ? players | (1 << index) : players),
      0,
    );
    return shapleyWeight(groups.length, group, coalition);
  };

/**
 * Shapley interaction index of two factors (Grabisch and Roubens 1999): the average of the second difference of
 * what is removed. Positive: they remove more together than apart; negative: they are substitutes.
 */
export const interactionWeights =
  (factorCount: number, [first, second]: readonly [number, number]): CellWeights =>
  (cell) => {
    const pair = (1 << first) | (1 << second);
    const sign = walshSign(cell, pair);
    const others = squeeze(cell, first, second);
    // The coalition's weight is that of a player who joins it in a game with one player fewer.
    return -sign * shapleyWeight(factorCount - 1, factorCount - 2, others);
  };

/** The mask without two of its bits, the rest moved together. */
function squeeze(cell: number, first: number, second: number): number {
  const without = (mask: number, bit: number) => (mask & ((1 << bit) - 1)) | ((mask >> (bit + 1)) << bit);
  return without(without(cell, Math.max(first, second)), Math.min(first, second));
}

/** y(from) - y(to). */
export const difference =
  (from: number, to: number): CellWeights =>
  (cell) =>
    (cell === from ? 1 : 0) - (cell === to ? 1 : 0);
