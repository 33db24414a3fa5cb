/**
 * Distributions and order statistics. Every function is checked against tables of an independent
 * implementation (test/golden/statistics).
 */
import { at, sum } from "./array.ts";

export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

/** Sample variance with n - 1; NaN for fewer than two values. */
export function variance(values: ArrayLike<number>): number {
  if (values.length < 2) return Number.NaN;
  const centre = mean(values);
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += (at(values, index) - centre) ** 2;
  return squares / (values.length - 1);
}

/** Median; the mean of the two middle values for an even count. Reorders the argument. */
export function medianInPlace(values: Float64Array): number {
  const middle = values.length >> 1;
  const upper = selectInPlace(values, middle);
  if (values.length % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < middle; index++) lower = Math.max(lower, at(values, index));
  return (lower + upper) / 2;
}

/** The value of a rank, with smaller ones before it and larger ones after it (Hoare 1961: quickselect). */
function selectInPlace(values: Float64Array, rank: number): number {
  let from = 0;
  let to = values.length - 1;
  while (to > from) {
    const [left, right] = partition(values, from, to);
    if (rank <= right) to = right;
    else if (rank >= left) from = left;
    else break;
  }
  return at(values, rank);
}

/** Values up to `right` are at most the pivot, from `left` on at least; between them, equal to it. */
function partition(values: Float64Array, from: number, to: number): readonly [left: number, right: number] {
  const pivot = at(values, (from + to) >> 1);
  let left = from;
  let right = to;
  while (left <= right) {
    while (at(values, left) < pivot) left++;
    while (at(values, right) > pivot) right--;
    if (left > right) break;
    const swapped = at(values, left);
    values[left++] = at(values, right);
    values[right--] = swapped;
  }
  return [left, right];
}

export function median(values: ArrayLike<number>): number {
  return medianInPlace(Float64Array.from(values));
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Gamma(x), x > 0 (Lanczos 1964 with g = 7, nine terms: 15 digits). */
export function logGamma(x: number): number {
  const z = x - 1;
  const base = z + 7.5;
  let series = at(lanczos, 0);
  for (let term = 1; term < lanczos.length; term++) series += at(lanczos, term) / (z + term);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(base) - base + Math.log(series);
}

/** I_x(a, b), the regularised incomplete beta function, by Lentz's continued fraction (DLMF 8.17.22). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return (front * betaFraction(x, a, b)) / a;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const guard = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return fraction;
}

/** P(T > t) of Student's t; keeps its digits far out in the tail. */
export function studentUpperTail(t: number, degreesOfFreedom: number): number {
  if (t < 0) return 1 - studentUpperTail(-t, degreesOfFreedom);
  if (t === Number.POSITIVE_INFINITY) return 0;
  const square = t * t;
  // The complement is taken where it is the smaller one: 1 - x of a tiny t has lost its digits.
  return square < 1
    ? 0.5 - 0.5 * incompleteBeta(square / (degreesOfFreedom + square), 0.5, degreesOfFreedom / 2)
    : 0.5 * incompleteBeta(degreesOfFreedom / (degreesOfFreedom + square), degreesOfFreedom / 2, 0.5);
}

/**
 * Quantile of Student's t. Starts from the normal quantile with the Cornish-Fisher terms (Abramowitz and Stegun
 * 26.7.5), then Newton steps inside a bracket that only shrinks, so that one degree of freedom works too.
 */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  if (probability < 0.5) return -studentQuantile(1 - probability, degreesOfFreedom);
  if (probability === 0.5) return 0;
  const tail = 1 - probability;
  const density = studentDensity(degreesOfFreedom);
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let t = studentStart(normalQuantile(probability), degreesOfFreedom);
  for (let step = 0; step < 200; step++) {
    const excess = studentUpperTail(t, degreesOfFreedom) - tail;
    if (excess > 0) low = t;
    else high = t;
    const newton = t + excess / density(t);
    const bisected = high === Number.POSITIVE_INFINITY ? 2 * t : (low + high) / 2;
    const next = newton > low && newton < high ? newton : bisected;
    if (Math.abs(next - t) <= 1e-14 * t) return next;
    t = next;
  }
  return t;
}

function studentDensity(nu: number): (t: number) => number {
  const constant = logGamma((nu + 1) / 2) - logGamma(nu / 2) - 0.5 * Math.log(nu * Math.PI);
  return (t) => Math.exp(constant - ((nu + 1) / 2) * Math.log1p((t * t) / nu));
}

function studentStart(z: number, nu: number): number {
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + first / nu + second / nu ** 2;
}

/** Quantile of the standard normal: a rational start (Abramowitz and Stegun 26.2.23), then Halley steps on the tail. */
export function normalQuantile(probability: number): number {
  if (probability < 0.5) return -normalQuantile(1 - probability);
  if (probability === 0.5) return 0;
  const tail = 1 - probability;
  const root = Math.sqrt(-2 * Math.log(tail));
  let z =
    root -
    (2.515517 + 0.802853 * root + 0.010328 * root ** 2) /
      (1 + 1.432788 * root + 0.189269 * root ** 2 + 0.001308 * root ** 3);
  for (let step = 0; step < 4; step++) {
    const error = normalUpperTail(z) - tail;
    const shift = (error * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
    z += shift / (1 - (z * shift) / 2);
  }
  return z;
}

/** P(Z > z) of the standard normal, by series for small z and continued fraction for large (DLMF 7.6.2, 7.9.4). */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let term = z;
    let series = z;
    for (let n = 1; n < 200 && term > 1e-18 * series; n++) {
      term *= (z * z) / (2 * n + 1);
      series += term;
    }
    return 0.5 - density * series;
  }
  let fraction = z;
  for (let n = 80; n >= 1; n--) fraction = z + n / fraction;
  return density / fraction;
}

