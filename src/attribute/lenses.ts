/** The second lens: component seconds of a profile, held against what ablation found (METHOD section 4). */
import { halfWidth, shapleyWeight, subtractMoments } from "../base/statistics.ts";
import type { Estimate } from "../model/estimate.ts";
import type { SideInference } from "../model/inference.ts";
import type { Accounting, Agreement } from "../model/report.ts";
import { methods, toEstimate } from "./estimate.ts";
import type { AttributeInput } from "./input.ts";
import { effectOf, factorsOf, type Pair } from "./pair.ts";

/** Disagreement counts beyond the intervals when it is more than this, or this share of the larger number. */
const toleratedDifference = 0.02;
const toleratedShare = 0.25;

/** L(a, b) = (a - b) / (ln a - ln b); a when both are equal (Carlson 1972). */
function logarithmicMean(a: number, b: number): number {
  const logs = Math.log(a / b);
  // Near a = b the quotient loses its digits; the series of the mean is exact to the third order there.
  return Math.abs(logs) < 1e-6 ? (a + b) / 2 : (a - b) / logs;
}

/**
 * The log gap by component: phi_c = (t_slow,c - t_fast,c) / L(T_slow, T_fast), the logarithmic mean Divisia index of
 * additive seconds (Ang 2005). Components sum to ln(T_slow / T_fast) exactly, zeros are harmless.
 */
export function componentShares(
  slow: Accounting,
  fast: Accounting,
): readonly { readonly component: string; readonly share: Estimate }[] {
  const scale = logarithmicMean(totalSeconds(slow), totalSeconds(fast));
  const names = [...new Set([...slow.components, ...fast.components].map((each) => each.component))];
  return names.map((component) => {
    const left = secondsOf(slow, [component]);
    const right = secondsOf(fast, [component]);
    const value = ((left?.value ?? 0) - (right?.value ?? 0)) / scale;
    const half = Math.hypot(halfOf(left), halfOf(right)) / scale;
    const confidence = left?.confidence ?? right?.confidence ?? 0.95;
    return {
      component,
      share: { value, low: value - half, high: value + half, confidence, method: methods.accounting },
    };
  });
}

const totalSeconds = (accounting: Accounting) =>
  accounting.components.reduce((total, each) => total + each.seconds.value, 0);

/** Seconds of several components together; half widths add in quadrature. */
function secondsOf(accounting: Accounting, components: readonly string[]): Estimate | undefined {
  const chosen = accounting.components.filter((each) => components.includes(each.component));
  if (chosen.length === 0) return undefined;
  const value = chosen.reduce((total, each) => total + each.seconds.value, 0);
  const half = Math.hypot(...chosen.map((each) => halfOf(each.seconds)));
  const confidence = Math.min(...chosen.map((each) => each.seconds.confidence));
  return { value, low: value - half, high: value + half, confidence, method: methods.accounting };
}

const halfOf = (estimate: Estimate | undefined) =>
  estimate === undefined ? 0 : (estimate.high - estimate.low) / 2;

/**
 * What ablation would find if switching the factor off removed exactly `seconds` in every context:
 * sum over S without f of w(S) * -ln(1 - t / T_S). The same functional as the Shapley value, so the two compare.
 */
function predictContribution(side: SideInference, bit: number, seconds: number): number {
  const players = side.factors.length;
  return side.cells
    .filter(({ cell }) => ((cell >> bit) & 1) === 0)
    .reduce((total, { cell, mean }) => {
      const left = Math.max(1e-3, 1 - Math.max(0, seconds) / Math.exp(mean));
      return total - shapleyWeight(players, bit, cell) * Math.log(left);
    }, 0);
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
    const prediction = subtractPredictions(
      predictSide(pair.slow, factor, secondsOf(slow, components)),
      predictSide(pair.fast, factor, secondsOf(fast, components)),
    );
    const ablation = subtractMoments(
      effectOf(pair.slow, factor)?.shapley,
      effectOf(pair.fast, factor)?.shapley,
    );
    if (prediction === undefined || ablation === undefined) return [];
    const { confidence } = pair.inference;
    const difference = ablation.value - prediction.value;
    const noise = Math.hypot(halfWidth(ablation, confidence), halfOf(prediction));
    const tolerated = Math.max(
      toleratedDifference,
      toleratedShare * Math.max(Math.abs(ablation.value), Math.abs(prediction.value)),
    );
    const differ = Math.abs(difference) - noise > tolerated;
    return [
      {
        factor,
        ablation: toEstimate(ablation, confidence, methods.strata),
        accounting: prediction,
        flag: differ ? ("differ" as const) : ("agree" as const),
        reading: differ ? readDifference(difference) : "both lenses see the same cost",
        slow: pair.slow.subject,
        fast: pair.fast.subject,
      },
    ];
  });
}

function predictSide(
  side: SideInference,
  factor: string,
  seconds: Estimate | undefined,
): Estimate | undefined {
  const bit = side.factors.findIndex((effect) => effect.factor === factor);
  if (bit < 0 || seconds === undefined) return undefined;
  const predict = (value: number) => predictContribution(side, bit, value);
  return {
    value: predict(seconds.value),
    low: predict(seconds.low),
    high: predict(seconds.high),
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

function readDifference(difference: number): string {
  return difference > 0
    ? "switching it off removes more than its own seconds: an indirect cost (cache, write barriers, blocked optimisation) lies in user code"
    : "switching it off removes less than its own seconds: work moved elsewhere (page faults, another core) when it was off";
}
