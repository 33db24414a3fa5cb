/** The second lens: component seconds of a profile, held against what ablation found (METHOD section 4). */
import { halfWidth, shapleyWeight, subtractMoments } from "../base/statistics.ts";
import type { SubjectId } from "../model/case.ts";
import type { Estimate } from "../model/estimate.ts";
import type { FactorId } from "../model/factor.ts";
import type { Contrast, SideInference } from "../model/inference.ts";
import type { Accounting, Agreement } from "../model/report.ts";
import { halfOf, isKnown, secondsOf } from "./component-shares.ts";
import { methods, toEstimate } from "./estimate.ts";
import type { AttributeInput } from "./input.ts";
import { doesNotFit, lensReading } from "./lens-reading.ts";
import { effectOf, factorsOf, type Pair } from "./pair.ts";

/** Disagreement counts beyond the intervals when it is more than this, or this share of the larger number. */
const toleratedDifference = 0.02;
const toleratedShare = 0.25;

/**
 * What ablation would find if switching the factor off removed exactly `seconds` in every context:
 * sum over S without f of w(S) * -ln(1 - t / T_S). The same functional as the Shapley value, so the two compare.
 */
function predictContribution(side: SideInference, bit: number, seconds: number): number | typeof doesNotFit {
  const players = side.factors.length;
  const contexts = side.cells.filter(({ cell }) => ((cell >> bit) & 1) === 0);
  if (contexts.some(({ mean }) => seconds >= Math.exp(mean))) return doesNotFit;
  return contexts.reduce((total, { cell, mean }) => {
    const left = 1 - Math.max(0, seconds) / Math.exp(mean);
    return total - shapleyWeight(players, bit, cell) * Math.log(left);
  }, 0);
}

/**
 * Where the seconds do not fit into every context, their share of the program as written stands for all: a profile that
 * far from ablation is a disagreement to be told, not a row to be left out.
 */
function predictFromShare(side: SideInference, seconds: number): number | typeof doesNotFit {
  const baseline = side.cells.find(({ cell }) => cell === 0);
  const share = baseline === undefined ? 1 : seconds / Math.exp(baseline.mean);
  return share >= 1 ? doesNotFit : -Math.log(1 - share);
}

/**
 * Seconds of the profile on the scale of the measured baseline: the profile ran at another time, and a machine that was
 * slower then must not look like a cost.
 */
function onScaleOf(side: SideInference, accounting: Accounting, seconds: Estimate): Estimate {
  const baseline = side.cells.find(({ cell }) => cell === 0);
  const known = accounting.components.find(isKnown);
  if (baseline === undefined || known === undefined) return seconds;
  const scale = (Math.exp(baseline.mean) * known.share) / known.seconds.value;
  const { value, low, high } = seconds;
  return { ...seconds, value: value * scale, low: low * scale, high: high * scale };
}

/** Both lenses for every factor with components, full designs in processor time only. */
export function compareLenses(input: AttributeInput, pair: Pair): readonly Agreement[] {
  const { accounting = [], componentsOf = {} } = input;
  const slow = accounting.find((each) => each.subject === pair.slow.subject);
  const fast = accounting.find((each) => each.subject === pair.fast.subject);
  const fractional = pair.slow.higherOrder !== undefined || pair.fast.higherOrder !== undefined;
  if (slow === undefined || fast === undefined || fractional || pair.inference.metric !== "cpuTime")
    return [];
  return factorsOf(pair).flatMap((factor) => {
    const components = componentsOf[factor] ?? [];
    const slowPrediction = predictSide(pair.slow, factor, accountedSeconds(pair.slow, slow, components));
    const fastPrediction = predictSide(pair.fast, factor, accountedSeconds(pair.fast, fast, components));
    if (slowPrediction === doesNotFit || fastPrediction === doesNotFit) return [];
    const prediction = subtractPredictions(slowPrediction, fastPrediction);
    const ablation = subtractMoments(
      effectOf(pair.slow, factor)?.shapley,
      effectOf(pair.fast, factor)?.shapley,
    );
    return prediction === undefined || ablation === undefined
      ? []
      : [compareOne(input, pair, { factor, prediction, ablation })];
  });
}

