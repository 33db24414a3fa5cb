/** Everything about one side that does not depend on the observations: weights of columns in each quantity. */
import { at, groupBy, pairs, range, sum } from "../base/array.ts";
import { ensure } from "../base/assert.ts";
import { type Completion, completeCells } from "../base/factorial.ts";
import { bitCount } from "../base/statistics.ts";
import type { FactorGroup, FactorId } from "../model/factor.ts";
import type { Column, Side } from "../model/plan.ts";
import {
  type CellWeights,
  difference,
  effectWeights,
  groupWeights,
  interactionWeights,
  shapleyWeights,
} from "./weights.ts";

/** One weight per column of the side, those of the other half of a fraction behind those of the first. */
export type Weights = Float64Array;

/** Columns that run in the same blocks. */
export interface HalfDesign {
  /** Place of the first column in a row of the half's table. */
  readonly offset: number;
  /** Place of the first column in the side's weights. */
  readonly start: number;
  readonly side: Side;
  /** Mask of each column, for the scales of clipping. */
  readonly cells: readonly number[];
  readonly binaries: readonly number[];
}

export interface FactorDesign {
  readonly factor: FactorId;
  readonly group?: FactorGroup;
  readonly shapley: Weights;
  readonly alone?: Weights;
  readonly last?: Weights;
  /** Missing cells only: how far the value is off for one unit of every effect that was taken as zero, root of squares. */
  readonly sensitivity?: number;
}

export interface SideDesign {
  readonly side: Side;
  /** One, or two where the other half of a fraction was run. */
  readonly halves: readonly HalfDesign[];
  /** Missing cells only: effects of this many factors and more were taken as zero. */
  readonly zeroFromOrder?: number;
  readonly factors: readonly FactorDesign[];
  readonly groups: readonly { readonly group: FactorGroup; readonly sum: Weights }[];
  readonly interactions: readonly {
    readonly factors: readonly [FactorId, FactorId];
    readonly index: Weights;
  }[];
  readonly total: Weights;
  readonly higherOrder?: Weights;
  readonly schemeShift?: Weights;
  readonly placebo: Weights;
  readonly doses: readonly { readonly factor: FactorId; readonly level: string; readonly shift: Weights }[];
  /** The subject as written. */
  readonly plain: Weights;
  /** plain - baseline + neutral: what is left when everything that can be switched off is off. */
  readonly neutral: Weights;
  /** Effects of all orders, for the range of marginals; empty in fractions. */
  readonly effects: readonly { readonly subset: number; readonly weights: Weights }[];
  readonly cellMeans: readonly { readonly cell: number; readonly weights: Weights }[];
}

/** Places of the side's columns in the tables of the first and of the other half. */
export interface Offsets {
  readonly first: number;
  readonly other: number;
}

/** `complement` is the other half of a fraction, where its blocks were run. */
export function designSide(side: Side, offsets: Offsets, complement?: Side): SideDesign {
  const halves = designHalves(side, offsets, complement);
  const columns = halves.flatMap((half) => half.side.columns);
  const kFactors = side.factors.length;
  const allNeutral = (1 << kFactors) - 1;
  const run = [...new Set(columns.filter(estimates).map((column) => column.cell))];
  const completion = completionOf(side);
  const full = run.length + (completion === undefined ? 0 : missingOf(side).length) === 1 << kFactors;
  const inDesign = full ? range(1 << kFactors) : run;
  const onCells = (weightOf: CellWeights) =>
    spreadOverHalves(halves, completion === undefined ? weightOf : completion.complete(weightOf));
  const baseline = onCells((cell) => (cell === 0 ? 1 : 0));
  const hasPlain = columns.some((column) => column.role === "plain");
  const plain = hasPlain ? meanOver(columns, (column) => column.role === "plain") : baseline;
  const total = onCells(difference(0, allNeutral));
  const factors = designFactors(side, { run, inDesign, full, completion, onCells });
  return {
    side,
    halves,
    ...optional("zeroFromOrder", completion?.order),
    factors,
    groups: full ? designGroups(side, onCells) : [],
    interactions: designInteractions(side, full ? undefined : inDesign.length, onCells),
    total,
    ...optional(
      "higherOrder",
      full ? undefined : combine([total, 1], ...factors.map((factor) => [factor.shapley, -1] as const)),
    ),
    ...optional("schemeShift", hasPlain ? combine([plain, 1], [baseline, -1]) : undefined),
    placebo: combine(
      [
        meanOver(
          firstColumns(halves),
          (column) => column.role === "cell" && column.cell === 0,
          columns.length,
        ),
        1,
      ],
      [meanOver(columns, (column) => column.role === "placebo"), -1],
    ),
    doses: designDoses(columns, baseline),
    plain,
    neutral: combine([plain, 1], [total, -1]),
    effects: full
      ? range(1 << kFactors)
          .slice(1)
          .filter((subset) => completion === undefined || bitCount(subset) < completion.order)
          .map((subset) => ({ subset, weights: onCells(effectWeights(subset, inDesign.length)) }))
      : [],
    cellMeans: inDesign.map((cell) => ({ cell, weights: onCells((other) => (other === cell ? 1 : 0)) })),
  };
}

