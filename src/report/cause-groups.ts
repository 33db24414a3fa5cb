import type { Estimate } from "../model/estimate.ts";
import type { FactorGroup } from "../model/factor.ts";
import type { Attribution, Contribution } from "../model/report.ts";

/** Causes of one group that act through each other: their sum is known better than how it is split among them. */
export interface CauseGroup {
  readonly group: FactorGroup;
  readonly phrase: string;
  /** Sum over the whole group, log units. */
  readonly sum: Estimate;
  /** All contributions of the group, the largest first. */
  readonly members: readonly Contribution[];
}

const groupPhrases: Readonly<Record<FactorGroup, string>> = {
  "loop optimiser": "the loop optimiser",
  "safety checks": "safety checks",
  codegen: "code generation",
  memory: "memory management",
  concurrency: "concurrency",
  "input and output": "input and output",
  layout: "code layout",
};

/**
 * The groups to be read as one bar: two or more of their causes stand out of the noise and interact with each other.
 * The sum does not depend on how finely the group is cut (Owen 1977), the parts do.
 */
export function interactingGroups(attribution: Attribution): readonly CauseGroup[] {
  return attribution.groups.flatMap(({ group, sum }) => {
    const members = attribution.contributions
      .filter((contribution) => contribution.group === group)
      .toSorted((left, right) => Math.abs(right.value) - Math.abs(left.value));
    const sure = new Set(members.filter(isSure).map(({ factor }) => factor));
    const together = attribution.interactions.some(({ factors }) =>
      factors.every((factor) => sure.has(factor)),
    );
    return together ? [{ group, phrase: groupPhrases[group], sum, members }] : [];
  });
}

export function isSure({ verdict }: Contribution): boolean {
  return verdict === "cause" || verdict === "asset";
}

/** What a sentence names: one cause, or the causes of a group that act together and pull the same way. */
export interface NamedCause {
  readonly phrase: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly share?: number;
}

/** Sure causes of one sign, the largest first, those of an interacting group as one. */
export function namedCauses(attribution: Attribution, sign: "costs" | "gains"): readonly NamedCause[] {
  const pulls = ({ value }: { readonly value: number }) => (sign === "costs" ? value > 0 : value < 0);
  const single = attribution.contributions.filter((each) => isSure(each) && pulls(each));
  const folded = interactingGroups(attribution).flatMap(({ phrase, sum, members }) => {
    const parts = members.filter((member) => single.includes(member));
    const told = sum.low > 0 || sum.high < 0;
    if (parts.length < 2 || !told || !pulls(sum)) return [];
    const names = parts.map((part) => part.phrase);
    const shared = parts.every(({ share }) => share !== undefined);
    const share = shared ? parts.reduce((total, part) => total + (part.share ?? 0), 0) : undefined;
    return [
      {
        parts,
        cause: {
          phrase: `${phrase} (${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}, which act together)`,
          value: sum.value,
          low: sum.low,
          high: sum.high,
          ...(share === undefined ? {} : { share }),
        },
      },
    ];
  });
  const taken = new Set(folded.flatMap(({ parts }) => parts));
  return [...folded.map(({ cause }) => cause), ...single.filter((each) => !taken.has(each))].toSorted(
    (left, right) => Math.abs(right.value) - Math.abs(left.value),
  );
}
