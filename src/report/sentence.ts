import type { Estimate } from "../model/estimate.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Attribution, Contribution, Gap, Report } from "../model/report.ts";
import { isSure, type NamedCause, namedCauses, undoneGroups } from "./cause-groups.ts";
import { factorText, metricTitle, percentText, showFactor, showShare } from "./quantities.ts";
import { leftOutClause, restPhrase } from "./rest-texts.ts";

/** What people read for a subject id. */
export type NameOf = (subject: string) => string;

/** What can be said of a gap: told with a sign, equal within a bound, or nothing. */
export type GapReading =
  | { readonly kind: "told" }
  | { readonly kind: "equal"; readonly within: number }
  | { readonly kind: "untold" };

/** Where no attribution says how much of a gap is noise. */
const defaultTolerance = 0.03;

/** The bound below which a contrast counts as none: METHOD's max(1.5 d, noise floor), log units. */
export function equivalenceBound(attribution: Attribution | undefined): number {
  if (attribution === undefined) return defaultTolerance;
  const { precisionWanted, noiseFloor } = attribution.diagnostics;
  return Math.max(1.5 * precisionWanted, Number.isFinite(noiseFloor) ? noiseFloor : 0);
}

/** No two programs are called equal that may be further apart than this, log units. */
const widestEqual = 0.2;

/** What the inference decided about a gap, where it did; else the 95 % interval decides. */
export function readGap({ logRatio, verdict }: Pick<Gap, "logRatio" | "verdict">, bound: number): GapReading {
  const { low, high } = logRatio;
  const within = Math.max(Math.abs(low), Math.abs(high));
  // A machine so noisy that its floor is this high shows no equality either.
  if (verdict === "equal" && within > widestEqual) return { kind: "untold" };
  if (verdict === "equal" || (verdict === undefined && within <= bound)) return { kind: "equal", within };
  if (verdict === "undetermined") return { kind: "untold" };
  return verdict !== undefined || low > 0 || high < 0 ? { kind: "told" } : { kind: "untold" };
}

/** "Rust is 9.4x faster than Go here (8.9-9.9, CPU time)." and what stands in its place where that cannot be said. */
export function gapSentence(gap: Gap, name: NameOf, bound: number): string {
  const metric = metricTitle(gap.metric);
  const reading = readGap(gap, bound);
  if (reading.kind === "equal") {
    const { range } = showFactor(gap.logRatio);
    return `${name(gap.slow)} and ${name(gap.fast)} are equal here within ${percentText(reading.within)} (x${range}, ${metric}).`;
  }
  if (reading.kind === "untold") {
    const { range } = showFactor(gap.logRatio);
    const verb = gap.metric === "maxRss" ? "needs" : "takes";
    const times = range === "not bounded" ? "an unbounded number of" : range;
    return `No gap can be told here: ${name(gap.slow)} ${verb} ${times} times what ${name(gap.fast)} ${verb} (${metric}).`;
  }
  const [slow, fast] = gap.logRatio.value >= 0 ? [gap.slow, gap.fast] : [gap.fast, gap.slow];
  const { value, range } = showFactor(absolute(gap.logRatio));
  return gap.metric === "maxRss"
    ? `${name(slow)} needs ${value}x the memory of ${name(fast)} here (${range}, ${metric}).`
    : `${name(fast)} is ${value}x faster than ${name(slow)} here (${range}, ${metric}).`;
}

function absolute({ value, low, high }: Estimate): Pick<Estimate, "value" | "low" | "high"> {
  return value >= 0 ? { value, low, high } : { value: -value, low: -high, high: -low };
}

const mostNamed = 3;

/** Why, in one to three sentences; every number comes with its interval. */
export function whySentences(attribution: Attribution, gap: Gap, name: NameOf): readonly string[] {
  const bound = equivalenceBound(attribution);
  const causes = namedCauses(attribution, "costs");
  const counter = namedCauses(attribution, "gains");
  const undone = undoneGroups(attribution).map(
    ({ members, sum }) =>
      `${capital(listing(members, ({ phrase }) => phrase))} act through each other and undo each other: together ${factorText(sum)}.`,
  );
  if (readGap(gap, bound).kind !== "told") return [...cancelling(causes, counter, attribution), ...undone];
  const sentences =
    causes.length > 0
      ? [causeSentence(causes, gap)]
      : undone.length > 0 && counter.length === 0
        ? []
        : [withoutCause(attribution, gap, counter)];
  if (counter.length > 0)
    sentences.push(
      `It is narrowed by ${listing(counter, (cause) => `${cause.phrase} ${factorText(cause)}`)}.`,
    );
  sentences.push(...undone);
  const rest = neutralGapSentence(attribution, gap, name);
  return [...sentences, ...oneSidedSentences(attribution, name), ...(rest === undefined ? [] : [rest])];
}

