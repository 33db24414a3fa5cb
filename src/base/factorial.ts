/** Arithmetic of two-level factorial designs; a cell is a mask of factors at their second level. */
import { at, range, sum } from "./array.ts";
import { bitCount } from "./statistics.ts";

/** H(x, T): product of the codes of T in cell x, set = +1, not set = -1. */
export function walshSign(cell: number, subset: number): number {
  return bitCount(subset & ~cell) % 2 === 0 ? 1 : -1;
}

/** How the cells that are missing follow from those that are there. */
export interface Completion {
  /** Effects of this order and above are taken as zero, or as near to it as all the cells allow. */
  readonly order: number;
  /** Weights of cells when missing ones are replaced by what the others say of them: zero on missing cells. */
  readonly complete: (weightOf: (cell: number) => number) => (cell: number) => number;
  /** How much a quantity is off for every effect (by mask) of `order` and above that is not zero after all. */
  readonly sensitivity: (weightOf: (cell: number) => number) => ReadonlyMap<number, number>;
}

/**
 * Solves a full factorial for missing cells: the effects of the highest orders are set to zero, as few orders as
 * determine the cells, by least squares where these are more effects than cells (Yates 1933 for field trials; Draper
 * and Stoneman, Technometrics 1964, for factorials). With one missing cell that is the highest-order effect alone.
 * Undefined where effects of fewer than `lowestOrder` factors would have to be given up.
 */
export function completeCells(
  factorCount: number,
  missing: readonly number[],
  lowestOrder: number,
): Completion | undefined {
  for (let order = factorCount; order >= lowestOrder; order--) {
    const effects = range(1 << factorCount).filter((subset) => bitCount(subset) >= order);
    const shares = pseudoInverse(missing, effects);
    if (shares !== undefined) return completion({ factorCount, missing, effects, shares, order });
  }
  return undefined;
}

interface Solved {
  readonly factorCount: number;
  readonly missing: readonly number[];
  readonly effects: readonly number[];
  /** Row per missing cell, column per effect. */
  readonly shares: readonly (readonly number[])[];
  readonly order: number;
}

function completion({ factorCount, missing, effects, shares, order }: Solved): Completion {
  const shareOf = (weightOf: (cell: number) => number, effect: number) =>
    sum(missing.map((cell, row) => weightOf(cell) * at(rowOf(shares, row), effect)));
  return {
    order,
    complete: (weightOf) => {
      const perEffect = effects.map((_, effect) => shareOf(weightOf, effect));
      return (cell) =>
        missing.includes(cell)
          ? 0
          : weightOf(cell) -
            sum(effects.map((subset, effect) => at(perEffect, effect) * walshSign(cell, subset)));
    },
    sensitivity: (weightOf) =>
      new Map(
        effects.map((subset, effect) => [subset, -(1 << (factorCount - 1)) * shareOf(weightOf, effect)]),
      ),
  };
}

/** (H'H)^-1 H' for H of effects by missing cells; undefined where the effects do not determine the cells. */
function pseudoInverse(
  missing: readonly number[],
  effects: readonly number[],
): readonly (readonly number[])[] | undefined {
  const rows = missing.map((cell) => effects.map((subset) => walshSign(cell, subset)));
  const augmented = rows.map((row) => [
    ...rows.map((other) => sum(row.map((value, index) => value * at(other, index)))),
    ...row,
  ]);
  return eliminate(augmented)?.map((row) => row.slice(missing.length));
}

/** Gauss and Jordan with the largest pivot; undefined when the left square is singular. */
function eliminate(rows: readonly (readonly number[])[]): readonly (readonly number[])[] | undefined {
  let current = rows;
  for (const column of range(rows.length)) {
    const pivotRow = range(rows.length)
      .slice(column)
      .reduce((best, row) =>
        Math.abs(at(rowOf(current, row), column)) > Math.abs(at(rowOf(current, best), column)) ? row : best,
      );
    const pivot = at(rowOf(current, pivotRow), column);
    // Entries are sums of signs: what is not zero is at least one.
    if (Math.abs(pivot) < 1e-6) return undefined;
    const scaled = rowOf(current, pivotRow).map((value) => value / pivot);
    const displaced = rowOf(current, column);
    current = current.map((row, index) => {
      if (index === column) return scaled;
      const own = index === pivotRow ? displaced : row;
      return own.map((value, place) => value - at(own, column) * at(scaled, place));
    });
  }
  return current;
}

const rowOf = (rows: readonly (readonly number[])[], row: number): readonly number[] => rows[row] ?? [];
