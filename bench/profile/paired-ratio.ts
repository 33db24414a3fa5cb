import type { Random } from "../../src/base/random.ts";
import { mean, studentQuantile, variance } from "../../src/base/statistics.ts";

/** A ratio of two measured quantities with its interval, from pairs that took turns. */
export interface Ratio {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

/** Measures both in random order, pair by pair; gives the mean log ratio of first to second with a t interval. */
export async function pairedRatio(
  pairs: number,
  random: Random,
  first: () => Promise<number>,
  second: () => Promise<number>,
): Promise<Ratio> {
  const logs: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const values = new Map<() => Promise<number>, number>();
    for (const measure of random.shuffle([first, second])) values.set(measure, await measure());
    logs.push(Math.log((values.get(first) ?? Number.NaN) / (values.get(second) ?? Number.NaN)));
  }
  const centre = mean(logs);
  const half = studentQuantile(0.975, pairs - 1) * Math.sqrt(variance(logs) / pairs);
  return {
    value: Math.exp(centre),
    low: Math.exp(centre - half),
    high: Math.exp(centre + half),
    pairs,
  };
}

/** "1.03 (0.98-1.08)". */
export function ratioText({ value, low, high }: Ratio): string {
  return `${value.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})`;
}
