/** The same pair in several metrics: contradictions are shown, never averaged away (METHOD caveat g). */
import { pairs } from "../base/array.ts";
import { idAsTitle, type TitleOf } from "../model/case.ts";
import type { MetricId } from "../model/plan.ts";
import type { Attribution, Contribution, Gap, Warning } from "../model/report.ts";

const names: Readonly<Record<MetricId, string>> = {
  cpuTime: "processor time",
  wallTime: "wall time",
  maxRss: "peak memory",
  latencyP50: "median latency",
  latencyP95: "95th percentile of latency",
  latencyP99: "99th percentile of latency",
};

/** Memory and latency answer other questions, so they cannot contradict a time. */
const isTime = (metric: MetricId) => metric === "cpuTime" || metric === "wallTime";

/** Gaps of one pair that say different things. What is not known in one metric contradicts nothing. */
export function contradictingGaps(gaps: readonly Gap[], titleOf: TitleOf = idAsTitle): readonly Warning[] {
  return pairs(gaps.filter(isTold).filter((gap) => isTime(gap.metric)))
    .filter(([left, right]) => left.slow === right.slow && left.fast === right.fast)
    .filter(([left, right]) => left.verdict !== right.verdict)
    .map(([left, right]) => ({
      code: "metrics-contradict",
      message: `By ${names[left.metric]} ${titleOf(left.slow)} is ${phrase(left)} than ${titleOf(left.fast)}, by ${names[right.metric]} ${phrase(right)}: cores are used, or waited for, differently.`,
      appliesTo: `${left.slow} against ${left.fast}`,
    }));
}

type Told = Gap & { readonly verdict: "slower" | "faster" | "equal" };

const isTold = (gap: Gap): gap is Told => gap.verdict !== undefined && gap.verdict !== "undetermined";

const phrase = ({ verdict }: Told) => (verdict === "equal" ? "neither slower nor faster" : verdict);

/** A cause in one metric that is an asset in another gets no verdict in either. */
export function withoutContradictions(attributions: readonly Attribution[]): {
  readonly attributions: readonly Attribution[];
  readonly warnings: readonly Warning[];
} {
  const warnings: Warning[] = [];
  const contradicted = (of: Attribution, contribution: Contribution): boolean =>
    isTime(of.metric) &&
    attributions.some(
      (other) =>
        other.metric !== of.metric &&
        isTime(other.metric) &&
        other.slow === of.slow &&
        other.fast === of.fast &&
        other.contributions.some(
          (each) => each.factor === contribution.factor && opposite(each.verdict, contribution.verdict),
        ),
    );
  const cleared = attributions.map((attribution) => ({
    ...attribution,
    contributions: attribution.contributions.map((each) => {
      if (!contradicted(attribution, each)) return each;
      warnings.push({
        code: "metrics-disagree-on-cause",
        message: `${each.title} is ${each.verdict === "cause" ? "a cost" : "a gain"} in ${names[attribution.metric]} and the opposite in another metric, so there is no verdict on it.`,
        appliesTo: `${each.factor}, ${attribution.metric}`,
      });
      return { ...each, verdict: "undetermined" as const };
    }),
  }));
  return { attributions: cleared, warnings };
}

function opposite(left: Contribution["verdict"], right: Contribution["verdict"]): boolean {
  return (left === "cause" && right === "asset") || (left === "asset" && right === "cause");
}
