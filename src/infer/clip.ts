/**
 * Outlying runs: residuals of a two-way table drawn in (METHOD step 9; Huber, Robust Statistics, 1981, chapter 7:
 * pseudo-values, and the variance divided by the square of the mean slope of psi). Where all variants have one
 * spread, far residuals lose their influence altogether (Hampel 1974: psi falls back to zero), because what is far
 * out cannot be the program's. Where the spread follows a variant, psi stays flat: drawing the tail of one variant
 * in any further would move what is estimated.
 */
import { at, range, sum } from "../base/array.ts";
import { medianInPlace } from "../base/statistics.ts";
import type { TailTreatment } from "../model/inference.ts";
import { fitMeans, type Matrix, residuals, type TwoWayFit } from "./matrix.ts";

const cutInScales = 4;
/** Where a falling psi reaches zero. */
const endInScales = 8;
/** With more of them, far runs are a mode of their own (layouts of two kinds, a neighbour), not outliers. */
const mostOutliers = 0.1;
/**
 * A column with more of them has no clear middle: two far runs of four pull the fit between the two pairs, and
 * drawing all in would hide that. Such a column stays as measured and its spread counts, for itself alone.
 */
const mostOfColumn = 1 / 3;
/** Standard deviations by which the spreads of two levels must differ to count as different. */
const spreadEvidence = 2.5;
const refits = 3;
const polishPasses = 4;
const fewestBlocks = 4;
/** 1 / normal quantile of 3/4: makes the median absolute deviation a standard deviation under the normal. */
const madToSd = 1.482602218505602;

export interface Cleaned {
  readonly matrix: Matrix;
  /** What residuals are divided by: 1 without outliers, less by about the share of runs drawn in. */
  readonly unclippedShare: number;
  /** Share of runs drawn in, 0-1. */
  readonly clippedShare: number;
  readonly tails: TailTreatment;
  /** Columns without a clear middle, left as measured where all others had their far runs drawn in. */
  readonly apart: readonly number[];
}

/** `cells[c]` is the mask of column c: bit i set = factor i neutral. */
export function clip(matrix: Matrix, cells: readonly number[], factorCount: number): Cleaned {
  const untouched = { matrix, unclippedShare: 1, clippedShare: 0, apart: [] };
  if (matrix.rows < fewestBlocks) return { ...untouched, tails: "too few blocks" };
  const start = medianPolish(matrix);
  const spread = measureSpread(residuals(matrix, start), matrix, { cells, factorCount });
  let drawn = drawIn(matrix, start, spread);
  for (let pass = 0; pass < refits; pass++) drawn = drawIn(matrix, fitMeans(drawn.matrix), spread);
  if (drawn.count > mostOutliers * matrix.values.length) return { ...untouched, tails: "too many" };
  if (variantsDiffer(drawn, cells, factorCount)) return { ...untouched, tails: "variants differ" };
  return {
    matrix: drawn.matrix,
    unclippedShare: correctedSlope(drawn, matrix),
    clippedShare: drawn.count / matrix.values.length,
    tails: "clipped",
    apart: drawn.apart,
  };
}

/**
 * Mean slope m of psi over K = 1 + p/n var(psi') / m^2, for p fitted among n values (Huber 1981, section 7.6): where few
 * runs stand behind each location, outliers make it less certain than m alone says.
 */
