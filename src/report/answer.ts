import { present } from "../base/present.ts";
import { isLatency, type MetricId } from "../model/plan.ts";
import type {
  Agreement,
  Attribution,
  Contribution,
  DoseSeries,
  Exclusion,
  Gap,
  ProgramDifference,
  Report,
} from "../model/report.ts";
import { librarySentence } from "./library-code.ts";
import { isMeasured } from "./measured-texts.ts";
import { differenceSentence } from "./program-difference.ts";
import {
  metricTitle,
  percentText,
  showFactor,
  showShare,
  speedText,
  type TimeUnit,
  typicalText,
} from "./quantities.ts";
import { restPhrase } from "./rest-texts.ts";
import {
  contradictionSentences,
  equivalenceBound,
  evidenceSentences,
  gapSentence,
  measuredSide,
  type NameOf,
  readGap,
  whySentences,
} from "./sentence.ts";

/** One line of the "how far" table. */
interface GapRow {
  readonly metric: string;
  /** "x9.4 (8.9-9.9)": slow over fast. */
  readonly factor: string;
  readonly slow: string;
  readonly fast: string;
}

/** One line of the "why" table: a factor, or the rest. */
export interface CauseRow {
  readonly kind: "cause" | "asset" | "undetermined" | "negligible" | "neutral gap";
  readonly name: string;
  /** "x1.31", of the measured side where the other is a hole; "~" where nothing was shown. */
  readonly factor: string;
  readonly range: string;
  /** Empty where the gap is too small to be shared out. */
  readonly share: string;
  /** Who pays, or why there is no factor. */
  readonly remark: string;
  /** What is not known because one side is a hole. */
  readonly hole?: string;
  readonly low: number;
  readonly value: number;
  readonly high: number;
  readonly contribution?: Contribution;
}

/** Everything that is said of one pair of subjects, as texts; no renderer computes a number. */
export interface Answer {
  readonly slow: string;
  readonly fast: string;
  readonly metric: MetricId;
  readonly headline: string;
  readonly why: readonly string[];
  readonly gaps: readonly GapRow[];
  readonly causes: readonly CauseRow[];
  readonly attribution?: Attribution;
  readonly gap: Gap;
}

/** A name for each subject: its title where no other has the same, else its id. */
export function subjectNames(report: Report): NameOf {
  const titles = report.subjects.map(({ id, title }) => title ?? id);
  const names = new Map(
    report.subjects.map(({ id, title }) => {
      const wished = title ?? id;
      return [id, clip(titles.filter((other) => other === wished).length === 1 ? wished : id)];
    }),
  );
  return (id) => names.get(id) ?? clip(id);
}

/** Names are short; one that is not must not push a table apart. */
function clip(name: string): string {
  return name.length <= 32 ? name : `${name.slice(0, 29)}...`;
}

/** "Go over C": which pair a row of the second opinion is about; empty where the report has but one. */
export function pairOf({ gaps }: Report, { slow, fast }: Agreement, name: NameOf): string {
  const isOnly = gaps.every((gap) => gap.slow === gaps[0]?.slow && gap.fast === gaps[0].fast);
  return isOnly || slow === undefined || fast === undefined ? "" : `${name(slow)} over ${name(fast)}`;
}

/** A factor as sentences name it; its id where no attribution has it. */
export function factorPhrase({ attributions }: Pick<Report, "attributions">, factor: string): string {
  for (const { contributions } of attributions)
    for (const one of contributions) if (one.factor === factor) return one.phrase;
  return factor;
}

/** The metric that decides: that of the first attribution, else of the first gap. */
export function primaryMetric(report: Report): MetricId {
  return report.attributions[0]?.metric ?? report.gaps[0]?.metric ?? "cpuTime";
}

/** A bound beside a cost that was measured would deny it. */
function differencesOf({ differences = [] }: Report, attribution: Attribution | undefined) {
  return differences.map((one): ProgramDifference => {
    const { atMost, ...rest } = one;
    return atMost === undefined || !isMeasured(one, attribution) ? one : rest;
  });
}

/** One answer for each pair of subjects, in the report's order. */
export function describeAnswers(report: Report, unit?: TimeUnit): readonly Answer[] {
  const metric = primaryMetric(report);
  return report.gaps.filter((gap) => gap.metric === metric).map((gap) => describeAnswer(report, gap, unit));
}

