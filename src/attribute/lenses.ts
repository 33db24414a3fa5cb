/** The second lens: component seconds of a profile, held against what ablation found (METHOD section 4). */
import { halfWidth, keptHalfWidth, shapleyWeight, subtractMoments } from "../base/statistics.ts";
import { idAsTitle, type SubjectId, type TitleOf } from "../model/case.ts";
import type { Estimate } from "../model/estimate.ts";
import type { FactorId } from "../model/factor.ts";
import type { Contrast, SideInference } from "../model/inference.ts";
import { equivalenceConfidence } from "../model/margin.ts";
import type { Accounting, Agreement } from "../model/report.ts";
import { halfOf, isKnown, secondsOf } from "./component-shares.ts";
import { methods, toEstimate } from "./estimate.ts";
import type { AttributeInput } from "./input.ts";
import { doesNotFit, lensReading, type SideLenses } from "./lens-reading.ts";
import { effectOf, factorsOf, type Pair } from "./pair.ts";

/** Disagreement counts beyond the intervals when it is more than this, or this share of the larger number. */
const toleratedDifference = 0.02;
const toleratedShare = 0.25;
/** Lenses that agree are surely not apart by more than this share of the larger number. */
const sameWithin = 0.5;

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

type LensInput = Pick<AttributeInput, "inferences" | "accounting" | "witnesses" | "componentsOf" | "titleOf">;

/** Both lenses for every factor with components, full designs in processor time only. */
export function compareLenses(input: LensInput, pair: Pair): readonly Agreement[] {
  const { accounting = [], componentsOf = {} } = input;
  const slow = accounting.find((each) => each.subject === pair.slow.subject);
  const fast = accounting.find((each) => each.subject === pair.fast.subject);
  const fractional = pair.slow.higherOrder !== undefined || pair.fast.higherOrder !== undefined;
  if (slow === undefined || fast === undefined || fractional || pair.inference.metric !== "cpuTime")
    return [];
  return factorsOf(pair).flatMap((factor) => {
    const components = componentsOf[factor] ?? [];
    const sides = {
      slow: lookAt(pair.slow, factor, accountedSeconds(pair.slow, slow, components)),
      fast: lookAt(pair.fast, factor, accountedSeconds(pair.fast, fast, components)),
    };
    if (sides.slow.counted === doesNotFit || sides.fast.counted === doesNotFit) return [];
    const prediction = subtractPredictions(sides.slow.counted, sides.fast.counted);
    const ablation = subtractMoments(sides.slow.ablation, sides.fast.ablation);
    return prediction === undefined || ablation === undefined
      ? []
      : [compareOne(input, pair, { factor, sides, prediction, ablation })];
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

interface Sides {
  readonly slow: SideLens;
  readonly fast: SideLens;
}

interface Both {
  readonly factor: FactorId;
  readonly sides: Sides;
  readonly prediction: Estimate;
  readonly ablation: Contrast;
}

function compareOne(input: LensInput, pair: Pair, { factor, sides, prediction, ablation }: Both): Agreement {
  const { confidence } = pair.inference;
  const halves = { ablation: halfWidth(ablation, confidence), accounting: halfOf(prediction) };
  const flag = judgeLenses({
    apart: Math.abs(ablation.value - prediction.value),
    noise: Math.hypot(halves.ablation, halves.accounting),
    larger: Math.max(Math.abs(ablation.value), Math.abs(prediction.value)),
    margin: pair.margin,
    confidence,
  });
  const wall = wallContribution(input, pair, factor);
  const witness = witnessContribution(input, factor, sides);
  const { titleOf = idAsTitle } = input;
  return {
    factor,
    ablation: toEstimate(ablation, confidence, methods.strata),
    accounting: prediction,
    flag,
    reading: lensReading({
      ablation: ablation.value,
      accounting: prediction.value,
      flag,
      wider: halves.accounting > halves.ablation ? "accounting" : "ablation",
      sides: [sideLenses(sides.slow, titleOf), sideLenses(sides.fast, titleOf)],
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

/**
 * Lenses differ when they are apart by more than their noise and more than what is tolerated. They agree when two one-sided
 * tests exclude that one sees twice what the other does, or where that matters to nobody: an interval that holds a multiple
 * of its own value speaks for no agreement. All else is undetermined.
 */
function judgeLenses(seen: {
  readonly apart: number;
  readonly noise: number;
  readonly larger: number;
  readonly margin: number;
  readonly confidence: number;
}): Agreement["flag"] {
  const { apart, noise, larger, margin, confidence } = seen;
  if (apart - noise > Math.max(toleratedDifference, toleratedShare * larger)) return "differ";
  const reach = apart + keptHalfWidth(confidence, equivalenceConfidence) * noise;
  return reach <= Math.max(margin, sameWithin * larger) ? "agree" : "undetermined";
}

function sideLenses({ side, ablation, counted }: SideLens, titleOf: TitleOf): SideLenses {
  return {
    title: titleOf(side.subject),
    ...(ablation === undefined ? {} : { ablation: ablation.value }),
    ...(counted === undefined || counted === doesNotFit ? {} : { accounting: counted.value }),
  };
}

function wallContribution({ inferences }: LensInput, pair: Pair, factor: FactorId): Contrast | undefined {
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
  { witnesses = [] }: LensInput,
  factor: FactorId,
  sides: Sides,
): number | typeof doesNotFit | undefined {
  const [slow, fast] = [sides.slow, sides.fast].map(({ side, predict }) => {
    const witness = witnesses.find((each) => each.subject === side.subject && each.factor === factor);
    const baseline = side.cells.find(({ cell }) => cell === 0);
    if (predict === undefined) return "without the factor";
    if (witness === undefined || baseline === undefined) return undefined;
    return predict(witness.share * Math.exp(baseline.mean));
  });
  if (slow === undefined || fast === undefined) return undefined;
  if (slow === doesNotFit || fast === doesNotFit) return doesNotFit;
  if (slow === "without the factor") return fast === slow ? undefined : -fast;
  return slow - (fast === "without the factor" ? 0 : fast);
}

type Predict = (seconds: number) => number | typeof doesNotFit;

/** One side by both lenses. */
interface SideLens {
  readonly side: SideInference;
  /** Absent without the factor. */
  readonly ablation?: Contrast;
  /** From seconds to the contribution that would follow; absent without the factor. */
  readonly predict?: Predict;
  /** Absent without the factor, and where no sample fell on its components. */
  readonly counted?: Estimate | typeof doesNotFit;
}

function lookAt(side: SideInference, factor: FactorId, seconds: Estimate | undefined): SideLens {
  const bit = side.factors.findIndex((effect) => effect.factor === factor);
  const ablation = effectOf(side, factor)?.shapley;
  if (bit < 0 || ablation === undefined) return { side };
  const predict = predictorOf(side, bit, seconds);
  if (seconds === undefined) return { side, ablation, predict };
  return { side, ablation, predict, counted: predictInterval(seconds, predict) };
}

/**
 * One functional for a value and both ends of its interval, and for the runtime's own count beside them: near the least
 * time of a variant the two functionals are far apart, so an interval made from both may not hold its own value.
 */
function predictorOf(side: SideInference, bit: number, seconds: Estimate | undefined): Predict {
  const ends = seconds === undefined ? [] : [seconds.low, seconds.value, seconds.high];
  return ends.every((each) => predictContribution(side, bit, each) !== doesNotFit)
    ? (each) => predictContribution(side, bit, each)
    : (each) => predictFromShare(side, each);
}

function predictInterval(seconds: Estimate, predict: Predict): Estimate | typeof doesNotFit {
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
