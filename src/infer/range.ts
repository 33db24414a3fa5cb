import { range } from "../base/array.ts";
import { walshSign } from "../base/factorial.ts";
import { bitCount, normalQuantile, studentQuantile } from "../base/statistics.ts";
import type { Contrast } from "../model/inference.ts";

interface Which {
  readonly bit: number;
  readonly factorCount: number;
  readonly confidence: number;
}

/**
 * Smallest and largest marginal y(S) - y(S + f) over contexts S. The extremes of raw cell differences grow with the
 * noise, so the marginals are rebuilt from the main effect and those interactions that stand out after Bonferroni's
 * correction for their number; a machine without interactions then has a range of one point.
 */
export function marginalRange(
  effects: readonly ({ readonly subset: number } & Contrast)[],
  { bit, factorCount, confidence }: Which,
  shapley: number,
): { readonly low: number; readonly high: number } {
  const withFactor = effects.filter(({ subset }) => ((subset >> bit) & 1) === 1 && bitCount(subset) > 1);
  const probability = 1 - (1 - confidence) / (2 * withFactor.length);
  const standingOut = withFactor.filter(({ value, variance, degreesOfFreedom }) => {
    // Student's quantile is never below the normal's, which is cheaper and already rules most effects out.
    if (value ** 2 <= normalQuantile(probability) ** 2 * variance) return false;
    return value ** 2 > studentQuantile(probability, degreesOfFreedom) ** 2 * variance;
  });
  if (standingOut.length === 0) return { low: shapley, high: shapley };
  const main = effects.find(({ subset }) => subset === 1 << bit)?.value ?? 0;
  const marginals = range(1 << factorCount)
    .filter((cell) => ((cell >> bit) & 1) === 0)
    .map((cell) =>
      // Going to neutral turns the sign of every effect that contains the factor; E/2 is its coefficient.
      standingOut.reduce(
        (total, { subset, value }) => total - value * walshSign(cell | (1 << bit), subset),
        -main,
      ),
    );
  return { low: Math.min(...marginals, shapley), high: Math.max(...marginals, shapley) };
}
