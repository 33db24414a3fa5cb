/** Everything about one side that does not depend on the observations: weights of columns in each quantity. */
import { groupBy, pairs, range } from "../base/array.ts";
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

/** One weight per column of the side. */
export type Weights = Float64Array;

export interface FactorDesign {
  readonly factor: FactorId;
  readonly group?: FactorGroup;
  readonly shapley: Weights;
  readonly alone?: Weights;
  readonly last?: Weights;
}

export interface SideDesign {
  readonly side: Side;
  /** Place of the side's first column in a row of the table. */
  readonly offset: number;
  /** Mask of each column, for the scales of clipping. */
  readonly cells: readonly number[];
  readonly binaries: readonly number[];
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

export function designSide(side: Side, offset: number): SideDesign {
  const { columns } = side;
  const onCells = (weightOf: CellWeights) => spreadOverCells(columns, weightOf);
  const inDesign = [...new Set(estimationColumns(columns).map((column) => column.cell))];
  const kFactors = side.factors.length;
  const allNeutral = (1 << kFactors) - 1;
  const full = side.design.kind === "full";
  const baseline = onCells((cell) => (cell === 0 ? 1 : 0));
  const hasPlain = columns.some((column) => column.role === "plain");
  const plain = hasPlain ? meanOver(columns, (column) => column.role === "plain") : baseline;
  const total = onCells(difference(0, allNeutral));
  const factors = side.factors.map((entry, bit): FactorDesign => {
    const pairOf = (from: number, to: number) =>
      inDesign.includes(from) && inDesign.includes(to) ? onCells(difference(from, to)) : undefined;
    const main = effectWeights(1 << bit, inDesign.length);
    return {
      factor: entry.factor,
      ...optional("group", entry.group),
      shapley: onCells(full ? shapleyWeights(kFactors, bit) : (cell) => -main(cell)),
      ...optional("alone", pairOf(0, 1 << bit)),
      ...optional("last", pairOf(allNeutral & ~(1 << bit), allNeutral)),
    };
  });
  return {
    side,
    offset,
    cells: columns.map((column) => column.cell),
    binaries: columns.map((column) => column.binary),
    factors,
    groups: full ? designGroups(side, onCells) : [],
    interactions: designInteractions(side, inDesign.length, onCells),
    total,
    ...optional(
      "higherOrder",
      full ? undefined : combine([total, 1], ...factors.map((factor) => [factor.shapley, -1] as const)),
    ),
    ...optional("schemeShift", hasPlain ? combine([plain, 1], [baseline, -1]) : undefined),
    placebo: combine(
      [meanOver(columns, (column) => column.role === "cell" && column.cell === 0), 1],
      [meanOver(columns, (column) => column.role === "placebo"), -1],
    ),
    doses: designDoses(columns, baseline),
    plain,
    neutral: combine([plain, 1], [total, -1]),
    effects: full
      ? range(1 << kFactors)
          .slice(1)
          .map((subset) => ({ subset, weights: onCells(effectWeights(subset, inDesign.length)) }))
      : [],
    cellMeans: inDesign.map((cell) => ({ cell, weights: onCells((other) => (other === cell ? 1 : 0)) })),
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

/** The placebo is the baseline in another layout, so it counts as one more repeat of it. */
function estimationColumns(columns: readonly Column[]): readonly Column[] {
  return columns.filter((column) => column.role === "cell" || column.role === "placebo");
}

/** Repeats of a cell share its weight. */
function spreadOverCells(columns: readonly Column[], weightOf: CellWeights): Weights {
  const sizes = groupBy(estimationColumns(columns), (column) => column.cell);
  return Float64Array.from(columns, (column) =>
    column.role === "cell" || column.role === "placebo"
      ? weightOf(column.cell) / (sizes.get(column.cell)?.length ?? 1)
      : 0,
  );
}

function meanOver(columns: readonly Column[], chosen: (column: Column) => boolean): Weights {
  const count = columns.filter(chosen).length;
  return Float64Array.from(columns, (column) => (chosen(column) ? 1 / count : 0));
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

/** Fractions of resolution V and more tell pairs apart: the index is then minus twice the pair's effect. */
function designInteractions(
  side: Side,
  cellCount: number,
  onCells: (weightOf: CellWeights) => Weights,
): SideDesign["interactions"] {
  const { design, factors } = side;
  if (design.kind === "fraction" && design.resolution < 5) return [];
  return pairs(range(factors.length)).flatMap(([first, second]) => {
    const names = [factors[first]?.factor, factors[second]?.factor];
    const [left, right] = names;
    if (left === undefined || right === undefined) return [];
    const pairEffect = effectWeights((1 << first) | (1 << second), cellCount);
    const weightOf =
      design.kind === "full"
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
