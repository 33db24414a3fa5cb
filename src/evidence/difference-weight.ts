import type { Facts, SourceLocation } from "../model/evidence.ts";
import type { ProgramDifference } from "../model/report.ts";

/** A sign that two programs do not do the same work, before it is known which evidence holds it. */
export type DifferenceSign = Pick<
  ProgramDifference,
  "id" | "title" | "detail" | "size" | "weight" | "atMost" | "component"
> & {
  /** The place in the slower side's source that it is seen at most; absent: none in particular. */
  readonly location?: SourceLocation;
};

/** One program as far as it is compared with another. */
export interface ComparedSide {
  readonly subject: string;
  /** What people read for the subject: the name of its language, or its id. */
  readonly name: string;
  readonly facts: Facts;
  /** Anything may run in it, an interpreter too. */
  readonly isPrebuilt?: true;
}

/** A difference whose bound is below this share of the gap explains little of it. */
const shareOfGap = 0.25;
/** Log units; below it a difference of the work is no news, however small the gap is. */
const leastCost = 0.05;

/** Whether something that can cost this much explains a good part of the gap. */
export function explainsMuch(atMost: number, gap: number): boolean {
  return atMost >= Math.max(leastCost, shareOfGap * Math.max(0, gap));
}

/**
 * The most that the time of some components can cost a side, in log units: -ln(1 - upper share). undefined where the
 * profile bounds one of them from below only, or saw nothing of the kernel.
 */
export function costOfComponents(facts: Facts, components: readonly string[]): number | undefined {
  let sum = 0;
  for (const component of components) {
    const high = facts[`profile.shareHigh.${component}`];
    if (high === undefined) return undefined;
    sum += high;
  }
  return costOfShare(sum);
}

/** What taking a share of the time away saves, in log units; undefined where nothing would be left. */
export function costOfShare(share: number): number | undefined {
  return share >= 1 ? undefined : -Math.log1p(-Math.max(0, share));
}

/** "2.4 times", "5000 times". */
export function timesText(times: number): string {
  return times >= 100 ? `${times.toFixed(0)} times` : `${times.toPrecision(2)} times`;
}
