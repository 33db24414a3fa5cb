import { at, sum } from "../base/array.ts";
import { studentQuantile, variance } from "../base/statistics.ts";
import type { Estimate } from "../model/estimate.ts";

export interface TrimOptions {
  /** Share cut off at each end. */
  readonly trim: number;
  readonly confidence: number;
}

/**
 * Trimmed mean with Yuen's interval (Biometrika 1974) for one sample of differences, as Tukey and McLaughlin had it
 * (Sankhya 1963): squared standard error (n - 1) s² / (h (h - 1)) from the winsorized variance s² and the number h of
 * kept values, t with h - 1. Fewer than four kept values give an unbounded interval.
 */
export function trimmedMean(
  values: readonly number[],
  options: TrimOptions = { trim: 0.2, confidence: 0.95 },
): Estimate {
  const { trim, confidence } = options;
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(trim * sorted.length);
  const kept = sorted.subarray(cut, sorted.length - cut);
  const method = `trimmed mean (${Math.round(trim * 100)} %)`;
  const value = sum(kept) / kept.length;
  if (kept.length < 4)
    return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, confidence, method };
  const winsorized = sorted.map((_, index) =>
    at(sorted, Math.min(Math.max(index, cut), sorted.length - cut - 1)),
  );
  const squares = variance(winsorized) * (sorted.length - 1);
  const error = Math.sqrt(squares / (kept.length * (kept.length - 1)));
  const half = studentQuantile(0.5 + confidence / 2, kept.length - 1) * error;
  return { value, low: value - half, high: value + half, confidence, method };
}
