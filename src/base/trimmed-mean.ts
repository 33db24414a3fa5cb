import { at, sum } from "./array.ts";
import { type Moments, variance } from "./statistics.ts";

/**
 * Mean without the share `trim` of the values at each end. Outliers do not move it, and values of two modes have it
 * between them. Squared standard error (n - 1) s² / (h (h - 1)) from the winsorized variance s² and the number h of kept
 * values, h - 1 degrees of freedom (Tukey and McLaughlin, Sankhya 1963; Yuen, Biometrika 1974). Fewer than two kept
 * values say nothing: the variance is infinite then.
 */
export function trimmedMean(values: readonly number[], trim = 0.2): Moments {
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(trim * sorted.length);
  const kept = sorted.subarray(cut, sorted.length - cut);
  const value = sum(kept) / kept.length;
  if (kept.length < 2) return { value, variance: Number.POSITIVE_INFINITY, degreesOfFreedom: 1 };
  const winsorized = sorted.map((_, index) =>
    at(sorted, Math.min(Math.max(index, cut), sorted.length - cut - 1)),
  );
  const squares = variance(winsorized) * (sorted.length - 1);
  return {
    value,
    variance: squares / (kept.length * (kept.length - 1)),
    degreesOfFreedom: kept.length - 1,
  };
}