/** What a cause costs on the side where it could be measured, when the other side's part leaves the sum open. */
function oneSidedSentences({ contributions, slow, fast }: Attribution, name: NameOf): readonly string[] {
  return contributions.flatMap((contribution) => {
    const measured = measuredSide(contribution);
    if (measured === undefined) return [];
    const [here, there] = measured.side === "slow" ? [slow, fast] : [fast, slow];
    const { phrase } = contribution;
    const factor = factorText(absolute(measured.cost));
    return measured.cost.value >= 0
      ? `${name(here)} pays ${factor} for ${phrase}; what ${name(there)} pays could not be measured.`
      : `${name(here)} gains ${factor} by ${phrase}; what ${name(there)} gains could not be measured.`;
  });
}

/** The side that surely pays (or gains) while a hole on the other side keeps the contribution open. */
export function measuredSide(
  contribution: Contribution,
): { readonly side: "slow" | "fast"; readonly cost: Estimate } | undefined {
  const { verdict, sided, slowSide, fastSide } = contribution;
  if (verdict !== "undetermined" || sided === "both") return undefined;
  const cost = sided === "slow" ? slowSide : fastSide;
  return cost.low > 0 || cost.high < 0 ? { side: sided, cost } : undefined;
}

function causeSentence(causes: readonly NamedCause[], gap: Gap): string {
  const [first, ...others] = causes.slice(0, mostNamed);
  if (first === undefined) return "";
  const total = gap.logRatio.value;
  if (first.share === undefined)
    return `The ${causes.length === 1 ? "cause is" : "causes are"} ${listing(causes.slice(0, mostNamed), (cause) => `${cause.phrase} ${factorText(cause)}`)}.`;
  if (first.low > total)
    return `${capital(first.phrase)} alone is more than the whole gap: ${factorText(first)}${tail(others, total)}.`;
  const share = showShare(first, total);
  return `${share.value} of the gap (${share.range}) is ${first.phrase}${tail(others, total)}.`;
}

function tail(others: readonly NamedCause[], total: number): string {
  return others
    .map((cause) => {
      const share = showShare(cause, total);
      return `, ${share.value} (${share.range}) ${cause.phrase}`;
    })
    .join("");
}

/** Of the log gap: what is surely smaller than this does not make it, certain or not. */
const leastPart = 0.1;

function withoutCause(attribution: Attribution, gap: Gap, counter: readonly NamedCause[] = []): string {
  const { contributions, excluded } = attribution;
  const least = leastPart * Math.abs(gap.logRatio.value);
  // What one side surely pays has a sentence of its own.
  const open = contributions.filter(
    (each) =>
      each.verdict === "undetermined" &&
      measuredSide(each) === undefined &&
      Math.max(Math.abs(each.low), Math.abs(each.high)) > least,
  );
  if (open.length > 0) return openCauses(open);
  const leftOut = leftOutClause(attribution);
  if (counter.length > 0)
    return leftOut === undefined
      ? "Nothing that can be switched off here makes the gap."
      : `Nothing that was switched off here makes the gap; ${leftOut}.`;
  if (contributions.length > 0) return noneMakesIt(contributions, leftOut === undefined);
  if (leftOut !== undefined) return `No cause was switched off here: ${leftOut}; see why.`;
  const hint = excluded.length === 0 ? "" : "; see what was left out and why";
  return `No cause could be switched off here${hint}.`;
}

function openCauses(open: readonly Contribution[]): string {
  return `No cause is certain yet: ${listing(open.slice(0, mostNamed), (cause) => `${cause.phrase} may be x${showFactor(cause).range}`)}.`;
}

function noneMakesIt(contributions: readonly Contribution[], all: boolean): string {
  const small = contributions.filter((each) => measuredSide(each) === undefined);
  const bounds = small.map(({ verdict, atMost, low, high }) =>
    verdict === "negligible" ? Math.abs(atMost) : Math.max(Math.abs(low), Math.abs(high)),
  );
  if (small.length < contributions.length) return "No cause is certain on both sides.";
  const most = percentText(Math.max(...bounds));
  const matters = small.every(({ verdict }) => verdict === "negligible");
  return small.length === 1
    ? `The one cause that ${all ? "can be" : "was"} switched off here does not ${matters ? "matter" : "make the gap"} (below ${most}).`
    : `None of the ${small.length} causes that ${all ? "can be" : "were"} switched off here ${matters ? "matters" : "makes the gap"} (below ${most} each).`;
}

function cancelling(
  causes: readonly NamedCause[],
  counter: readonly NamedCause[],
  attribution: Attribution,
): readonly string[] {
  const text = (cause: NamedCause) => `${cause.phrase} ${factorText(cause)}`;
  const some = (list: readonly NamedCause[]) => listing(list.slice(0, mostNamed), text);
  if (causes.length > 0 && counter.length > 0)
    return [`Causes cancel each other: ${some(causes)} against ${some(counter)}.`];
  const one = causes.length > 0 ? causes : counter;
  if (one.length > 0)
    return [
      `${capital(some(one))} ${one.length === 1 ? "is" : "are"} offset by what ${restPhrase(attribution)}, ${factorText(attribution.neutralGap)}.`,
    ];
  const open = attribution.contributions.filter(({ verdict }) => verdict === "undetermined");
  if (open.length > 0) return [openCauses(open)];
  const { noiseFloor } = attribution.diagnostics;
  return [`No cause stands above the noise floor (${percentText(noiseFloor)}).`];
}

