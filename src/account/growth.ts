import { studentQuantile } from "../base/statistics.ts";
import type { Facts } from "../model/evidence.ts";

export interface GrowthRuns {
  /** Times of the two jobs in one unit, in pairs of runs that lay side by side. */
  readonly pairs: readonly { readonly whole: number; readonly smaller: number }[];
  /** Size of the smaller job over the whole one's, between 0 and 1. */
  readonly factor: number;
}

/** Share of the pairs that is cut off at each end against outlying runs. */
const trimmed = 0.2;
const confidence = 0.95;

/**
 * How time grows with size: `growth.exponent` p in time ~ size^p by the trimmed mean of ln(whole / smaller) / ln(1 / factor),
 * with Yuen's interval (Yuen 1974) in `growth.exponentLow`, `growth.exponentHigh`. Where the whole interval lies below 1
 * the time that does not grow follows from a straight line through both sizes: `growth.fixedShare`, of the whole job's
 * time. Empty for fewer than four pairs.
 */
export function growthFacts({ pairs, factor }: GrowthRuns): Facts {
  const usable = pairs.filter(({ whole, smaller }) => whole > 0 && smaller > 0);
  if (usable.length < 4 || !(factor > 0 && factor < 1)) return {};
  const scale = Math.log(1 / factor);
  const { mean, half } = trimmedMean(usable.map(({ whole, smaller }) => Math.log(whole / smaller) / scale));
  const high = mean + half;
  // time = fixed + slope * size, with size 1 and factor: fixed / whole = (smaller / whole - factor) / (1 - factor).
  const fixed = (factor ** mean - factor) / (1 - factor);
  return {
    "growth.exponent": mean,
    "growth.exponentLow": mean - half,
    "growth.exponentHigh": high,
    ...(high < 1 ? { "growth.fixedShare": Math.min(1, fixed) } : {}),
  };
}

function trimmedMean(values: readonly number[]): { readonly mean: number; readonly half: number } {
  const sorted = values.toSorted((left, right) => left - right);
  const cut = Math.floor(trimmed * sorted.length);
  const kept = sorted.slice(cut, sorted.length - cut);
  const mean = kept.reduce((sum, one) => sum + one, 0) / kept.length;
  const [low = mean, high = mean] = [kept[0], kept.at(-1)];
  const winsorized = sorted.map((one) => Math.min(high, Math.max(low, one)));
  const centre = winsorized.reduce((sum, one) => sum + one, 0) / winsorized.length;
  const squares = winsorized.reduce((sum, one) => sum + (one - centre) ** 2, 0);
  const error = Math.sqrt(squares / (kept.length * (kept.length - 1)));
  return { mean, half: studentQuantile(0.5 + confidence / 2, kept.length - 1) * error };
}
