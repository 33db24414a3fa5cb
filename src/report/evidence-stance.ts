import type { Evidence } from "../model/evidence.ts";
import type { Contribution } from "../model/report.ts";

/** What was found on one cause, either way. */
export interface Stances {
  readonly speaksFor: readonly Evidence[];
  readonly speaksAgainst: readonly Evidence[];
  /** "3 for it, 1 against it", "no evidence found". */
  readonly text: string;
}

/** The evidence of a contribution by what it says of it. Both lists empty is said in words, never left out. */
export function stancesOf(
  { evidence, evidenceAgainst = [] }: Pick<Contribution, "evidence" | "evidenceAgainst">,
  all: readonly Evidence[],
): Stances {
  const speaksFor = all.filter(({ id }) => evidence.includes(id));
  const speaksAgainst = all.filter(({ id }) => evidenceAgainst.includes(id));
  const counts = [
    ...(speaksFor.length === 0 ? [] : [`${speaksFor.length} for it`]),
    ...(speaksAgainst.length === 0 ? [] : [`${speaksAgainst.length} against it`]),
  ];
  return { speaksFor, speaksAgainst, text: counts.length === 0 ? "no evidence found" : counts.join(", ") };
}
