import { halfWidth, type Moments } from "../base/statistics.ts";
import type { Estimate } from "../model/estimate.ts";

/** The t interval of a contrast. */
export function toEstimate(moments: Moments, confidence: number, method: string): Estimate {
  const half = halfWidth(moments, confidence);
  return { value: moments.value, low: moments.value - half, high: moments.value + half, confidence, method };
}

/** An effect that is known without measuring: a language that has the neutral level by nature. */
export function exactly(value: number, confidence: number, method: string): Estimate {
  return { value, low: value, high: value, confidence, method };
}

/** The same estimate on the scale of ratios. */
export function toRatio({ value, low, high, confidence, method }: Estimate): Estimate {
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high), confidence, method };
}

export const excludesZero = ({ low, high }: Estimate): boolean => low > 0 || high < 0;

/** How intervals are made, for the report. */
export const methods = {
  strata: "t on pooled strata of the block design",
  blocks: "t on block values",
  natural: "exact by nature of the language",
  noScheme: "no scheme",
  notMeasured: "not measured on this side",
  accounting: "t on profiled runs",
} as const;