function accountedSeconds(
  side: SideInference,
  accounting: Accounting,
  components: readonly string[],
): Estimate | undefined {
  const seconds = secondsOf(accounting.components, components);
  return seconds === undefined ? undefined : onScaleOf(side, accounting, seconds);
}

interface Both {
  readonly factor: FactorId;
  readonly prediction: Estimate;
  readonly ablation: Contrast;
}

function compareOne(input: AttributeInput, pair: Pair, { factor, prediction, ablation }: Both): Agreement {
  const { confidence } = pair.inference;
  const difference = ablation.value - prediction.value;
  const noise = Math.hypot(halfWidth(ablation, confidence), halfOf(prediction));
  const tolerated = Math.max(
    toleratedDifference,
    toleratedShare * Math.max(Math.abs(ablation.value), Math.abs(prediction.value)),
  );
  const differ = Math.abs(difference) - noise > tolerated;
  const wall = wallContribution(input, pair, factor);
  const witness = witnessContribution(input, pair, factor);
  return {
    factor,
    ablation: toEstimate(ablation, confidence, methods.strata),
    accounting: prediction,
    flag: differ ? "differ" : "agree",
    reading: lensReading({
      ablation: ablation.value,
      accounting: prediction.value,
      differ,
      ...(wall === undefined
        ? {}
        : {
            wall: {
              value: wall.value,
              half: Math.hypot(halfWidth(wall, confidence), halfWidth(ablation, confidence)),
            },
          }),
      ...(witness === undefined ? {} : { witness }),
    }),
    slow: pair.slow.subject,
    fast: pair.fast.subject,
  };
}

function wallContribution(
  { inferences }: AttributeInput,
  pair: Pair,
  factor: FactorId,
): Contrast | undefined {
  const wall = inferences.find(({ metric }) => metric === "wallTime");
  const shapley = (subject: SubjectId) => {
    const side = wall?.sides.find((each) => each.subject === subject);
    return side === undefined ? undefined : effectOf(side, factor)?.shapley;
  };
  return subtractMoments(shapley(pair.slow.subject), shapley(pair.fast.subject));
}

/**
 * The share of the processor time that a runtime counted itself, as the contribution that would follow from it. undefined
 * where a side has the factor and nobody counted: what was not counted is not nothing.
 */
function witnessContribution(
  { witnesses = [] }: AttributeInput,
  pair: Pair,
  factor: FactorId,
): number | typeof doesNotFit | undefined {
  const [slow, fast] = [pair.slow, pair.fast].map((side) => {
    const witness = witnesses.find((each) => each.subject === side.subject && each.factor === factor);
    const bit = side.factors.findIndex((effect) => effect.factor === factor);
    const baseline = side.cells.find(({ cell }) => cell === 0);
    if (bit < 0) return "without the factor";
    if (witness === undefined || baseline === undefined) return undefined;
    return predictContribution(side, bit, witness.share * Math.exp(baseline.mean));
  });
  if (slow === undefined || fast === undefined) return undefined;
  if (slow === doesNotFit || fast === doesNotFit) return doesNotFit;
  if (slow === "without the factor") return fast === slow ? undefined : -fast;
  return slow - (fast === "without the factor" ? 0 : fast);
}

function predictSide(
  side: SideInference,
  factor: string,
  seconds: Estimate | undefined,
): Estimate | typeof doesNotFit | undefined {
  const bit = side.factors.findIndex((effect) => effect.factor === factor);
  if (bit < 0 || seconds === undefined) return undefined;
  const predict = (each: number) => {
    const predicted = predictContribution(side, bit, each);
    return predicted === doesNotFit ? predictFromShare(side, each) : predicted;
  };
  const [value, low, high] = [predict(seconds.value), predict(seconds.low), predict(seconds.high)];
  if (value === doesNotFit || low === doesNotFit) return doesNotFit;
  return {
    value,
    low,
    high: high === doesNotFit ? 2 * value - low : high,
    confidence: seconds.confidence,
    method: methods.accounting,
  };
}

function subtractPredictions(left: Estimate | undefined, right: Estimate | undefined): Estimate | undefined {
  if (right === undefined) return left;
  const value = (left?.value ?? 0) - right.value;
  const half = Math.hypot(halfOf(left), halfOf(right));
  return { ...right, value, low: value - half, high: value + half };
}