function describeAnswer(report: Report, gap: Gap, unit: TimeUnit | undefined): Answer {
  const name = subjectNames(report);
  const attribution = report.attributions.find(
    ({ slow, fast, metric }) => slow === gap.slow && fast === gap.fast && metric === gap.metric,
  );
  const bound = equivalenceBound(attribution);
  const isTold = readGap(gap, bound).kind === "told";
  return {
    slow: name(gap.slow),
    fast: name(gap.fast),
    metric: gap.metric,
    headline: gapSentence(gap, name, bound),
    why: [
      ...nothingPrintedSentences(report),
      ...emptyInputSentences(report, gap, name),
      ...[differenceSentence(differencesOf(report, attribution), gap, isTold)].filter(
        (text) => text !== undefined,
      ),
      ...(attribution === undefined ? [] : whySentences(attribution, gap, name)),
      ...[librarySentence(report, gap, name, bound)].filter((text) => text !== undefined),
      ...(attribution === undefined ? [] : evidenceSentences(attribution, report.evidence, name)),
      ...contradictionSentences(report, gap, name, bound),
    ],
    gaps: report.gaps
      .filter(({ slow, fast }) => slow === gap.slow && fast === gap.fast)
      .map((other) => gapRow(report, other, unit)),
    causes: attribution === undefined ? [] : causeRows(attribution, gap, name),
    gap,
    ...(attribution === undefined ? {} : { attribution }),
  };
}

/** With the operation whose latency it is: a program may report several. */
function metricText({ case: { operation } }: Report, metric: MetricId): string {
  const title = metricTitle(metric);
  return operation !== undefined && isLatency(metric) ? `${title} of ${clip(operation)}` : title;
}

/** Equal outputs that are empty say nothing of the job, which everything behind the headline rests on. */
function nothingPrintedSentences({ warnings }: Report): readonly string[] {
  return warnings.some(({ code }) => code === "nothing-printed")
    ? ["The programs printed nothing, so nothing shows that they do the same job, or any."]
    : [];
}

/** What ended at once for want of an input may have done nothing of its job. */
function emptyInputSentences({ warnings }: Report, { slow, fast }: Gap, name: NameOf): readonly string[] {
  const readers = warnings
    .filter(({ code }) => code === "empty-input")
    .flatMap(({ appliesTo }) => appliesTo.split(", "))
    .filter((subject) => subject === slow || subject === fast);
  if (readers.length === 0) return [];
  const whose = readers.length === 1 ? "its" : "their";
  return [
    `${readers.map(name).join(" and ")} read ${whose} standard input, which is empty: this may be the time of a start only (--stdin FILE gives one).`,
  ];
}

function gapRow(report: Report, gap: Gap, unit: TimeUnit | undefined): GapRow {
  const { value, range } = showFactor(gap.logRatio);
  const typical = (id: string): string => {
    const estimate = report.subjects.find((subject) => subject.id === id)?.typical[gap.metric];
    return estimate === undefined ? "" : typicalText(gap.metric, estimate, unit);
  };
  return {
    metric: metricText(report, gap.metric),
    factor: `x${value} (${range})`,
    slow: typical(gap.slow),
    fast: typical(gap.fast),
  };
}

const verdictOrder: Readonly<Record<CauseRow["kind"], number>> = {
  cause: 0,
  asset: 1,
  undetermined: 2,
  negligible: 3,
  "neutral gap": 4,
};

function causeRows(attribution: Attribution, gap: Gap, name: NameOf): readonly CauseRow[] {
  const rows = attribution.contributions.map((contribution) => contributionRow(contribution, gap, name));
  rows.push(neutralGapRow(attribution, gap));
  return rows.toSorted(
    (left, right) =>
      verdictOrder[left.kind] - verdictOrder[right.kind] || Math.abs(right.value) - Math.abs(left.value),
  );
}

function contributionRow(contribution: Contribution, gap: Gap, name: NameOf): CauseRow {
  const { value, low, high, verdict, share } = contribution;
  const shown = showFactor(contribution);
  const seen = verdict === "cause" || verdict === "asset";
  const oneSide = measuredSide(contribution) !== undefined;
  return {
    kind: verdict,
    name: clip(contribution.phrase),
    factor: seen || oneSide ? `x${shown.value}` : "~",
    range: shown.range,
    share: seen && share !== undefined ? showShare(contribution, gap.logRatio.value).value : "",
    remark: remarkOn(contribution, gap, name),
    ...present({ hole: holeOf(contribution, gap, name) }),
    low,
    value,
    high,
    contribution,
  };
}

