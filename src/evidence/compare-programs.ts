import { present } from "../base/present.ts";
import type { Evidence } from "../model/evidence.ts";
import type { ProgramDifference } from "../model/report.ts";
import { type CodeSide, compareCode } from "./compare-code.ts";
import { compareComponents } from "./compare-components.ts";
import { compareCounts } from "./compare-counts.ts";
import type { DifferenceSign } from "./difference-weight.ts";
import type { Pairing } from "./pair-functions.ts";

export interface ProgramComparison {
  readonly slow: CodeSide;
  readonly fast: CodeSide;
  /** Log of the ratio of times, slow over fast, as far as it is known. */
  readonly gap: number;
  /** Slow side left; absent without profiles. */
  readonly pairing?: Pairing;
  /** Components of the accounting that some factor stands for on one of the sides; absent: none. */
  readonly haveFactor?: readonly string[];
}

export interface Compared {
  readonly differences: readonly ProgramDifference[];
  readonly evidence: readonly Evidence[];
}

/**
 * Signs that two programs do different work: what they allocate, read, write and call, processors, width of the numbers in
 * the hot loop, growth with the input, functions that only one has, components of the profile that no factor stands for. The large ones first, then by size; an empty list is
 * no proof that they are the same. Pure.
 */
export function comparePrograms(comparison: ProgramComparison): Compared {
  const { slow, fast, gap, pairing, haveFactor = [] } = comparison;
  const counted = [...compareCounts(slow, fast, gap), ...compareCode(slow, fast, gap, pairing)];
  const timed = compareComponents({ slow, fast, gap, haveFactor, signs: counted });
  const signs = [...counted, ...timed].sort(
    (left, right) => rank(left) - rank(right) || right.size - left.size,
  );
  const evidence = signs.map(
    (one): Evidence => ({
      id: `${slow.subject}-${fast.subject}-difference-${one.id}`,
      kind: "program difference",
      subject: slow.subject,
      title: one.title,
      explains: [],
      detail: one.detail,
      ...present({ location: one.location }),
    }),
  );
  const differences = signs.map(
    ({ id, title, detail, size, weight, atMost, component }, index): ProgramDifference => ({
      id,
      title,
      detail,
      size,
      weight,
      ...present({ atMost, component }),
      slow: slow.subject,
      fast: fast.subject,
      evidence: evidence[index] === undefined ? [] : [evidence[index].id],
    }),
  );
  return { differences, evidence };
}

const rank = ({ weight }: DifferenceSign) => (weight === "large" ? 0 : 1);
