import type { Estimate } from "../model/estimate.ts";
import type { FactorGroup } from "../model/factor.ts";
import type { Attribution, Contribution } from "../model/report.ts";

/** Log units. */
type Sum = Pick<Estimate, "value" | "low" | "high">;

/** Causes that act through each other: their sum is known better than how it is split among them. */
export interface CauseGroup {
  readonly phrase: string;
  /** Over all members. */
  readonly sum: Sum;
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

/** All groups to be read as one bar; no cause is in two of them. */
export function causeGroups(attribution: Attribution): readonly CauseGroup[] {
  const opposed = opposedGroups(attribution);
  const taken = new Set(opposed.flatMap(({ members }) => members));
  return [
    ...opposed,
    ...interactingGroups(attribution).filter(({ members }) => !members.some((one) => taken.has(one))),
  ];
}

/**
 * Two or more causes of one factor group that stand out of the noise and interact with each other. The sum does not
 * depend on how finely the group is cut (Owen 1977), the parts do.
 */
function interactingGroups(attribution: Attribution): readonly CauseGroup[] {
  return attribution.groups.flatMap(({ group, sum }) => {
    const members = attribution.contributions
      .filter((contribution) => contribution.group === group)
      .toSorted(largestFirst);
    const sure = new Set(members.filter(isSure).map(({ factor }) => factor));
    const together = attribution.interactions.some(({ factors }) =>
      factors.every((factor) => sure.has(factor)),
    );
    return together ? [{ phrase: groupPhrases[group], sum, members }] : [];
  });
}

/** Of the larger contribution: an interaction whose half is less has not made it. */
const leastPart = 0.5;

/**
 * Causes that pull against each other only because each acts through the other: half of their interaction, which is
 * what a Shapley value gives to each, is more than the smaller one's contribution, so alone that one would have no
 * sign or the other, and at least half of the larger one's. Told apart they are a cause and what undoes it. The members'
 * intervals are added, which holds whatever their correlation.
 */
function opposedGroups({ contributions, interactions, groups }: Attribution): readonly CauseGroup[] {
  const clusters: Contribution[][] = [];
  for (const { factors, index } of interactions) {
    const pair = contributions.filter((one) => isSure(one) && factors.includes(one.factor));
    const [first, second] = pair;
    if (first === undefined || second === undefined || first.value > 0 === second.value > 0) continue;
    const sizes = pair.map(({ value }) => Math.abs(value));
    const half = Math.abs(index.value) / 2;
    // A large cause with a small one in its wake is a cause of its own.
    if (half < Math.min(...sizes) || half < leastPart * Math.max(...sizes)) continue;
    const touched = clusters.filter((cluster) => pair.some((one) => cluster.includes(one)));
    const merged = [...new Set([...touched.flat(), ...pair])];
    clusters.splice(0, clusters.length, ...clusters.filter((each) => !touched.includes(each)), merged);
  }
  return clusters.map((cluster) => {
    const members = cluster.toSorted(largestFirst);
    const whole = groups.find(
      ({ group }) =>
        contributions.filter((one) => one.group === group).length === members.length &&
        members.every((one) => one.group === group),
    );
    return {
      phrase: listed(members.map(({ phrase }) => phrase)),
      sum: whole?.sum ?? addEnds(members),
      members,
    };
  });
}

function addEnds(members: readonly Contribution[]): Sum {
  const total = (read: (one: Contribution) => number) => members.reduce((sum, one) => sum + read(one), 0);
  return {
    value: total(({ value }) => value),
    low: total(({ low }) => low),
    high: total(({ high }) => high),
  };
}

function largestFirst(left: Contribution, right: Contribution): number {
  return Math.abs(right.value) - Math.abs(left.value);
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1) ?? ""}`;
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

/** Sure causes of one sign, the largest first, those that act through each other as one. */
export function namedCauses(attribution: Attribution, sign: "costs" | "gains"): readonly NamedCause[] {
  const pulls = ({ value }: { readonly value: number }) => (sign === "costs" ? value > 0 : value < 0);
  const told = ({ low, high }: Sum) => low > 0 || high < 0;
  const opposed = opposedGroups(attribution);
  const undone = new Set(opposed.flatMap(({ members }) => members));
  const single = attribution.contributions.filter((each) => isSure(each) && pulls(each) && !undone.has(each));
  const folded = interactingGroups(attribution).flatMap(({ phrase, sum, members }) => {
    const parts = members.filter((member) => single.includes(member));
    if (parts.length < 2 || !told(sum) || !pulls(sum)) return [];
    const names = listed(parts.map((part) => part.phrase));
    return [{ parts, cause: named(`${phrase} (${names}, which act together)`, sum, parts) }];
  });
  const taken = new Set(folded.flatMap(({ parts }) => parts));
  return [
    ...opposed
      .filter(({ sum }) => told(sum) && pulls(sum))
      .map(({ phrase, sum, members }) => named(`${phrase}, which act through each other`, sum, members)),
    ...folded.map(({ cause }) => cause),
    ...single.filter((each) => !taken.has(each)),
  ].toSorted((left, right) => Math.abs(right.value) - Math.abs(left.value));
}

/** Groups whose members undo each other so far that no sum can be told. */
export function undoneGroups(attribution: Attribution): readonly CauseGroup[] {
  return opposedGroups(attribution).filter(({ sum }) => sum.low <= 0 && sum.high >= 0);
}

function named(phrase: string, sum: Sum, parts: readonly Contribution[]): NamedCause {
  const shared = parts.every(({ share }) => share !== undefined);
  const share = parts.reduce((total, part) => total + (part.share ?? 0), 0);
  return { phrase, value: sum.value, low: sum.low, high: sum.high, ...(shared ? { share } : {}) };
}
