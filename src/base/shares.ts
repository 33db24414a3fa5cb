import { normalQuantile } from "./statistics.ts";

const upperQuantile = normalQuantile(0.975);
/** No event in n samples: 3/n is the upper 95 % bound (Hanley and Lippman-Hand 1983). */
const ruleOfThree = 3;

/** What one run saw: `hits` of `all` samples. */
export interface Hits {
  readonly hits: number;
  readonly all: number;
}

/** A share with both ends of its 95 % interval, 0-1. */
export interface ShareInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The share of hits: binomial, widened where runs differ by more than chance (quasi-likelihood, McCullagh and Nelder
 * 1989, 4.5). Nothing is known without samples: 0, from 0 to 1.
 */
export function shareInterval(runs: readonly Hits[]): ShareInterval {
  const all = runs.reduce((sum, run) => sum + run.all, 0);
  const hits = runs.reduce((sum, run) => sum + run.hits, 0);
  if (all === 0) return { value: 0, low: 0, high: 1 };
  if (hits === 0) return { value: 0, low: 0, high: Math.min(1, ruleOfThree / all) };
  const share = hits / all;
  const spread = runs.reduce((sum, run) => {
    const expected = run.all * share * (1 - share);
    return expected === 0 ? sum : sum + (run.hits - run.all * share) ** 2 / expected;
  }, 0);
  const dispersion = Math.max(1, spread / Math.max(1, runs.length - 1));
  const half = upperQuantile * Math.sqrt((dispersion * share * (1 - share)) / all);
  return { value: share, low: Math.max(0, share - half), high: Math.min(1, share + half) };
}

/** Upper end of `shareInterval`: 1 without samples. */
export function upperShare(runs: readonly Hits[]): number {
  return shareInterval(runs).high;
}

/** Wilson's interval of a share of independent samples (Wilson 1927). Everything is possible without samples. */
export function wilsonInterval(
  share: number,
  samples: number,
  confidence: number,
): { readonly low: number; readonly high: number } {
  if (samples === 0) return { low: 0, high: 1 };
  const z = normalQuantile(0.5 + confidence / 2);
  const square = (z * z) / samples;
  const centre = (share + square / 2) / (1 + square);
  const half = (z * Math.sqrt((share * (1 - share)) / samples + square / (4 * samples))) / (1 + square);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Upper end of a sum of shares, 0-1: their half widths add in squares. */
export function upperSum(parts: readonly { readonly value: number; readonly high: number }[]): number {
  const value = parts.reduce((sum, part) => sum + part.value, 0);
  return Math.min(1, value + Math.hypot(...parts.map((part) => part.high - part.value)));
}
