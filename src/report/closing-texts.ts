import { groupBy } from "../base/array.ts";
import type { Estimate } from "../model/estimate.ts";
import type { Advice, Gap, ProgramDifference, Report, Tuning, Win } from "../model/report.ts";
import { primaryMetric, subjectNames } from "./answer.ts";
import { measuredWinCosts, sentences, setCosts } from "./cost-texts.ts";
import { measuredFault, measuredText } from "./measured-texts.ts";
import { boundsNothing } from "./program-difference.ts";
import {
  factorText,
  metricTitle,
  percentText,
  showFactor,
  type TimeUnit,
  typicalText,
} from "./quantities.ts";
import { equivalenceBound, gapSentence, type NameOf } from "./sentence.ts";

/** One setting that was tried alone. */
export interface WinRow {
  readonly kind: "gain" | "hurts" | "no difference" | "undetermined";
  readonly subject: string;
  readonly setting: string;
  /** "x1.06 (1.05-1.08) faster", or why nothing is said. */
  readonly effect: string;
  readonly deployable: boolean;
  /** Where to change what, of a setting that may be worth it. */
  readonly change: readonly string[];
  /** In sentences: all that it costs where it gains, else what the runs say it costs besides; may be empty. */
  readonly costs: string;
  readonly gain: Win["gain"];
}

const winOrder: readonly WinRow["kind"][] = ["gain", "undetermined", "hurts", "no difference"];

/** Settings that were tried, those that help first, the largest gain first. */
export function winRows(report: Report): readonly WinRow[] {
  const name = subjectNames(report);
  return report.wins
    .toSorted((left, right) => right.gain.value - left.gain.value)
    .map((win) => winRow(win, name))
    .toSorted((left, right) => winOrder.indexOf(left.kind) - winOrder.indexOf(right.kind));
}

function winRow(win: Win, name: NameOf): WinRow {
  const kind = win.verdict ?? kindByInterval(win);
  return {
    kind,
    subject: name(win.subject),
    setting: win.setting,
    effect: effectText(kind, win.gain),
    gain: win.gain,
    deployable: win.deployable,
    change: kind === "gain" || kind === "undetermined" ? changeTexts(win.change, win.setting) : [],
    costs: sentences([measuredWinCosts(win), ...(kind === "gain" ? win.costs : [])]),
  };
}

function kindByInterval({ gain }: Win): WinRow["kind"] {
  if (gain.low > 0) return "gain";
  return gain.high < 0 ? "hurts" : "undetermined";
}

/** Change and costs of a setting in one line. */
export function winDetails({ deployable, change, costs }: WinRow): string {
  const head = [...(deployable ? [] : ["not for shipping"]), ...change].join("; ");
  return head === "" || costs === "" ? `${head}${costs}` : `${head}. ${costs}`;
}

function effectText(kind: WinRow["kind"], gain: Win["gain"]): string {
  if (kind === "gain") return `${factorText(gain)} faster`;
  if (kind === "hurts")
    return `${factorText({ value: -gain.value, low: -gain.high, high: -gain.low })} slower`;
  if (kind === "undetermined") return `open: x${showFactor(gain).range}`;
  return `no difference within ${percentText(Math.max(Math.abs(gain.low), Math.abs(gain.high)))}`;
}

const instead = "or instead ";

/**
 * "Cargo.toml [profile.release]: lto = ..."; a change that only repeats the setting's name says nothing new. A place
 * "or ..." is another way to have what stands before it, which the places "and ..." behind it complete.
 */
function changeTexts(change: Readonly<Record<string, string>>, setting: string): readonly string[] {
  const texts: string[] = [];
  for (const [where, what] of Object.entries(change)) {
    if (setting === `${where}=${what}`) continue;
    const text = `${where}: ${what}`;
    if (where.startsWith("and ") && texts.length > 0) texts.push(`${texts.pop() ?? ""} ${text}`);
    else texts.push(text.replace(/^or /, instead));
  }
  return texts;
}