function remarkOn(contribution: Contribution, gap: Gap, name: NameOf): string {
  const { verdict, atMost, slowSide, fastSide } = contribution;
  if (verdict === "negligible") return `below ${percentText(atMost)}`;
  const measured = measuredSide(contribution);
  if (measured !== undefined) {
    const subject = measured.side === "slow" ? gap.slow : gap.fast;
    return `${name(subject)} ${measured.cost.value >= 0 ? "pays" : "gains"}`;
  }
  if (verdict === "undetermined") return "open";
  const slowLarger = Math.abs(slowSide.value) >= Math.abs(fastSide.value);
  const side = slowLarger ? slowSide : fastSide;
  return `${name(slowLarger ? gap.slow : gap.fast)} ${side.value >= 0 ? "pays" : "gains"}`;
}

function holeOf({ bound, sided }: Contribution, gap: Gap, name: NameOf): string | undefined {
  if (bound === undefined || sided === "both") return undefined;
  const side = name(sided === "slow" ? gap.fast : gap.slow);
  const { range } = showFactor({ value: bound.low, low: bound.low, high: bound.high });
  return `${side}'s part is not measured, it may add x${range}: ${bound.reason}`;
}

function neutralGapRow(attribution: Attribution, gap: Gap): CauseRow {
  const { neutralGap } = attribution;
  const shown = showFactor(neutralGap);
  const shared = Math.abs(gap.logRatio.value) > (3 * (gap.logRatio.high - gap.logRatio.low)) / 2;
  const told = neutralGap.low > 0 || neutralGap.high < 0;
  return {
    kind: "neutral gap",
    name: restPhrase(attribution),
    factor: told ? `x${shown.value}` : "~",
    range: shown.range,
    share: shared && told ? showShare(neutralGap, gap.logRatio.value).value : "",
    remark: "",
    low: neutralGap.low,
    value: neutralGap.value,
    high: neutralGap.high,
  };
}

/** "gc (Go): 2.5 times the heap x1.31 (1.27-1.35) faster, off x1.10 (1.08-1.12) slower". */
export function doseText({ factor, side, levels }: DoseSeries, name: NameOf): string {
  const texts = levels.map(
    ({ level, shift }) => `${level === "neutral" ? "off" : level} ${speedText(shift)}`,
  );
  return `${factor} (${name(side)}): ${texts.join(", ")}`;
}

/** Exclusions that say the same of several factors or sides, folded into one line each. */
export interface ExclusionLine {
  readonly kind: Exclusion["kind"];
  readonly reason: string;
  readonly what: string;
}

export function foldExclusions(excluded: readonly Exclusion[], name: NameOf): readonly ExclusionLine[] {
  const lines = new Map<string, { kind: Exclusion["kind"]; reason: string; items: Map<string, string[]> }>();
  for (const { factor, side, kind, reason } of excluded) {
    const key = `${kind} ${reason}`;
    const line = lines.get(key) ?? { kind, reason, items: new Map<string, string[]>() };
    line.items.set(factor, [...(line.items.get(factor) ?? []), name(side)]);
    lines.set(key, line);
  }
  return [...lines.values()].map(({ kind, reason, items }) => ({
    kind,
    reason,
    what: describeItems(items),
  }));
}

/** The factors alone, without a reason: "gc, cores (Rust); unrolling (Go)". */
export function excludedNames(excluded: readonly Exclusion[], name: NameOf): string {
  const items = new Map<string, string[]>();
  for (const { factor, side } of excluded) items.set(factor, [...(items.get(factor) ?? []), name(side)]);
  return describeItems(items);
}

/** Factors that are left out on the same sides share one mention of them. */
function describeItems(items: ReadonlyMap<string, readonly string[]>): string {
  const bySides = new Map<string, string[]>();
  for (const [factor, sides] of items) {
    const key = sides.join(", ");
    bySides.set(key, [...(bySides.get(key) ?? []), factor]);
  }
  return [...bySides].map(([sides, factors]) => `${factors.join(", ")} (${sides})`).join("; ");
}
