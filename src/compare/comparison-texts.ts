import { printable } from "../base/printable.ts";
import type { TitleOf } from "../model/case.ts";
import type { CauseChange, Change, Comparison, PairChange, SubjectChange } from "../model/comparison.ts";
import type { Estimate } from "../model/estimate.ts";
import { factorText, metricTitle, percentText, showFactor, typicalText } from "../report/quantities.ts";
import { turned } from "./orient.ts";

/** Rows of texts for every renderer: none of them computes a number. */
export interface SubjectRow {
  readonly subject: string;
  readonly metric: string;
  readonly before: string;
  readonly after: string;
  /** "x0.52 (0.50-0.54)": after over before; "?" where it cannot be told. */
  readonly change: string;
  readonly reading: string;
  readonly source: string;
}

export interface CauseRow {
  readonly name: string;
  /** "x0.61 (0.58-0.63)". */
  readonly before: string;
  readonly after: string;
  /** The same without their intervals, where room is short. */
  readonly brief: { readonly before: string; readonly after: string };
  readonly change: string;
  readonly reading: string;
  readonly changed: boolean;
}

export interface PairText {
  readonly heading: string;
  readonly sentence: string;
  readonly rows: readonly CauseRow[];
  /** Causes without a number, one sentence each. */
  readonly notes: readonly string[];
}

const missing = "-";

export function subjectRows({ subjects }: Comparison): readonly SubjectRow[] {
  return subjects.map((row) => ({
    subject: row.title,
    metric: metricTitle(row.metric),
    before: typical(row, row.typical.before),
    after: typical(row, row.typical.after),
    change: differenceText(row.typical),
    reading: sizeReading(row),
    source: row.sameSource === undefined ? "unknown" : row.sameSource ? "the same" : "changed",
  }));
}

function typical({ metric }: SubjectChange, estimate: Estimate | undefined): string {
  return estimate === undefined ? missing : typicalText(metric, estimate);
}

function differenceText({ difference }: Change): string {
  return difference === undefined ? missing : factorText(difference);
}

function sizeReading({ metric, typical: { verdict } }: SubjectChange): string {
  const [less, more] = metric === "maxRss" ? ["less memory", "more memory"] : ["faster", "slower"];
  return { up: more, down: less, unchanged: "unchanged", undetermined: "no change shown" }[verdict];
}

const readings: Readonly<Record<CauseChange["kind"], string>> = {
  appeared: "appeared",
  vanished: "vanished",
  grew: "grew",
  shrank: "shrank",
  turned: "turned round",
  unchanged: "unchanged",
  undetermined: "no change shown",
  "not compared": "not compared",
};

const changedKinds = new Set<CauseChange["kind"]>(["appeared", "vanished", "grew", "shrank", "turned"]);

/** One pair with its causes. `name`: what people read for a subject. */
export function pairText(pair: PairChange, name: (subject: string) => string): PairText {
  const [slow, fast] = [name(pair.slow), name(pair.fast)];
  const rows = pair.causes.map((cause) => causeRow(cause, slow, fast));
  const rest: CauseRow = {
    name: "cannot be switched off",
    before: factor(pair.neutralGap.before),
    after: factor(pair.neutralGap.after),
    brief: brief(pair.neutralGap),
    change: differenceText(pair.neutralGap),
    reading: { up: "grew", down: "shrank", unchanged: "unchanged", undetermined: "no change shown" }[
      pair.neutralGap.verdict
    ],
    changed: pair.neutralGap.verdict === "up" || pair.neutralGap.verdict === "down",
  };
  return {
    heading: `${slow} over ${fast}, ${metricTitle(pair.metric)}`,
    sentence: gapSentence(pair, slow, fast),
    rows: pair.causes.length === 0 ? [] : [...rows, rest],
    notes: pair.causes.flatMap(({ phrase, reason }) =>
      reason === undefined ? [] : [`${phrase}: ${printable(reason)}`],
    ),
  };
}

function causeRow(cause: CauseChange, slow: string, fast: string): CauseRow {
  const { before, after } = cause.contribution;
  const changed = changedKinds.has(cause.kind);
  const where = changed ? sideReading(cause, slow, fast) : "";
  return {
    name: cause.phrase,
    before: factor(before),
    after: factor(after),
    brief: brief(cause.contribution),
    change: differenceText(cause.contribution),
    reading: `${openReading(cause) ?? readings[cause.kind]}${where}`,
    changed,
  };
}

/** A cause that was not certain in one run and cannot matter in the other. */
function openReading({ kind, contribution }: CauseChange): string | undefined {
  if (kind !== "undetermined" || hasDifference({ contribution })) return undefined;
  if (contribution.before !== undefined) return "was open, now none";
  return contribution.after === undefined ? undefined : "was none, now open";
}

/** The side on which a change surely took place, where exactly one is. */
function sideReading({ slowSide, fastSide }: CauseChange, slow: string, fast: string): string {
  const moved = ({ verdict }: Change) => verdict === "up" || verdict === "down";
  if (moved(slowSide) === moved(fastSide)) return "";
  return moved(slowSide) ? ` in ${slow}` : ` in ${fast}`;
}

