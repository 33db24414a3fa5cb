import type { FactorId } from "../../src/model/factor.ts";
import type { Attribution, Contribution, Report } from "../../src/model/report.ts";
import type { Plant } from "./plant.ts";
import type { Measured, Truth } from "./truth.ts";

/** One cause of a plant against what perfgap says of it; shares are parts of the true or the estimated log gap. */
export interface CauseScore {
  readonly factor: FactorId;
  readonly truth: Measured;
  readonly estimate?: Measured;
  readonly truthShare: number;
  readonly estimateShare?: number;
  readonly withinFivePoints: boolean;
  /** The intervals of truth and estimate meet. */
  readonly covered: boolean;
}

export interface PlantScore {
  readonly id: string;
  readonly title: string;
  readonly expectation: Plant["expectation"]["kind"];
  readonly gap: { readonly truth: Measured; readonly estimate: Measured };
  readonly causes: readonly CauseScore[];
  /** The cause that perfgap puts first, if it names any. */
  readonly first?: FactorId;
  /** Everything that perfgap measured, in log units of slow over fast. */
  readonly said: readonly (Measured & Pick<Contribution, "factor" | "verdict">)[];
  /** Causes that perfgap names and that were not planted. */
  readonly falseCauses: readonly FactorId[];
  readonly neutralShare: number;
  readonly passed: boolean;
  /** Why not, or what to know; empty when passed plainly. */
  readonly remark: string;
  readonly blocks: number;
  readonly dose?: number;
  /** Why this plant was expected to fail; it counts as failed when it does. */
  readonly knownToFail?: string;
}

export interface PlantedSummary {
  readonly passed: number;
  readonly scored: number;
  /** Of those scored and not passed. */
  readonly failedAsKnown: number;
  readonly falseAlarms: number;
}

const fivePoints = 0.05;

/** Scores a report on a plant against the truth that was measured beside it. Pure. */
export function scorePlant(plant: Plant, truth: Truth, report: Report): PlantScore {
  const attribution = report.attributions.find(({ metric }) => metric === "cpuTime");
  const gap = report.gaps.find(({ metric }) => metric === "cpuTime");
  if (attribution === undefined || gap === undefined) throw new Error(`bug: no attribution for ${plant.id}`);
  const sign = attribution.slow === "planted" ? 1 : -1;
  const estimatedGap = turned(gap.logRatio, sign);
  const causes = plant.causes.map((cause, index): CauseScore => {
    const contribution = attribution.contributions.find(({ factor }) => cause.factors.includes(factor));
    return scoreCause(
      cause.factors[0],
      { truth: truth.causes[index] ?? { value: 0, low: 0, high: 0 }, gap: truth.gap },
      contribution === undefined ? undefined : turned(contribution, sign),
      estimatedGap,
    );
  });
  const plantedFactors = plant.causes.flatMap(({ factors }) => factors);
  const named = namedCauses(attribution);
  const base = {
    gap: { truth: truth.gap, estimate: estimatedGap },
    causes,
    ...(named[0] === undefined ? {} : { first: named[0].factor }),
    said: attribution.contributions.map(({ factor, value, low, high, verdict }) => ({
      factor,
      value,
      low,
      high,
      verdict,
    })),
    falseCauses: named.map(({ factor }) => factor).filter((factor) => !plantedFactors.includes(factor)),
    neutralShare: attribution.neutralGap.value / gap.logRatio.value,
  };
  const backwards = plant.expectation.kind !== "silent" && truth.gap.value * estimatedGap.value < 0;
  const remark = backwards ? "finds the planted program to be the fast one" : judge(plant, base, attribution);
  return {
    id: plant.id,
    title: plant.title,
    expectation: plant.expectation.kind,
    ...base,
    passed: remark === "",
    remark,
    blocks: attribution.diagnostics.blocks,
    ...(plant.dose === undefined ? {} : { dose: plant.dose }),
    ...(plant.knownToFail === undefined ? {} : { knownToFail: plant.knownToFail }),
  };
}

/** Contributions that perfgap calls causes or assets, the largest first. */
function namedCauses({ contributions }: Attribution): readonly Contribution[] {
  return contributions
    .filter(({ verdict }) => verdict === "cause" || verdict === "asset")
    .sort((left, right) => Math.abs(right.value) - Math.abs(left.value));
}

function turned({ value, low, high }: Measured, sign: number): Measured {
  return sign === 1 ? { value, low, high } : { value: -value, low: -high, high: -low };
}

function scoreCause(
  factor: FactorId,
  known: { readonly truth: Measured; readonly gap: Measured },
  estimate: Measured | undefined,
  estimatedGap: Measured,
): CauseScore {
  const truthShare = known.truth.value / known.gap.value;
  if (estimate === undefined)
    return { factor, truth: known.truth, truthShare, withinFivePoints: false, covered: false };
  const estimateShare = estimate.value / estimatedGap.value;
  return {
    factor,
    truth: known.truth,
    estimate,
    truthShare,
    estimateShare,
    withinFivePoints: Math.abs(estimateShare - truthShare) <= fivePoints,
    covered: estimate.low <= known.truth.high && known.truth.low <= estimate.high,
  };
}

function judge(
  plant: Plant,
  score: Pick<PlantScore, "causes" | "first" | "falseCauses" | "neutralShare" | "gap">,
  attribution: Attribution,
): string {
  const missing = score.causes.filter(({ estimate }) => estimate === undefined);
  const reasons = missing.map(({ factor }) => `${factor} left out: ${whyLeftOut(attribution, factor)}`);
  const wrong = score.causes
    .filter((cause) => cause.estimate !== undefined && !cause.withinFivePoints && !cause.covered)
    .map(({ factor }) => `${factor}: share and interval miss the truth`);
  switch (plant.expectation.kind) {
    case "named": {
      const expected: readonly FactorId[] = plant.causes[0]?.factors ?? [];
      const isFirst = score.first !== undefined && expected.includes(score.first);
      return [
        ...reasons,
        ...(isFirst ? [] : [`first is ${score.first ?? "nothing"}, not ${expected[0] ?? "?"}`]),
        ...wrong,
      ].join("; ");
    }
    case "shares":
      return [...reasons, ...wrong].join("; ");
    case "unexplained":
      return score.neutralShare >= 0.9
        ? ""
        : `${Math.round((1 - score.neutralShare) * 100)} % of the gap is given to causes that were not planted`;
    case "silent":
      return score.falseCauses.length === 0 ? "" : `false alarm: ${score.falseCauses.join(", ")}`;
  }
}

function whyLeftOut({ excluded }: Attribution, factor: FactorId): string {
  const reasons = excluded
    .filter((exclusion) => exclusion.factor === factor)
    .map(({ side, kind, reason }) => `${side} ${kind} (${reason})`);
  return reasons.length === 0 ? "no reason given" : reasons.join(", ");
}