/** Sample quantile by linear interpolation between order statistics: type 7 of Hyndman and Fan (1996). NaN for no value. */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const above = Math.min(sorted.length - 1, below + 1);
  return at(sorted, below) + (position - below) * (at(sorted, above) - at(sorted, below));
}

/**
 * Sample quantile with the exact interval between two order statistics: P(X_(r) <= q <= X_(s)) is a binomial sum
 * (David and Nagaraja, Order Statistics, 2003, 7.1). Undefined bounds mean that the sample is too small.
 */
export function quantileInterval(
  sorted: Float64Array,
  probability: number,
  confidence: number,
): { readonly value: number; readonly low: number | undefined; readonly high: number | undefined } {
  const n = sorted.length;
  const tail = (1 - confidence) / 2;
  const value = quantile(sorted, probability);
  // P(Binomial(n, p) <= r) = 1 - I_p(r + 1, n - r)
  const cumulative = (r: number) => (r < 0 ? 0 : r >= n ? 1 : 1 - incompleteBeta(probability, r + 1, n - r));
  const lowRank = largestBelow(n, (rank) => cumulative(rank) <= tail);
  const highRank = largestBelow(n, (rank) => cumulative(rank) < 1 - tail) + 1;
  return {
    value,
    low: lowRank < 0 ? undefined : sorted[lowRank],
    high: highRank >= n ? undefined : sorted[highRank],
  };
}

/** Largest index in [0, count) for which a condition that only turns false once still holds; -1 for none. */
function largestBelow(count: number, holds: (index: number) => boolean): number {
  let low = -1;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Holm's step-down adjusted p values, in the order given (Holm 1979). */
export function holm(pValues: readonly number[]): readonly number[] {
  const order = pValues
    .map((_, index) => index)
    .sort((left, right) => at(pValues, left) - at(pValues, right));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach((index, place) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - place) * at(pValues, index)));
    adjusted[index] = largest;
  });
  return adjusted;
}

/**
 * What the value of one coalition counts in one player's Shapley value: |S|!(k-|S|-1)!/k! for coalitions without
 * the player, the negative of the joining coalition's for those with it (Shapley 1953). Coalitions are masks. The
 * sign is that of a game of losses, sum of weight times value = value without minus value with the player.
 */
export function shapleyWeight(players: number, player: number, coalition: number): number {
  const member = ((coalition >> player) & 1) === 1;
  const others = bitCount(coalition) - (member ? 1 : 0);
  const weight = 1 / (players * binomial(players - 1, others));
  return member ? -weight : weight;
}

/** Number of ways to choose, for small whole numbers. */
function binomial(n: number, r: number): number {
  let ways = 1;
  for (let step = 1; step <= r; step++) ways = (ways * (n - r + step)) / step;
  return ways;
}

/** Bits set in a non-negative 31-bit number. */
export function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** An estimate with its own uncertainty. */
export interface Moments {
  readonly value: number;
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

/** left - right of independent estimates (Welch 1947, Satterthwaite 1946); undefined stands for an exact zero. */
export function subtractMoments(left: Moments, right: Moments): Moments;
export function subtractMoments(left: Moments | undefined, right: Moments | undefined): Moments | undefined;
export function subtractMoments(left: Moments | undefined, right: Moments | undefined): Moments | undefined {
  if (right === undefined) return left;
  if (left === undefined) return { ...right, value: -right.value };
  return {
    value: left.value - right.value,
    variance: left.variance + right.variance,
    degreesOfFreedom: satterthwaite([left, right]),
  };
}

/** Degrees of freedom of a sum of independent variance estimates. */
export function satterthwaite(terms: readonly Omit<Moments, "value">[]): number {
  const total = sum(terms.map((term) => term.variance));
  const spread = sum(terms.map((term) => term.variance ** 2 / term.degreesOfFreedom));
  return spread === 0 ? Math.min(...terms.map((term) => term.degreesOfFreedom)) : total ** 2 / spread;
}

/**
 * Share of its half width that an interval keeps at a lower confidence, where its degrees of freedom are not known. By
 * Student less may be kept the fewer they are; the normal ratio is the one that never makes it too narrow.
 */
export function keptHalfWidth(from: number, to: number): number {
  return normalQuantile((1 + to) / 2) / normalQuantile((1 + from) / 2);
}

/** Half width of the t interval. */
export function halfWidth({ variance: squared, degreesOfFreedom }: Moments, confidence: number): number {
  return squared === 0 ? 0 : studentQuantile((1 + confidence) / 2, degreesOfFreedom) * Math.sqrt(squared);
}
