/** Seconds of a profile by component, and what each is of the gap. */
import type { Estimate } from "../model/estimate.ts";
import type { Accounting, ComponentSeconds } from "../model/report.ts";
import { methods } from "./estimate.ts";

/** Samples that no component claims: without them the parts would add up to another gap. */
const unnamed = "without a name";

/** L(a, b) = (a - b) / (ln a - ln b); a when both are equal (Carlson 1972). */
function logarithmicMean(a: number, b: number): number {
  const logs = Math.log(a / b);
  // Near a = b the quotient loses its digits; the series of the mean is exact to the third order there.
  return Math.abs(logs) < 1e-6 ? (a + b) / 2 : (a - b) / logs;
}

/**
 * The log gap by component: phi_c = (t_slow,c - t_fast,c) / L(T_slow, T_fast), the logarithmic mean Divisia index of
 * additive seconds (Ang 2005). Components and the rest without a name sum to ln(T_slow / T_fast) exactly, zeros are
 * harmless. Empty where nothing of a side has a name: its seconds are not known.
 */
export function componentShares(
  slow: Accounting,
  fast: Accounting,
): readonly { readonly component: string; readonly share: Estimate }[] {
  const [slowParts, fastParts] = [allParts(slow), allParts(fast)];
  const [slowTotal, fastTotal] = [totalSeconds(slowParts), totalSeconds(fastParts)];
  if (slowTotal <= 0 || fastTotal <= 0) return [];
  const scale = logarithmicMean(slowTotal, fastTotal);
  const names = [...new Set([...slowParts, ...fastParts].map((each) => each.component))];
  return names.map((component) => {
    const left = secondsOf(slowParts, [component]);
    const right = secondsOf(fastParts, [component]);
    const value = ((left?.value ?? 0) - (right?.value ?? 0)) / scale;
    const half = Math.hypot(halfOf(left), halfOf(right)) / scale;
    const confidence = left?.confidence ?? right?.confidence ?? 0.95;
    return {
      component,
      share: { value, low: value - half, high: value + half, confidence, method: methods.accounting },
    };
  });
}

/**
 * What is left of the time is known as well as all that has a name: counts of one sample exclude each other, so their
 * half widths in quadrature are rather too wide for the sum.
 */
function allParts({ components, unexplainedShare }: Accounting): readonly ComponentSeconds[] {
  const known = components.find(isKnown);
  const named = secondsOf(
    components,
    components.map(({ component }) => component),
  );
  if (unexplainedShare <= 0 || known === undefined || named === undefined) return components;
  const value = Math.max(0, known.seconds.value / known.share - named.value);
  const half = halfOf(named);
  const seconds = { ...named, value, low: value - half, high: value + half };
  return [...components, { component: unnamed, share: unexplainedShare, seconds }];
}

/** One that tells by how much its share was multiplied to give seconds. */
export const isKnown = ({ share, seconds: { value } }: ComponentSeconds): boolean => share > 0 && value > 0;

const totalSeconds = (components: readonly ComponentSeconds[]) =>
  components.reduce((total, each) => total + each.seconds.value, 0);

/** Seconds of several components together; half widths add in quadrature. */
export function secondsOf(all: readonly ComponentSeconds[], names: readonly string[]): Estimate | undefined {
  const chosen = all.filter((each) => names.includes(each.component));
  if (chosen.length === 0) return undefined;
  const value = totalSeconds(chosen);
  const half = Math.hypot(...chosen.map((each) => halfOf(each.seconds)));
  const confidence = Math.min(...chosen.map((each) => each.seconds.confidence));
  return { value, low: value - half, high: value + half, confidence, method: methods.accounting };
}

export const halfOf = (estimate: Estimate | undefined): number =>
  estimate === undefined ? 0 : (estimate.high - estimate.low) / 2;
