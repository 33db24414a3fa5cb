import { range } from "../base/array.ts";

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
