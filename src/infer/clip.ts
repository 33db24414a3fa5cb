/**
 * Outlying runs: winsorised residuals of a two-way table (METHOD step 9, after Huber, Robust Statistics, 1981,
 * chapter 7: pseudo-values and the variance divided by the square of the share that was not clipped).
 */
import { at, range } from "../base/array.ts";
import { medianInPlace } from "../base/statistics.ts";
import type { TailTreatment } from "../model/inference.ts";
import { fitMeans, type Matrix, residuals, type TwoWayFit } from "./matrix.ts";

const cutInScales = 4;
const refits = 3;
const polishPasses = 4;
const fewestBlocks = 4;
/** 1 / normal quantile of 3/4: makes the median absolute deviation a standard deviation under the normal. */
const madToSd = 1.482602218505602;

export interface Cleaned {
  readonly matrix: Matrix;
  /** Share of runs that were not clipped, 0-1; residuals are divided by it. */
  readonly unclippedShare: number;
  readonly tails: TailTreatment;
}

/** `cells[c]` is the mask of column c: bit i set = factor i neutral. */
export function clip(matrix: Matrix, cells: readonly number[], factorCount: number): Cleaned {
  if (matrix.rows < fewestBlocks) return { matrix, unclippedShare: 1, tails: "too few blocks" };
  const start = medianPolish(matrix);
  const limits = columnScales(residuals(matrix, start), matrix, { cells, factorCount }).map(
    (scale) => cutInScales * scale,
  );
  let fit = start;
  let clipped = clipAround(matrix, fit, limits);
  for (let pass = 0; pass < refits; pass++) {
    fit = fitMeans(clipped.matrix);
    clipped = clipAround(matrix, fit, limits);
  }
  if (variantsDiffer(clipped, cells, factorCount))
    return { matrix, unclippedShare: 1, tails: "variants differ" };
  const unclippedShare = 1 - clipped.count / matrix.values.length;
  return { matrix: clipped.matrix, unclippedShare, tails: "clipped" };
}

/** Tukey's median polish: row and column effects that a few wild values cannot move. */
function medianPolish({ rows, columns, values }: Matrix): TwoWayFit {
  const rest = Float64Array.from(values);
  const rowEffects = new Float64Array(rows);
  const columnMeans = new Float64Array(columns);
  for (let pass = 0; pass < polishPasses; pass++) {
    sweep(rest, columnMeans, { lines: columns, step: 1, length: rows, stride: columns });
    sweep(rest, rowEffects, { lines: rows, step: columns, length: columns, stride: 1 });
  }
  return { rowEffects, columnMeans };
}

/** Where the lines of a table lie: line l has `length` values from l * step on, `stride` apart. */
interface Lines {
  readonly lines: number;
  readonly step: number;
  readonly length: number;
  readonly stride: number;
}

/** Moves the median of every line from the table into the line's effect. */
function sweep(rest: Float64Array, effects: Float64Array, { lines, step, length, stride }: Lines): void {
  const scratch = new Float64Array(length);
  for (let line = 0; line < lines; line++) {
    for (let place = 0; place < length; place++) scratch[place] = at(rest, line * step + place * stride);
    const centre = medianInPlace(scratch);
    effects[line] = at(effects, line) + centre;
    for (let place = 0; place < length; place++) {
      const index = line * step + place * stride;
      rest[index] = at(rest, index) - centre;
    }
  }
}

interface Levels {
  readonly cells: readonly number[];
  readonly factorCount: number;
}

/**
 * Scale of each column: the largest, over factors, of the MAD over all columns on the same level. A tail that comes
 * with one level (a collector that is on) makes that level's scale large and so is left alone.
 */
function columnScales(
  rest: Float64Array,
  { rows, columns }: Matrix,
  { cells, factorCount }: Levels,
): Float64Array {
  // The fit has used up one value per row and column.
  const correction = Math.sqrt((rows * columns) / ((rows - 1) * (columns - 1)));
  const madOver = (chosen: readonly number[]) => {
    const deviations = new Float64Array(chosen.length * rows);
    let count = 0;
    for (const column of chosen)
      for (let row = 0; row < rows; row++) deviations[count++] = Math.abs(at(rest, row * columns + column));
    return madToSd * correction * medianInPlace(deviations);
  };
  const scales = new Float64Array(columns);
  if (factorCount === 0) return scales.fill(madOver(range(columns)));
  for (const factor of range(factorCount))
    for (const level of [0, 1]) {
      const chosen = range(columns).filter((column) => ((at(cells, column) >> factor) & 1) === level);
      const scale = madOver(chosen);
      for (const column of chosen) scales[column] = Math.max(at(scales, column), scale);
    }
  return scales;
}

interface Clipping {
  readonly matrix: Matrix;
  readonly count: number;
  /** Clips above minus clips below, per column. */
  readonly signed: Float64Array;
}

function clipAround(matrix: Matrix, fit: TwoWayFit, limits: Float64Array): Clipping {
  const { columns } = matrix;
  const rest = residuals(matrix, fit);
  const values = Float64Array.from(matrix.values);
  const signed = new Float64Array(columns);
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const column = index % columns;
    const excess = Math.abs(at(rest, index)) - at(limits, column);
    if (excess <= 0) continue;
    const sign = Math.sign(at(rest, index));
    values[index] = at(values, index) - sign * excess;
    signed[column] = at(signed, column) + sign;
    count++;
  }
  return { matrix: { ...matrix, values }, count, signed };
}

/**
 * Tails that hit all variants alike are the machine's; tails that follow a variant are the program's and must stay.
 * The balance is looked at for every factor: a sum of signed clips beyond 2.5 of its standard deviations, plus one.
 */
function variantsDiffer({ count, signed }: Clipping, cells: readonly number[], factorCount: number): boolean {
  const allowed = 2.5 * Math.sqrt(count) + 1;
  return range(factorCount).some((factor) => {
    let balance = 0;
    signed.forEach((clips, column) => {
      balance += ((at(cells, column) >> factor) & 1) === 1 ? clips : -clips;
    });
    return Math.abs(balance) > allowed;
  });
}
