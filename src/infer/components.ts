/**
 * Components of variance of one side: s^2 of a run and u^2 of a layout, by the nested analysis of variance with
 * unequal group sizes (Searle, Casella and McCulloch, Variance Components, 1992, section 3.6). Rows (blocks) and
 * columns are taken out first; groups are the columns of a row that ran one binary.
 */
import { at, groupBy, range, sum } from "../base/array.ts";
import { satterthwaite } from "../base/statistics.ts";
import type { Contrast } from "../model/inference.ts";
import type { Column } from "../model/plan.ts";
import type { Matrix } from "./matrix.ts";

interface Stratum {
  readonly meanSquare: number;
  readonly degreesOfFreedom: number;
}

export interface Components {
  readonly rows: number;
  /** Columns by binary. */
  readonly groups: readonly (readonly number[])[];
  /** Within binaries; where every column has its own link, everything is in here. */
  readonly run: Stratum;
  /** Between binaries; absent where links are not shared or there is nothing to tell apart. */
  readonly layout?: Stratum & { readonly groupSize: number };
  /**
   * Columns whose spread is their own, by binary, with their residuals row after row. Far runs of all others were drawn
   * in; pooled over these, the few that were not would make a column that hides two of them look as sure as any.
   */
  readonly apart?: readonly Apart[];
}

interface Apart {
  readonly columns: readonly number[];
  readonly residuals: readonly Float64Array[];
}

/** `rest` are residuals of the two-way fit, already divided by the unclipped share. */
export function estimateComponents(
  { rows, columns }: Matrix,
  rest: Float64Array,
  { binaries, apart }: { readonly binaries: readonly number[]; readonly apart: readonly number[] },
): Components {
  const pooled = range(columns).filter((column) => !apart.includes(column));
  const groups = [...groupBy(pooled, (column) => binaries[column]).values()];
  const own = apartColumns({ rows, columns }, rest, [
    ...groupBy(apart, (column) => binaries[column]).values(),
  ]);
  const { within, between } = sumsOfSquares(rest, rows, groups);
  const dfWithin = (rows - 1) * (pooled.length - groups.length);
  const dfBetween = (rows - 1) * (groups.length - 1);
  if (dfWithin === 0 || dfBetween === 0)
    return { rows, groups, run: stratum(within + between, dfWithin + dfBetween), ...own };
  const squaredSizes = groups.reduce((total, group) => total + group.length ** 2, 0);
  const groupSize = (pooled.length - squaredSizes / pooled.length) / (groups.length - 1);
  const run = stratum(within, dfWithin);
  const layout = { ...stratum(between, dfBetween), groupSize };
  // A negative component means none: both strata then estimate the same noise.
  return layout.meanSquare <= run.meanSquare
    ? { rows, groups, run: stratum(within + between, dfWithin + dfBetween), ...own }
    : { rows, groups, run, layout, ...own };
}

function apartColumns(
  { rows, columns }: Pick<Matrix, "rows" | "columns">,
  rest: Float64Array,
  groups: readonly (readonly number[])[],
): Pick<Components, "apart"> {
  if (groups.length === 0) return {};
  const apart = groups.map((group) => ({
    columns: group,
    residuals: range(rows).map((row) =>
      Float64Array.from(group, (column) => at(rest, row * columns + column)),
    ),
  }));
  return { apart };
}

const stratum = (squares: number, degreesOfFreedom: number): Stratum => ({
  meanSquare: squares / degreesOfFreedom,
  degreesOfFreedom,
});

function sumsOfSquares(rest: Float64Array, rows: number, groups: readonly (readonly number[])[]) {
  const columns = rest.length / rows;
  let within = 0;
  let between = 0;
  for (let row = 0; row < rows; row++)
    for (const group of groups) {
      let total = 0;
      for (const column of group) total += at(rest, row * columns + column);
      const centre = total / group.length;
      between += group.length * centre ** 2;
      for (const column of group) within += (at(rest, row * columns + column) - centre) ** 2;
    }
  return { within, between };
}

/**
 * The same from some of the columns only, for contrasts that lean on few: the spread may follow the variant, and
 * then the average over all variants is not theirs. Row and column effects are those of the whole side, so the rows
 * cost almost no degrees of freedom here.
 */
