import { halfWidth } from "../base/statistics.ts";
import { trimmedMean } from "../base/trimmed-mean.ts";
import type { Facts } from "../model/evidence.ts";

export interface GrowthRuns {
  /** Times of the two jobs in one unit, in pairs of runs that lay side by side. */
  readonly pairs: readonly { readonly whole: number; readonly smaller: number }[];
  /** Size of the smaller job over the whole one's, between 0 and 1. */
  readonly factor: number;
}

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
  const exponent = trimmedMean(usable.map(({ whole, smaller }) => Math.log(whole / smaller) / scale));
  const { value } = exponent;
  const half = halfWidth(exponent, confidence);
  const high = value + half;
  // time = fixed + slope * size, with size 1 and factor: fixed / whole = (smaller / whole - factor) / (1 - factor).
  const fixed = (factor ** value - factor) / (1 - factor);
  return {
    "growth.exponent": value,
    "growth.exponentLow": value - half,
    "growth.exponentHigh": high,
    ...(high < 1 ? { "growth.fixedShare": Math.min(1, fixed) } : {}),
  };
}