function correctedSlope(
  { lostSlope, lostSquare }: Drawing,
  { rows, columns, values: { length } }: Matrix,
): number {
  const slope = 1 + lostSlope / length;
  const spread = 1 + lostSquare / length - slope ** 2;
  return slope / (1 + (((rows + columns - 1) / length) * spread) / slope ** 2);
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

interface Spread {
  /** Scale of each column. */
  readonly scales: Float64Array;
  /** Whether the levels of some factor have different spreads. */
  readonly followsVariant: boolean;
}

/**
 * Scale of each column: the largest, over factors, of the MAD over all columns on the same level. A tail that comes
 * with one level (a collector that is on) makes that level's scale large and so is left alone.
 */
function measureSpread(
  rest: Float64Array,
  { rows, columns }: Matrix,
  { cells, factorCount }: Levels,
): Spread {
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
  if (factorCount === 0) return { scales: scales.fill(madOver(range(columns))), followsVariant: false };
  let followsVariant = false;
  for (const factor of range(factorCount)) {
    const levels = [0, 1].map((level) => {
      const chosen = range(columns).filter((column) => ((at(cells, column) >> factor) & 1) === level);
      const scale = madOver(chosen);
      for (const column of chosen) scales[column] = Math.max(at(scales, column), scale);
      return { scale, runs: chosen.length * rows };
    });
    followsVariant ||= spreadsDiffer(levels);
  }
  return { scales, followsVariant };
}

/** ln MAD of N normal values has variance 1.36 / N (Huber 1981, section 5.1). */
function spreadsDiffer(levels: readonly { readonly scale: number; readonly runs: number }[]): boolean {
  const logs = levels.map(({ scale }) => Math.log(scale));
  const noise = Math.sqrt(levels.reduce((total, { runs }) => total + 1.36 / runs, 0));
  return Math.max(...logs) - Math.min(...logs) > spreadEvidence * noise;
}

interface Drawing {
  readonly matrix: Matrix;
  readonly count: number;
  /** Sum of the changes of psi's slope, at most zero. */
  readonly lostSlope: number;
  /** The same of the square of the slope. */
  readonly lostSquare: number;
  /** Residuals drawn in from above minus from below, per column. */
  readonly signed: Float64Array;
  readonly apart: readonly number[];
}

function drawIn(matrix: Matrix, fit: TwoWayFit, { scales, followsVariant }: Spread): Drawing {
  const { rows, columns } = matrix;
  const rest = residuals(matrix, fit);
  const values = Float64Array.from(matrix.values);
  const signed = new Float64Array(columns);
  const excessOf = (index: number) => Math.abs(at(rest, index)) - cutInScales * at(scales, index % columns);
  const perColumn = new Float64Array(columns);
  for (let index = 0; index < values.length; index++)
    if (excessOf(index) > 0) perColumn[index % columns] = at(perColumn, index % columns) + 1;
  const isApart = (column: number) => at(perColumn, column) > rows * mostOfColumn;
  // psi falls by `fall` for every unit beyond the cut.
  const fall = followsVariant ? 0 : cutInScales / (endInScales - cutInScales);
  let lostSlope = 0;
  let lostSquare = 0;
  for (let index = 0; index < values.length; index++) {
    const column = index % columns;
    const excess = excessOf(index);
    if (excess <= 0 || isApart(column)) continue;
    const sign = Math.sign(at(rest, index));
    const cut = cutInScales * at(scales, column);
    const kept = Math.max(0, cut - fall * excess);
    values[index] = at(values, index) - sign * (cut + excess - kept);
    signed[column] = at(signed, column) + sign;
    const slope = kept > 0 ? -fall : 0;
    lostSlope += slope - 1;
    lostSquare += slope ** 2 - 1;
  }
  const apart = range(columns).filter(isApart);
  return { matrix: { ...matrix, values }, count: sum(perColumn), lostSlope, lostSquare, signed, apart };
}

/**
 * Tails that hit all variants alike are the machine's; tails that follow a variant are the program's and must stay.
 * The balance is looked at for every factor: a sum of signed clips over its levels (+1 neutral, -1 not, less their
 * mean, since levels need not have equally many columns) beyond 2.5 of its standard deviations, plus one.
 */
function variantsDiffer({ count, signed }: Drawing, cells: readonly number[], factorCount: number): boolean {
  return range(factorCount).some((factor) => {
    const levels = cells.map((cell) => (((cell >> factor) & 1) === 1 ? 1 : -1));
    const centre = sum(levels) / levels.length;
    let balance = 0;
    signed.forEach((clips, column) => {
      balance += clips * (at(levels, column) - centre);
    });
    return Math.abs(balance) > 2.5 * Math.sqrt(count * (1 - centre ** 2)) + 1;
  });
}
