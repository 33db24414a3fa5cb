import type { SettingCosts, Win } from "../model/report.ts";
import { byteText, factorText, metricTitle } from "./quantities.ts";
import { capital } from "./sentence.ts";

/** A size that is counted to the byte: a smaller change is no price. */
const leastSizeChange = 0.01;
/** Medians of few builds on a busy machine: a smaller change may be chance. */
const leastBuildChange = 0.2;

/** What the best set costs, as sentences in one line; empty where nothing changes. */
export function setCosts({ maxRss, binaryBytes, buildTimeMs, notes }: SettingCosts): string {
  const measured = [
    ...(maxRss === undefined || holdsNothing(maxRss) ? [] : [`peak memory ${factorText(maxRss)}`]),
    ...(binaryBytes === undefined || !changes(binaryBytes, leastSizeChange)
      ? []
      : [`executable ${byteText(binaryBytes.before)} -> ${byteText(binaryBytes.after)}`]),
    ...(buildTimeMs === undefined || !changes(buildTimeMs, leastBuildChange)
      ? []
      : [`build ${secondsText(buildTimeMs.before)} -> ${secondsText(buildTimeMs.after)}`]),
  ];
  return sentences([measured.join(", "), ...notes]);
}

/** What the runs of a setting say it costs besides the time that decides, in one line. */
export function measuredWinCosts({ measuredCosts = {} }: Win): string {
  return (["maxRss", "cpuTime", "wallTime"] as const)
    .flatMap((metric) => {
      const cost = measuredCosts[metric];
      return cost === undefined ? [] : [`${metricTitle(metric)} ${factorText(cost)}`];
    })
    .join(", ");
}

/** Texts as sentences: each begins with a capital and ends with a stop of its own. */
export function sentences(texts: readonly string[]): string {
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map((text) => `${capital(text)}${/[.!?]$/.test(text) ? "" : "."}`)
    .join(" ");
}

function holdsNothing({ low, high }: { readonly low: number; readonly high: number }): boolean {
  return low <= 0 && high >= 0;
}

function changes(
  { before, after }: { readonly before: number; readonly after: number },
  least: number,
): boolean {
  return Math.abs(Math.log(after / before)) > least;
}

function secondsText(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toPrecision(2))} s`;
}
