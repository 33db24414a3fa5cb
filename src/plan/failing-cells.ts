import { range } from "../base/array.ts";
import { completeCells } from "../base/factorial.ts";

export interface FailingFactors {
  /** Places in the side's factor list that can stay. */
  readonly kept: readonly number[];
  /** Places that must go, most guilty first, with the number of failing cells each would have been in. */
  readonly dropped: readonly { readonly factor: number; readonly cells: number }[];
}

/**
 * METHOD step 2: cells that do not build, crash or print something else take the factor with them that is neutral in
 * most of them, until no failing cell is left. A failing baseline is no factor's fault and is not accepted here.
 */
export function dropFailingFactors(factorCount: number, failingCells: readonly number[]): FailingFactors {
  let kept = range(factorCount);
  let failing = failingCells.filter((cell) => cell !== 0);
  const dropped: { factor: number; cells: number }[] = [];
  while (failing.length > 0) {
    const counts = kept.map((factor) => ({
      factor,
      cells: failing.filter((cell) => ((cell >> factor) & 1) === 1).length,
    }));
    const worst = counts.reduce((guilty, each) => (each.cells > guilty.cells ? each : guilty));
    dropped.push(worst);
    kept = kept.filter((factor) => factor !== worst.factor);
    failing = failing.filter((cell) => ((cell >> worst.factor) & 1) === 0);
  }
  return { kept, dropped };
}

/** Designs above this are fractions, in which a cell stands for others too. */
const mostInFull = 5;
/** An interaction of two factors is never taken as zero. */
const lowestOrderGivenUp = 3;

/**
 * Whether so few cells fail that all factors can stay (METHOD step 2): at most as many as three levers that cannot be
 * pulled together take with them, and such that effects of three and more factors say what they would show. Two
 * levers that cannot be pulled together fail in twice as many cells: one of them has to go.
 */
export function canBeCompleted(factorCount: number, failingCells: readonly number[]): boolean {
  if (failingCells.includes(0) || factorCount < lowestOrderGivenUp || factorCount > mostInFull) return false;
  if (failingCells.length > 1 << (factorCount - lowestOrderGivenUp)) return false;
  return completeCells(factorCount, failingCells, lowestOrderGivenUp) !== undefined;
}
