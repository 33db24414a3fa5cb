/**
 * Which cells of a factorial are run. A cell is a mask: bit i set = factor i neutralised.
 */

import { range } from "../base/array.ts";
import { assert } from "../base/assert.ts";
import type { Side } from "../model/plan.ts";

type Design = Side["design"];

/**
 * Generators of the regular fractions, factor index -> the basic factors whose product it is (Box, Hunter and
 * Hunter, Statistics for Experimenters, table 12.15). All defining words are even, so that the baseline and the
 * all-neutral cell are in every fraction and the sum check D can be made.
 */
const fractions: Readonly<
  Record<
    number,
    {
      readonly resolution: number;
      readonly basic: number;
      readonly generators: readonly (readonly number[])[];
    }
  >
> = {
  6: { resolution: 6, basic: 5, generators: [[0, 1, 2, 3, 4]] },
  7: {
    resolution: 4,
    basic: 4,
    generators: [
      [0, 1, 2],
      [1, 2, 3],
      [0, 2, 3],
    ],
  },
  8: {
    resolution: 4,
    basic: 4,
    generators: [
      [1, 2, 3],
      [0, 2, 3],
      [0, 1, 2],
      [0, 1, 3],
    ],
  },
};

/** The largest side that a design can carry. */
export const mostFactors = 8;

/** Full up to `fullUpTo` factors, above that the fraction of the table. */
export function chooseDesign(factorCount: number, fullUpTo: number): Design {
  assert(factorCount <= mostFactors, `a side has ${factorCount} factors, at most ${mostFactors} fit`);
  const fraction = fractions[factorCount];
  if (factorCount <= fullUpTo || fraction === undefined) return { kind: "full" };
  const cells = range(1 << fraction.basic).map((basicMask) =>
    fraction.generators.reduce((mask, factors, place) => {
      const neutral = factors.filter((factor) => ((basicMask >> factor) & 1) === 1).length;
      return neutral % 2 === 1 ? mask | (1 << (fraction.basic + place)) : mask;
    }, basicMask),
  );
  return { kind: "fraction", resolution: fraction.resolution, cells };
}

/**
 * The other half of a regular fraction: the last factor's generator with its sign turned. Together they are the full
 * design, or a fraction twice as large. All words are even, so the resolution stays.
 */
export function otherHalf(design: Extract<Design, { kind: "fraction" }>, factorCount: number): Design {
  const last = 1 << (factorCount - 1);
  return { ...design, cells: design.cells.map((cell) => cell ^ last) };
}

/** The masks of a design that can be run, in ascending order. */
export function cellsOf(design: Design, factorCount: number): readonly number[] {
  if (design.kind === "fraction") return [...design.cells].sort((left, right) => left - right);
  const missing = design.missing ?? [];
  return range(1 << factorCount).filter((cell) => !missing.includes(cell));
}
