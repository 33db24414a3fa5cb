import { ownValue } from "../base/own-value.ts";
import type { Interval } from "../model/estimate.ts";
import { isTime } from "../model/plan.ts";
import type { Attribution, Contribution, ProgramDifference, Report } from "../model/report.ts";
import { factorText, percentText, showFactor } from "./quantities.ts";

/** Differences of two programs, and common faults, that a lever undoes: what they cost is a cause of its own then. */
const factors: Readonly<Record<string, string>> = {
  writes: "stdout-buffering",
  "unbuffered-output": "stdout-buffering",
};

/** The cause that holds what a difference costs; undefined where no lever undid the difference on both sides. */
function causeOf(difference: string, attribution: Attribution | undefined): Contribution | undefined {
  const factor = ownValue(factors, difference);
  const cause = attribution?.contributions.find((each) => each.factor === factor);
  return cause?.sided === "both" ? cause : undefined;
}

/** Whether the cost is known so well that a bound beside it would say less than it. */
export function isMeasured({ id }: ProgramDifference, attribution: Attribution | undefined): boolean {
  const cause = causeOf(id, attribution);
  return cause !== undefined && cause.verdict !== "undetermined";
}

/** The cost of a difference as it stands among the causes; undefined where none of them holds it. */
export function measuredText(difference: string, attribution: Attribution | undefined): string | undefined {
  const cause = causeOf(difference, attribution);
  if (cause === undefined) return undefined;
  const text = costText(cause, cause);
  return cause.verdict === "negligible" || cause.verdict === "undetermined" ? text : `${text} of the gap`;
}

/** The time that a fault costs its program by the cause that undid it there; undefined where none did. */
export function measuredFault(
  { attributions }: Pick<Report, "attributions">,
  subject: string,
  fault: string,
): string | undefined {
  const factor = ownValue(factors, fault);
  const metric = attributions.find((one) => isTime(one.metric))?.metric;
  for (const { slow, fast, contributions, ...attribution } of attributions) {
    const side = slow === subject ? "slow" : fast === subject ? "fast" : undefined;
    const cause = contributions.find((one) => one.factor === factor);
    if (attribution.metric !== metric || side === undefined || cause === undefined) continue;
    if (cause.sided !== "both" && cause.sided !== side) continue;
    return costText(cause, side === "slow" ? cause.slowSide : cause.fastSide);
  }
  return undefined;
}

function costText(
  { phrase, verdict, atMost }: Contribution,
  cost: Interval & { readonly value: number },
): string {
  if (verdict === "negligible") return `measured as ${phrase}: it costs less than ${percentText(atMost)}`;
  return verdict === "undetermined"
    ? `measured as ${phrase}, which is open: x${showFactor(cost).range}`
    : `measured as ${phrase}: ${factorText(cost)}`;
}