function factor(estimate: Estimate | undefined): string {
  return estimate === undefined ? missing : factorText(estimate);
}

function brief({ before, after }: Change): CauseRow["brief"] {
  const short = (estimate: Estimate | undefined) =>
    estimate === undefined ? missing : `x${showFactor(estimate).value}`;
  return { before: short(before), after: short(after) };
}

/** "The gap of Go over Rust shrank from x9.4 (8.9-9.9) to x2.1 (2.0-2.2): x0.22 (0.21-0.24)." */
function gapSentence({ gap, metric }: PairChange, slow: string, fast: string): string {
  const { before, after, difference, verdict } = gap;
  const what = `the gap of ${slow} over ${fast} (${metricTitle(metric)})`;
  if (before === undefined || after === undefined || difference === undefined)
    return `Whether ${what} changed cannot be told.`;
  const from = `${factorText(before)} before, ${factorText(after)} after`;
  if (verdict === "unchanged")
    return `${capital(what)} did not change beyond ${percentText(reach(difference))}: ${from}.`;
  if (verdict === "undetermined")
    return `No change of ${what} is shown: ${from}; it may have changed by x${showFactor(difference).range}.`;
  const closed = Math.abs(after.value) < Math.abs(before.value);
  const turned = Math.sign(after.value) !== Math.sign(before.value) && (after.low > 0 || after.high < 0);
  const how = turned ? "turned round" : closed ? "shrank" : "grew";
  return `${capital(what)} ${how}: ${from}, a change of ${factorText(difference)}.`;
}

function reach({ low, high }: Estimate): number {
  return Math.max(Math.abs(low), Math.abs(high));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The causes that surely changed, in one sentence; what the change did. */
export function summarySentence(
  { causes, slow, fast, gap }: PairChange,
  name: (subject: string) => string,
): string {
  if (causes.length === 0) return "Causes were not measured in both runs.";
  const changed = causes.filter(({ kind }) => changedKinds.has(kind));
  if (changed.length === 0)
    return gap.verdict === "up" || gap.verdict === "down"
      ? `Which cause did it is not certain${candidatesText(causes)}.`
      : "No cause changed beyond the noise of the two runs.";
  const names = changed.map((cause) => {
    const { phrase, kind, contribution } = cause;
    return `${phrase} ${readings[kind]}${sideReading(cause, name(slow), name(fast))}${byText(contribution)}`;
  });
  return `${capital(names.join("; "))}.`;
}

/** Causes that may have done it: those that cannot matter in one of the runs come first. */
function candidatesText(causes: readonly CauseChange[]): string {
  const open = causes
    .filter(({ kind }) => kind === "undetermined")
    .toSorted((left, right) => Number(hasDifference(left)) - Number(hasDifference(right)))
    .slice(0, 2)
    .map(candidateText);
  return open.length === 0 ? "" : `; it may have been ${open.join(" or ")}`;
}

const hasDifference = ({ contribution }: Pick<CauseChange, "contribution">): boolean =>
  contribution.difference !== undefined;

function candidateText({ phrase, contribution: { before, after, difference } }: CauseChange): string {
  if (difference !== undefined) return `${phrase} (changed the gap by x${showFactor(difference).range})`;
  if (before !== undefined) return `${phrase} (x${showFactor(before).range} before, cannot matter after)`;
  return after === undefined ? phrase : `${phrase} (cannot matter before, x${showFactor(after).range} after)`;
}

function byText({ difference }: Change): string {
  if (difference === undefined) return " (no number, see below)";
  const { value, range } = showFactor(difference);
  return `, which multiplies the gap by ${value} (${range})`;
}

/**
 * What the change did to the one program whose source it was; undefined where none or several changed, or where a program
 * that nobody changed shows that the sessions differ.
 */
export function changeSentence(comparison: Comparison): string | undefined {
  const metric = comparison.pairs[0]?.metric;
  const changed = comparison.subjects.filter((row) => row.metric === metric && row.sameSource === false);
  const [row] = changed;
  if (row === undefined || changed.length > 1) return undefined;
  if (comparison.doubts.some(({ code, weight }) => code === "session" || weight === "refuses"))
    return undefined;
  const { difference, verdict } = row.typical;
  if (difference === undefined) return undefined;
  const program = `${namesOf(comparison)(row.subject)}, whose source was changed,`;
  const what = metricTitle(row.metric);
  if (verdict === "unchanged")
    return `${program} stays within ${percentText(reach(difference))} of what it was (${what}).`;
  if (verdict === "undetermined")
    return `Whether ${program} gained or lost is not shown: after over before is x${showFactor(difference).range} (${what}).`;
  const [gained, lost] = row.metric === "maxRss" ? ["smaller", "larger"] : ["faster", "slower"];
  const { value, range } = showFactor(verdict === "down" ? turned(difference) : difference);
  return `${program} became ${value}x ${verdict === "down" ? gained : lost} (${range}, ${what}).`;
}

/** What the comparison calls each subject; a subject without figures by its id. */
export function namesOf({ subjects }: Comparison): TitleOf {
  const titles = new Map(subjects.map(({ subject, title }) => [subject, title]));
  return (subject) => titles.get(subject) ?? subject;
}