const firstColumns = ([first]: readonly HalfDesign[]): readonly Column[] => first?.side.columns ?? [];

function designHalves(
  side: Side,
  { first, other }: Offsets,
  complement: Side | undefined,
): readonly HalfDesign[] {
  const half = (of: Side, offset: number, start: number): HalfDesign => ({
    offset,
    start,
    side: of,
    cells: of.columns.map((column) => column.cell),
    binaries: of.columns.map((column) => column.binary),
  });
  return complement === undefined
    ? [half(side, first, 0)]
    : [half(side, first, 0), half(complement, other, side.columns.length)];
}

/** Effects of two factors are never given up: two levers that cannot be pulled together cost a factor instead. */
const lowestOrderGivenUp = 3;

const missingOf = ({ design }: Side): readonly number[] =>
  design.kind === "full" ? (design.missing ?? []) : [];

function completionOf(side: Side): Completion | undefined {
  const missing = missingOf(side);
  return missing.length === 0
    ? undefined
    : ensure(
        completeCells(side.factors.length, missing, lowestOrderGivenUp),
        "a plan whose missing cells follow from the others",
      );
}

interface CellsOfDesign {
  /** Cells that were run. */
  readonly run: readonly number[];
  /** Cells whose mean is known, run or not. */
  readonly inDesign: readonly number[];
  readonly full: boolean;
  readonly completion: Completion | undefined;
  readonly onCells: (weightOf: CellWeights) => Weights;
}