/** Changes as instructions: the verb belongs before each, and before no second way to do the same. */
export function withVerb(changes: readonly string[], verb: string): readonly string[] {
  return changes.map((text) => (text.startsWith(instead) ? text : `${verb}${text}`));
}

/** Why a setting may be open with an interval that leaves out 1; empty where none is. */
export function openNote(rows: readonly WinRow[]): string {
  const odd = rows.some(({ kind, gain }) => kind === "undetermined" && (gain.low > 0 || gain.high < 0));
  if (!odd) return "";
  const why =
    rows.length < 2
      ? "measured in too few blocks, or costs time of the other kind"
      : `measured in too few blocks, costs time of the other kind, or is one of ${rows.length} settings of which some miss 1 by chance`;
  return `open although its interval misses 1: it was ${why}`;
}

/** A program that is compared with no other has no gap to close. */
export function closingTitle({ gaps }: Pick<Report, "gaps">): string {
  return gaps.length === 0 ? "What would make it faster" : "What would close it";
}

/** The search for the best set of settings of one subject, as texts. */
export interface TuningText {
  readonly headline: string;
  readonly change: readonly string[];
  /** In sentences; empty where it costs nothing. */
  readonly costs: string;
  /** "CPU time 523 ms -> 310 ms", by the program as written and the set's gain; empty without a set. */
  readonly times: string;
  /** That the set gains more or less than its settings alone together; empty where nothing of the kind is sure. */
  readonly parts: string;
  /** How it was found. */
  readonly basis: string;
  readonly dropped: readonly string[];
}

export function tuningTexts(report: Report, unit?: TimeUnit): readonly TuningText[] {
  const name = subjectNames(report);
  return (report.tuning ?? []).map((tuning) => ({
    headline: tuningSentence(tuning, report, name),
    change: tuning.best === undefined ? [] : changeTexts(tuning.best.change, ""),
    costs: tuning.best === undefined ? "" : setCosts(tuning.best.costs),
    times: timesText(tuning, report, unit),
    parts: partsText(tuning, report),
    basis: basisText(tuning),
    dropped: [...groupBy(tuning.dropped, ({ reason }) => reason)].map(
      ([reason, settings]) => `${settings.map(({ setting }) => setting).join(", ")}: ${reason}`,
    ),
  }));
}

/** What the program takes as written, and with its best settings. */
function timesText({ subject, metric, best }: Tuning, { subjects }: Report, unit?: TimeUnit): string {
  const before = subjects.find(({ id }) => id === subject)?.typical[metric];
  if (best === undefined || before === undefined) return "";
  const { value, low, high } = best.gain;
  const after: Estimate = {
    ...before,
    value: before.value / Math.exp(value),
    low: before.value / Math.exp(high),
    high: before.value / Math.exp(low),
  };
  const [was, is] = [before, after].map((time) => typicalText(metric, time, unit));
  return `${metricTitle(metric)} ${was} -> ${is}`;
}

function tuningSentence(
  { subject, metric, best, stoppedBy, finalBlocks }: Tuning,
  report: Report,
  name: NameOf,
): string {
  const title = metricTitle(metric);
  if (best === undefined) {
    const [alone] = report.wins
      .filter((win) => win.subject === subject && win.verdict === "gain")
      .toSorted((left, right) => right.gain.value - left.gain.value);
    if (alone !== undefined) {
      const { value, range } = showFactor(alone.gain);
      const fresh =
        finalBlocks === 0 ? "nothing was confirmed on fresh blocks" : "fresh blocks confirmed no set";
      return `${alone.setting} alone makes ${name(subject)} ${value}x faster here (${range}, ${title}); ${fresh}.`;
    }
    const yet = stoppedBy === "finished" ? "No set" : "So far no set";
    return `${yet} of settings was found that makes ${name(subject)} faster here (${title}).`;
  }
  const settings = best.settings.map(
    (id) => report.wins.find((win) => win.subject === subject && win.id === id)?.setting ?? id,
  );
  const { value, range } = showFactor(best.gain);
  const set = listText(settings);
  if (best.gain.low <= 0)
    return `The best set of settings that was found for ${name(subject)} makes it x${range} as fast, so a gain is not certain (${title}): ${set}.`;
  return `${name(subject)} becomes ${value}x faster here (${range}, ${title}) by settings alone: ${set}.`;
}