export function localComponents(
  { rows, columns }: Matrix,
  rest: Float64Array,
  { binaries, chosen }: { readonly binaries: readonly number[]; readonly chosen: readonly number[] },
): Components {
  const groups = [...groupBy(chosen, (column) => binaries[column]).values()];
  const { within, between } = sumsOfSquares(rest, rows, groups);
  const dfWithin = (rows - 1) * (chosen.length - groups.length);
  const dfBetween = (rows - 1) * groups.length * (1 - 1 / columns);
  if (dfWithin === 0) return { rows, groups, run: stratum(between, dfBetween) };
  const run = stratum(within, dfWithin);
  const layout = { ...stratum(between, dfBetween), groupSize: chosen.length / groups.length };
  return layout.meanSquare <= run.meanSquare
    ? { rows, groups, run: stratum(within + between, dfWithin + dfBetween) }
    : { rows, groups, run, layout };
}

/**
 * The components of a single block, from columns of equal content only: a first interval before there is anything
 * to compare between blocks. Layouts are in it as far as repeats have links of their own.
 */
export function replicateComponents({ columns, values }: Matrix, plan: readonly Column[]): Components {
  const replicates = [...groupBy(range(columns), (column) => contentOf(plan[column])).values()];
  let squares = 0;
  for (const group of replicates) {
    const centre = group.reduce((total, column) => total + at(values, column), 0) / group.length;
    for (const column of group) squares += (at(values, column) - centre) ** 2;
  }
  return {
    rows: 1,
    groups: range(columns).map((column) => [column]),
    run: stratum(squares, columns - replicates.length),
  };
}

/** Placebo and baseline are the same program. */
function contentOf(column: Column | undefined): string {
  if (column?.dose !== undefined) return column.id;
  return `${column?.role === "plain" ? "plain" : "cell"} ${column?.cell}`;
}

/**
 * Variance of sum w x column mean: (s^2 sum w^2 + u^2 sum over binaries (sum of w in it)^2) / rows, with
 * Satterthwaite's degrees of freedom for the combination of mean squares (Satterthwaite 1946).
 */
export function contrastVariance(components: Components, weights: Float64Array): Omit<Contrast, "value"> {
  const pooled = pooledVariance(components, weights);
  const { apart, rows } = components;
  if (apart === undefined) return pooled;
  const own = apart.map(({ columns, residuals }) => {
    const squares = residuals.map(
      (row) => columns.reduce((total, column, place) => total + at(weights, column) * at(row, place), 0) ** 2,
    );
    return { variance: sum(squares) / (rows - 1) / rows, degreesOfFreedom: rows - 1 };
  });
  const terms = [pooled, ...own].filter(({ variance }) => variance > 0);
  return terms.length === 0
    ? pooled
    : { variance: sum(terms.map(({ variance }) => variance)), degreesOfFreedom: satterthwaite(terms) };
}

function pooledVariance(components: Components, weights: Float64Array): Omit<Contrast, "value"> {
  const { rows, groups, run, layout } = components;
  const squares = groups.flat().reduce((total, column) => total + at(weights, column) ** 2, 0);
  if (layout === undefined) {
    return { variance: (run.meanSquare * squares) / rows, degreesOfFreedom: run.degreesOfFreedom };
  }
  const perBinary = groups.reduce((total, group) => {
    const weight = group.reduce((inside, column) => inside + at(weights, column), 0);
    return total + weight ** 2;
  }, 0);
  const ofLayout = (layout.meanSquare * perBinary) / layout.groupSize;
  const ofRun = run.meanSquare * (squares - perBinary / layout.groupSize);
  const degreesOfFreedom =
    (ofLayout + ofRun) ** 2 / (ofLayout ** 2 / layout.degreesOfFreedom + ofRun ** 2 / run.degreesOfFreedom);
  return { variance: (ofLayout + ofRun) / rows, degreesOfFreedom };
}

/** s and u themselves, for people. */
export function standardDeviations({ run, layout }: Components): {
  readonly runSd: number;
  readonly layoutSd: number;
} {
  const u2 = layout === undefined ? 0 : (layout.meanSquare - run.meanSquare) / layout.groupSize;
  return { runSd: Math.sqrt(run.meanSquare), layoutSd: Math.sqrt(u2) };
}