function neutralGapSentence(attribution: Attribution, gap: Gap, name: NameOf): string | undefined {
  const { neutralGap, diagnostics, contributions } = attribution;
  const leftOut = leftOutClause(attribution);
  // All of the gap stays where nothing was switched off: no news.
  if (contributions.length === 0 && leftOut !== undefined) return undefined;
  const told = neutralGap.low > 0 || neutralGap.high < 0;
  // On a very quiet machine a rest of a tenth of a percent is sure, and not worth a word in the answer.
  const least = Math.max(diagnostics.noiseFloor, diagnostics.precisionWanted);
  if (!told || Math.abs(neutralGap.value) <= least) return undefined;
  if (neutralGap.value < 0)
    return `What ${restPhrase(attribution)} favours ${name(gap.slow)}: ${factorText(neutralGap)}.`;
  const share = showShare(neutralGap, gap.logRatio.value);
  return `${share.value} (${share.range}) ${restPhrase(attribution)}${leftOut === undefined ? "" : `: ${leftOut}`}.`;
}

/** What was seen of the largest cause, with its place: one piece of evidence a side. */
export function evidenceSentences(
  attribution: Attribution,
  evidence: readonly Evidence[],
  name: NameOf,
): readonly string[] {
  const undone = new Set(undoneGroups(attribution).flatMap(({ members }) => members));
  const [largest] = attribution.contributions
    .filter((contribution) => isSure(contribution) && contribution.value > 0 && !undone.has(contribution))
    .toSorted((left, right) => right.value - left.value);
  if (largest === undefined) return [];
  const found = evidence.filter(({ id }) => largest.evidence.includes(id));
  const perSide = [attribution.slow, attribution.fast].flatMap(
    (side) => found.find(({ subject }) => subject === side) ?? [],
  );
  if (perSide.length === 0) return [];
  return [`Seen: ${perSide.map((item) => evidenceText(item, name)).join("; ")}.`];
}

/** "Rust: 12 packed adds in the hot loop (main.rs:4)"; the whole path is in the report. */
export function evidenceText({ subject, title, location }: Evidence, name: NameOf): string {
  const place = location === undefined ? "" : ` (${location.file.split("/").at(-1) ?? ""}:${location.line})`;
  return `${name(subject)}: ${title}${place}`;
}

/** Where another metric says something else than the one that decides. */
export function contradictionSentences(
  report: Report,
  gap: Gap,
  name: NameOf,
  bound: number,
): readonly string[] {
  if (gap.metric === "maxRss") return [];
  return report.gaps
    .filter(
      (other) =>
        other.slow === gap.slow &&
        other.fast === gap.fast &&
        other.metric !== gap.metric &&
        other.metric !== "maxRss",
    )
    .flatMap((other) => contradiction(gap, other, name, bound) ?? []);
}

function contradiction(gap: Gap, other: Gap, name: NameOf, bound: number): string | undefined {
  const metric = metricTitle(other.metric);
  const here = readGap(gap, bound);
  const there = readGap(other, bound);
  if (there.kind === "untold") {
    return here.kind === "told"
      ? `In ${metric} no gap can be told (x${showFactor(other.logRatio).range}).`
      : undefined;
  }
  if (there.kind === "equal") {
    return here.kind === "told"
      ? `In ${metric} they are equal within ${percentText(there.within)}.`
      : undefined;
  }
  const [slow, fast] = other.logRatio.value >= 0 ? [other.slow, other.fast] : [other.fast, other.slow];
  const { value, range } = showFactor(absolute(other.logRatio));
  if (here.kind !== "told")
    return `In ${metric} ${name(fast)} is ${value}x faster than ${name(slow)} (${range}).`;
  if (gap.logRatio.value > 0 !== other.logRatio.value > 0)
    return `In ${metric} it is the other way round: ${name(fast)} is ${value}x faster (${range}).`;
  const apart = Math.abs(other.logRatio.value - gap.logRatio.value);
  const disjoint = other.logRatio.low > gap.logRatio.high || other.logRatio.high < gap.logRatio.low;
  if (!disjoint || apart <= bound) return undefined;
  const size = Math.abs(other.logRatio.value) < Math.abs(gap.logRatio.value) ? "only " : "";
  return `In ${metric} the gap is ${size}${value}x (${range}).`;
}

function listing<T>(items: readonly T[], text: (item: T) => string): string {
  const texts = items.map(text);
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1) ?? ""}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