function designFactors(side: Side, cells: CellsOfDesign): readonly FactorDesign[] {
  const { run, inDesign, full, completion, onCells } = cells;
  const kFactors = side.factors.length;
  const allNeutral = (1 << kFactors) - 1;
  return side.factors.map((entry, bit): FactorDesign => {
    const pairOf = (from: number, to: number) =>
      run.includes(from) && run.includes(to) ? onCells(difference(from, to)) : undefined;
    const main = effectWeights(1 << bit, inDesign.length);
    const weightOf: CellWeights = full ? shapleyWeights(kFactors, bit) : (cell) => -main(cell);
    const sensitivity =
      completion === undefined ? undefined : Math.hypot(...completion.sensitivity(weightOf).values());
    return {
      factor: entry.factor,
      ...optional("group", entry.group),
      shapley: onCells(weightOf),
      ...optional("alone", pairOf(0, 1 << bit)),
      ...optional("last", pairOf(allNeutral & ~(1 << bit), allNeutral)),
      ...optional("sensitivity", sensitivity),
    };
  });
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

/** The placebo is the baseline in another layout, so it counts as one more repeat of it. */
const estimates = ({ role }: Column) => role === "cell" || role === "placebo";

/**
 * Repeats of a cell share its weight. A cell of the other half counts by its difference from the cells that both
 * halves run (baseline and all neutral): the two halves are other blocks, and what lay between them is not its own.
 * Contributions do not need that link, because their weights sum to zero in each half (a factorial in two blocks,
 * its defining contrast confounded: Yates 1937).
 */
function spreadOverHalves(halves: readonly HalfDesign[], weightOf: CellWeights): Weights {
  const [first, other] = halves;
  if (first === undefined) return new Float64Array();
  const own = spreadOverCells(first.side.columns, weightOf);
  if (other === undefined) return own;
  const links = first.cells.filter((cell) => other.cells.includes(cell));
  const isLink = (column: Column) => estimates(column) && links.includes(column.cell);
  const others = spreadOverCells(other.side.columns, (cell) => (links.includes(cell) ? 0 : weightOf(cell)));
  const moved = sum(others);
  const linkOf = (columns: readonly Column[]) =>
    spreadOverCells(columns.filter(isLink), () => 1 / new Set(links).size);
  return Float64Array.from([
    ...addOnto(own, first.side.columns.map(isLink), linkOf(first.side.columns), moved),
    ...addOnto(others, other.side.columns.map(isLink), linkOf(other.side.columns), -moved),
  ]);
}

/** weights + by * extra, where extra has one entry for each chosen column. */
function addOnto(weights: Weights, chosen: readonly boolean[], extra: Weights, by: number): Weights {
  let taken = 0;
  return weights.map((weight, index) => (chosen[index] === true ? weight + by * at(extra, taken++) : weight));
}

function spreadOverCells(columns: readonly Column[], weightOf: CellWeights): Weights {
  const sizes = groupBy(columns.filter(estimates), (column) => column.cell);
  return Float64Array.from(columns, (column) =>
    estimates(column) ? weightOf(column.cell) / (sizes.get(column.cell)?.length ?? 1) : 0,
  );
}

/** The mean of some columns; `length` where there are columns behind these. */
function meanOver(
  columns: readonly Column[],
  chosen: (column: Column) => boolean,
  length = columns.length,
): Weights {
  const count = columns.filter(chosen).length;
  const weights = new Float64Array(length);
  columns.forEach((column, index) => {
    if (chosen(column)) weights[index] = 1 / count;
  });
  return weights;
}

function combine(...terms: readonly (readonly [Weights, number])[]): Weights {
  const [first] = terms;
  return Float64Array.from(first?.[0] ?? [], (_, index) =>
    terms.reduce((total, [weights, factor]) => total + factor * (weights[index] ?? 0), 0),
  );
}

function designGroups(side: Side, onCells: (weightOf: CellWeights) => Weights): SideDesign["groups"] {
  // A factor without a group is a group of its own, under its own name, and needs no separate sum.
  const masks = new Map<string, number>();
  side.factors.forEach((entry, bit) => {
    const key = entry.group ?? `factor ${entry.factor}`;
    masks.set(key, (masks.get(key) ?? 0) | (1 << bit));
  });
  const inOrder = [...masks.values()];
  const named = new Map(
    side.factors.flatMap((entry) => (entry.group === undefined ? [] : [[entry.group, entry.group]])),
  );
  return [...masks.keys()].flatMap((key, index) => {
    const group = named.get(key as FactorGroup);
    return group === undefined ? [] : [{ group, sum: onCells(groupWeights(inOrder, index)) }];
  });
}

/**
 * Fractions of resolution V and more tell pairs apart: the index is then minus twice the pair's effect. `cellCount`
 * is that of a fraction.
 */
function designInteractions(
  { design, factors }: Side,
  cellCount: number | undefined,
  onCells: (weightOf: CellWeights) => Weights,
): SideDesign["interactions"] {
  if (cellCount !== undefined && design.kind === "fraction" && design.resolution < 5) return [];
  return pairs(range(factors.length)).flatMap(([first, second]) => {
    const names = [factors[first]?.factor, factors[second]?.factor];
    const [left, right] = names;
    if (left === undefined || right === undefined) return [];
    const pairEffect = effectWeights((1 << first) | (1 << second), cellCount ?? 1);
    const weightOf =
      cellCount === undefined
        ? interactionWeights(factors.length, [first, second])
        : (cell: number) => -2 * pairEffect(cell);
    return [{ factors: [left, right] as const, index: onCells(weightOf) }];
  });
}

function designDoses(columns: readonly Column[], baseline: Weights): SideDesign["doses"] {
  return columns.flatMap((column) => {
    if (column.dose === undefined) return [];
    const at = meanOver(columns, (other) => other.id === column.id);
    return [{ ...column.dose, shift: combine([baseline, 1], [at, -1]) }];
  });
}
