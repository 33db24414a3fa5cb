import { exitCodes } from "../base/failure.ts";
import type { Report } from "../model/report.ts";
import { primaryMetric } from "../report/answer.ts";
import { equivalenceBound, readGap } from "../report/sentence.ts";
import type { FailOn } from "./option-values.ts";

/** Whether a gap surely crosses a bound: only where the whole interval does. */
function crosses(report: Report, { metric, ratio, over }: FailOn): boolean {
  const bound = Math.log(ratio);
  return report.gaps.some((gap) => {
    if (gap.metric !== metric) return false;
    const { low, high } = gap.logRatio;
    if (over === undefined) return low > bound || -high > bound;
    if (gap.slow === over.numerator && gap.fast === over.denominator) return low > bound;
    return gap.slow === over.denominator && gap.fast === over.numerator && -high > bound;
  });
}

/** Whether something was left open: a gap that could not be told, or a cause that is undetermined. */
function isInconclusive(report: Report): boolean {
  const metric = primaryMetric(report);
  const attributions = report.attributions.filter((attribution) => attribution.metric === metric);
  const gaps = report.gaps.filter((gap) => gap.metric === metric);
  return (
    gaps.some((gap) => {
      const attribution = attributions.find(({ slow, fast }) => slow === gap.slow && fast === gap.fast);
      return readGap(gap, equivalenceBound(attribution)).kind === "untold";
    }) ||
    attributions.some(({ contributions }) => contributions.some(({ verdict }) => verdict === "undetermined"))
  );
}

export function exitCodeFor(
  report: Report,
  { failOn, strict }: { readonly failOn?: FailOn; readonly strict?: true },
): number {
  if (failOn !== undefined && crosses(report, failOn)) return exitCodes.thresholdCrossed;
  if (strict === true && isInconclusive(report)) return exitCodes.inconclusive;
  return exitCodes.answered;
}
