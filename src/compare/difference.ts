import { holm, keptHalfWidth, studentQuantile, studentUpperTail } from "../base/statistics.ts";
import type { Change } from "../model/comparison.ts";
import type { Estimate } from "../model/estimate.ts";
import { equivalenceConfidence } from "../model/margin.ts";

const method = "intervals of two independent runs, combined";

/**
 * after - before with the interval of a difference of independent estimates, made from their two intervals: the
 * distances to the ends add in squares (MOVER: Zou and Donner, Statistics in Medicine 27, 2008). Equals adding
 * variances where the intervals are symmetric. An end without a bound leaves the difference without one.
 */
export function subtractEstimates(after: Estimate, before: Estimate): Estimate {
  const value = after.value - before.value;
  return {
    value,
    low: value - Math.hypot(after.value - after.low, before.high - before.value),
    high: value + Math.hypot(after.high - after.value, before.value - before.low),
    confidence: Math.min(after.confidence, before.confidence),
    method,
  };
}

/** The log of after over before of two positive figures; undefined where an interval reaches zero. */
export function divideEstimates(after: Estimate, before: Estimate): Estimate | undefined {
  const ends = [after, before].flatMap(({ value, low, high }) => [value, low, high]);
  if (ends.some((end) => !(end > 0))) return undefined;
  return subtractEstimates(logOf(after), logOf(before));
}

function logOf(estimate: Estimate): Estimate {
  return {
    ...estimate,
    value: Math.log(estimate.value),
    low: Math.log(estimate.low),
    high: Math.log(estimate.high),
  };
}

/** What decides whether a difference counts. */
export interface Yardstick {
  /** Below it a difference does not matter, log units. */
  readonly margin: number;
  /** Of the run that knows its own variance worse. */
  readonly degreesOfFreedom: number;
}

/** Nothing is called unchanged that may have changed by more than this, log units, however noisy the session is. */
const widestUnchanged = 0.2;
const familyError = 0.05;

type Draft = Omit<Change, "verdict">;

/** Both figures and, where both are there, what lies between them. */
export function bothFigures(before: Estimate | undefined, after: Estimate | undefined): Draft {
  return {
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(before === undefined || after === undefined ? {} : { difference: subtractEstimates(after, before) }),
  };
}

/**
 * Verdicts on differences that are looked at together: a change must stand out in the whole family (Holm); a 90 %
 * interval inside the margin is two one-sided tests at 5 % (Schuirmann 1987) and reads "unchanged".
 */
export function judgeChanges(drafts: readonly Draft[], yardstick: Yardstick): readonly Change[] {
  const told = drafts.flatMap(({ difference }) => (difference === undefined ? [] : [difference]));
  const adjusted = new Map(
    holm(told.map((one) => pValue(one, yardstick.degreesOfFreedom))).map((p, index) => [told[index], p]),
  );
  return drafts.map((draft) => {
    const { difference } = draft;
    if (difference === undefined) return { ...draft, verdict: "undetermined" };
    return { ...draft, verdict: verdictOf(difference, adjusted.get(difference) ?? 1, yardstick) };
  });
}

function verdictOf(difference: Estimate, p: number, { margin }: Yardstick): Change["verdict"] {
  // A report tells its blocks, which are fewer than the degrees of freedom that the interval was made with.
  const kept = keptHalfWidth(difference.confidence, equivalenceConfidence);
  const reach = Math.abs(difference.value) + kept * outerHalf(difference);
  if (reach <= Math.min(margin, widestUnchanged)) return "unchanged";
  if (p >= familyError) return "undetermined";
  return difference.value > 0 ? "up" : "down";
}

function pValue(difference: Estimate, degreesOfFreedom: number): number {
  const { value, low, high, confidence } = difference;
  const half = value > 0 ? value - low : high - value;
  if (!Number.isFinite(half)) return 1;
  if (half === 0) return value === 0 ? 1 : 0;
  const standardError = half / studentQuantile((1 + confidence) / 2, degreesOfFreedom);
  return 2 * studentUpperTail(Math.abs(value) / standardError, degreesOfFreedom);
}

function outerHalf({ value, low, high }: Estimate): number {
  return value > 0 ? high - value : value - low;
}
