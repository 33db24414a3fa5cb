/** How many blocks a precision needs, from the pilot's noise. */
import { groupBy, range, sum } from "../base/array.ts";
import { completeCells } from "../base/factorial.ts";
import { normalQuantile, shapleyWeight } from "../base/statistics.ts";
import type { Column } from "../model/plan.ts";

/** Standard deviations of one run, log units. */
export interface Noise {
  readonly runSd: number;
  readonly layoutSd: number;
}

/**
 * Variance of the worst factor's contribution on one side after one block: sum w^2 s^2 over columns plus
 * (sum of w in a binary)^2 u^2 over binaries.
 */
export function blockVariance(
  columns: readonly Column[],
  factorCount: number,
  noise: Noise,
  missing: readonly number[] = [],
): number {
  const cells = columns.filter((column) => column.role === "cell" || column.role === "placebo");
  const full = new Set(cells.map((column) => column.cell)).size + missing.length === 1 << factorCount;
  const completion = missing.length === 0 ? undefined : completeCells(factorCount, missing, 1);
  const variances = range(factorCount).map((factor) => {
    const shapley = (cell: number) => shapleyWeight(factorCount, factor, cell);
    const completed = completion === undefined ? shapley : completion.complete(shapley);
    const weights = spread(cells, (cell) => (full ? completed(cell) : mainEffectWeight(cells, factor, cell)));
    const byBinary = [...groupBy(cells, (column) => column.binary).values()].map((group) =>
      sum(group.map((column) => weights.get(column) ?? 0)),
    );
    const squares = (values: readonly number[]) => sum(values.map((value) => value ** 2));
    return squares([...weights.values()]) * noise.runSd ** 2 + squares(byBinary) * noise.layoutSd ** 2;
  });
  return Math.max(0, ...variances);
}

/** Minus the classical main effect: 2/C for baseline cells, -2/C for neutral ones. */
function mainEffectWeight(cells: readonly Column[], factor: number, cell: number): number {
  const distinct = new Set(cells.map((column) => column.cell)).size;
  return ((cell >> factor) & 1) === 1 ? -2 / distinct : 2 / distinct;
}

function spread(columns: readonly Column[], weightOf: (cell: number) => number): ReadonlyMap<Column, number> {
  const byCell = groupBy(columns, (column) => column.cell);
  return new Map(
    columns.map((column) => [column, weightOf(column.cell) / (byCell.get(column.cell)?.length ?? 1)]),
  );
}

/** n = (z/d)^2 * variance of one block. */
export function blocksFor(precision: number, confidence: number, variance: number): number {
  return Math.ceil((normalQuantile((1 + confidence) / 2) / precision) ** 2 * variance);
}

/** Links of one block. */
export function linkCount(columns: readonly Column[]): number {
  return new Set(columns.map((column) => column.binary)).size;
}