function listText(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

/**
 * Settings alone are measured against the same runs as written, so their errors go together: only where even their
 * summed intervals and that of the set do not meet is the difference told.
 */
function partsText({ subject, best }: Tuning, { wins }: Report): string {
  if (best === undefined || best.settings.length < 2) return "";
  const alone = best.settings.flatMap(
    (id) => wins.find((win) => win.subject === subject && win.id === id) ?? [],
  );
  if (alone.length < best.settings.length) return "";
  const total = (end: "value" | "low" | "high") => alone.reduce((sum, { gain }) => sum + gain[end], 0);
  const product = { value: total("value"), low: total("low"), high: total("high") };
  const names = listText(alone.map(({ setting, gain }) => `${setting} x${showFactor(gain).value}`));
  const parts = `alone ${names}, which would make ${factorText(product)} together`;
  if (best.gain.low > product.high) return `more than its parts: ${parts}; they help each other`;
  if (best.gain.high < product.low) return `less than its parts: ${parts}; they save some of the same time`;
  return "";
}

function basisText({ searchBlocks, finalBlocks, stoppedBy, best }: Tuning): string {
  if (searchBlocks === 0) return `nothing was searched: ${unsearched[stoppedBy]}`;
  const end =
    stoppedBy === "budget"
      ? "; the budget was used up, so sets may be left that are better"
      : stoppedBy === "interrupted"
        ? "; it was interrupted"
        : "";
  return best === undefined
    ? `searched in ${searchBlocks} blocks${end}`
    : `searched in ${searchBlocks} blocks, the gain is from ${finalBlocks} fresh ones${end}`;
}

const unsearched: Readonly<Record<Tuning["stoppedBy"], string>> = {
  budget: "the budget was used up before a setting could be measured",
  interrupted: "it was interrupted before a setting was measured",
  finished: "no setting was left to measure",
};

/** What is left of each gap with the best settings on every side, in what they were searched in, next to what it is as written. */
export function closingTexts(report: Report): readonly string[] {
  const name = subjectNames(report);
  const metric = report.tuning?.[0]?.metric ?? primaryMetric(report);
  return (report.closing ?? [])
    .filter((gap) => gap.metric === metric)
    .map((gap) => {
      const asWritten = report.gaps.find((other) => sameContrast(other, gap));
      const attribution = report.attributions.find((other) => sameContrast(other, gap));
      const now = asWritten === undefined ? "" : ` As written it is ${factorText(asWritten.logRatio)}.`;
      return `With the best settings found for each: ${gapSentence(gap, name, equivalenceBound(attribution))}${now}`;
    });
}

type ContrastOf = Pick<Gap, "slow" | "fast" | "metric">;

function sameContrast(one: ContrastOf, other: ContrastOf): boolean {
  return one.slow === other.slow && one.fast === other.fast && one.metric === other.metric;
}

/** A line of the source worth changing. */
export interface AdviceText {
  readonly subject: string;
  readonly title: string;
  readonly change: string;
  /** "main.go:17"; empty where no line is known. */
  readonly place: string;
  /** "at most x1.17 faster (bounds checks switched off)", behind what was measured of it. */
  readonly bound: string;
}

/** In the report's order: what promises most first. */
export function adviceTexts(report: Report): readonly AdviceText[] {
  const name = subjectNames(report);
  return (report.advice ?? []).map((advice, index, all) => ({
    subject: name(advice.subject),
    title: advice.title,
    change: advice.change,
    place: placeText(advice),
    bound: gainText(advice, all.slice(0, index), report),
  }));
}

/** Whether a line before it was told with the bound that it shares. */
export function isBoundTold({ subject, sharesBoundWith = [] }: Advice, before: readonly Advice[]): boolean {
  return before.some((one) => one.subject === subject && sharesBoundWith.includes(one.id));
}

/**
 * What was measured of the fault that a line is to mend stands before the bound: a lever from outside may undo less of it
 * than the change does.
 */
function gainText(advice: Advice, before: readonly Advice[], report: Report): string {
  const bound = gainBoundText(advice, before);
  const mark = `${advice.subject}-fault-`;
  const [measured] = advice.evidence
    .filter((id) => id.startsWith(mark))
    .flatMap((id) => measuredFault(report, advice.subject, id.slice(mark.length)) ?? []);
  if (measured === undefined) return bound;
  const { gainAtMost, boundFrom } = advice;
  return `${measured}; the change itself may gain more${gainAtMost === undefined ? ` (${boundFrom})` : `, ${bound}`}`;
}

function gainBoundText(advice: Advice, before: readonly Advice[]): string {
  const { gainAtMost, boundFrom, sharesBoundWith = [] } = advice;
  if (gainAtMost === undefined) return `gain not known: ${boundFrom}`;
  const most = `at most ${atMostText(gainAtMost)} faster`;
  if (sharesBoundWith.length === 0) return `${most} (${boundFrom})`;
  if (isBoundTold(advice, before))
    return `part of the same gain, ${most}, which ${sharesBoundWith.length + 1} lines share`;
  const others = sharesBoundWith.length === 1 ? "one other" : `${sharesBoundWith.length} others`;
  return `${most} together with ${others} (${boundFrom})`;
}

/** "src/main.rs:17": enough to find it where a whole path would push a table apart. */
export function shortPlace(place: string): string {
  return place.split("/").slice(-2).join("/");
}

function placeText({ location }: Advice): string {
  return location === undefined ? "" : `${location.file}:${location.line}`;
}

/** An upper bound in log units as a factor with two digits behind the one. */
export function atMostText(logBound: number): string {
  const factor = Math.exp(logBound);
  return `x${factor >= 10 ? Math.ceil(factor) : Number((Math.ceil(factor * 100) / 100).toFixed(2))}`;
}

/** A sign that two programs do different work, or the same in another way. */
export interface DifferenceText {
  readonly kind: "other work" | "time by the profile";
  readonly weight: ProgramDifference["weight"];
  readonly title: string;
  /** One thing that was seen, or what may be behind it, a line. */
  readonly detail: string;
  readonly bound: string;
}

/** Differences of one pair, large ones first. */
export function differenceTexts(
  report: Report,
  { slow, fast, metric, logRatio }: Pick<Gap, "slow" | "fast" | "metric" | "logRatio">,
): readonly DifferenceText[] {
  const attribution = report.attributions.find((each) => sameContrast(each, { slow, fast, metric }));
  return (report.differences ?? [])
    .filter((each) => each.slow === slow && each.fast === fast)
    .toSorted((left, right) => order(left) - order(right) || Math.abs(right.size) - Math.abs(left.size))
    .map(({ id, weight, title, detail, atMost, component }) => ({
      kind: component === undefined ? "other work" : "time by the profile",
      weight,
      title,
      detail: detail
        .split("\n")
        .map((line) => line.replaceAll(/\s+/g, " ").trim())
        .filter((line) => line !== "")
        .join("\n"),
      bound: measuredText(id, attribution) ?? boundText(atMost, logRatio),
    }));
}

function boundText(atMost: number | undefined, gap: Estimate): string {
  if (atMost === undefined) return "what it costs is not known";
  return boundsNothing(atMost, gap)
    ? `costs at most ${atMostText(atMost)}, which is more than the gap: it may be all of it`
    : `costs at most ${atMostText(atMost)}`;
}

function order({ weight }: ProgramDifference): number {
  return weight === "large" ? 0 : 1;
}
