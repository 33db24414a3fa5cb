import type { TitleOf } from "../model/case.ts";
import type { Change, PairChange } from "../model/comparison.ts";
import type { Estimate } from "../model/estimate.ts";
import type { MetricId } from "../model/plan.ts";
import type { Attribution, Gap, Report } from "../model/report.ts";
import { compareCauses } from "./compare-causes.ts";
import { bothFigures, judgeChanges } from "./difference.ts";
import { isPair, turned } from "./orient.ts";
import { onBlocks } from "./yardstick.ts";

/** Every pair and metric that both reports have, in the order of the first, its deciding metric first. `name`: what people read for a subject. */
export function comparePairs(before: Report, after: Report, name: TitleOf): readonly PairChange[] {
  const deciding = before.attributions[0]?.metric ?? before.gaps[0]?.metric;
  const found = before.gaps.flatMap((gap) => {
    const other = after.gaps.find(({ metric, ...pair }) => metric === gap.metric && same(pair, gap));
    return other === undefined ? [] : [comparePair({ before, after, name }, gap, other)];
  });
  return [
    ...found.filter(({ metric }) => metric === deciding),
    ...found.filter(({ metric }) => metric !== deciding),
  ];
}

function same(pair: Pick<Gap, "slow" | "fast">, { slow, fast }: Gap): boolean {
  return isPair(pair, slow, fast);
}

interface Runs {
  readonly before: Report;
  readonly after: Report;
  readonly name: TitleOf;
}

function comparePair({ before, after, name }: Runs, gap: Gap, other: Gap): PairChange {
  const { slow, fast, metric } = gap;
  const turn = other.slow !== slow;
  const one = attributionOf(before, gap, metric);
  const two = attributionOf(after, gap, metric);
  const diagnostics = [one, two].flatMap((each) => (each === undefined ? [] : [each.diagnostics]));
  const [gapChange, neutralChange] = judgeChanges(
    [
      bothFigures(gap.logRatio, turn ? turned(other.logRatio) : other.logRatio),
      bothFigures(one?.neutralGap, two === undefined ? undefined : oriented(two.neutralGap, two, slow)),
    ],
    onBlocks(diagnostics),
  );
  return {
    slow,
    fast,
    metric,
    gap: gapChange ?? unknown,
    neutralGap: neutralChange ?? unknown,
    causes: one === undefined || two === undefined ? [] : compareCauses(one, two, name),
  };
}

const unknown: Change = { verdict: "undetermined" };

function attributionOf(report: Report, { slow, fast }: Gap, metric: MetricId): Attribution | undefined {
  return report.attributions.find((one) => one.metric === metric && isPair(one, slow, fast));
}

function oriented(estimate: Estimate, { slow }: Attribution, asSlow: string): Estimate {
  return slow === asSlow ? estimate : turned(estimate);
}
