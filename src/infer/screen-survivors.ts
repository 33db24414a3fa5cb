import { halfWidth } from "../base/statistics.ts";
import type { FactorId } from "../model/factor.ts";
import type { SideInference } from "../model/inference.ts";

export interface Screened {
  readonly kept: readonly FactorId[];
  readonly dropped: readonly { readonly factor: FactorId; readonly reason: string }[];
}

/**
 * After a screen by a fraction: factors whose effect may still matter go on to a full design, at most `most` of them,
 * largest first (METHOD 2.2). A factor stays while the end of its interval that is farther from zero is beyond the
 * precision, because in a fraction of resolution IV a cause that needs two others shows only a quarter of itself.
 */
export function keepSurvivors(
  side: SideInference,
  {
    precision,
    confidence,
    most,
  }: { readonly precision: number; readonly confidence: number; readonly most: number },
): Screened {
  const ranked = side.factors
    .map(({ factor, shapley }) => ({
      factor,
      size: Math.abs(shapley.value),
      farthest: Math.abs(shapley.value) + halfWidth(shapley, confidence),
    }))
    .toSorted((left, right) => right.size - left.size);
  const mayMatter = ranked.filter(({ farthest }) => farthest > precision);
  const kept = mayMatter.slice(0, most);
  const names = new Set(kept.map(({ factor }) => factor));
  return {
    kept: side.factors.map(({ factor }) => factor).filter((factor) => names.has(factor)),
    dropped: ranked
      .filter(({ factor }) => !names.has(factor))
      .map(({ factor, farthest }) => ({
        factor,
        reason:
          farthest <= precision
            ? `the screen found at most ${farthest.toFixed(3)} of log time`
            : `${most} factors with larger effects fill the design`,
      })),
  };
}
