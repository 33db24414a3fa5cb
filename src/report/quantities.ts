import type { Estimate } from "../model/estimate.ts";
import type { MetricId } from "../model/plan.ts";

export type TimeUnit = "s" | "ms" | "us";
export const timeUnits: readonly TimeUnit[] = ["s", "ms", "us"];

/** A number and its interval as texts with equal digits: never more than the interval supports. */
export interface Shown {
  readonly value: string;
  /** "8.9-9.9"; "not bounded" where an end is infinite. */
  readonly range: string;
}

type Span = Pick<Estimate, "value" | "low" | "high">;

function exponentiate({ value, low, high }: Span): Span {
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) };
}

/** Places after the point such that the half width keeps one digit; negative: whole tens, hundreds. */
export function decimalsOf({ low, high }: Pick<Span, "low" | "high">): number {
  const halfWidth = (high - low) / 2;
  if (!Number.isFinite(halfWidth)) return 0;
  if (halfWidth <= 0) return 3;
  return Math.min(3, Math.max(-9, -Math.floor(Math.log10(halfWidth * (1 + 1e-9)))));
}

/** Rounds to places that may be negative, with as many zeros as places. */
function fixed(value: number, decimals: number): string {
  if (decimals >= 0) return value.toFixed(decimals);
  const unit = 10 ** -decimals;
  return String(Math.round(value / unit) * unit);
}

/** Shows a span; `excluded` are values that matter: an end that is none of them is not rounded onto one. */
export function showSpan(span: Span, excluded: readonly number[] = []): Shown {
  const decimals = decimalsThatKeepOut(span, excluded);
  const bounded = Number.isFinite(span.low) && Number.isFinite(span.high);
  if (!bounded) return { value: Number(span.value.toPrecision(1)).toString(), range: "not bounded" };
  const [low, high] = [fixed(span.low, decimals), fixed(span.high, decimals)];
  return { value: fixed(span.value, decimals), range: span.low < 0 ? `${low} to ${high}` : `${low}-${high}` };
}

function decimalsThatKeepOut(span: Span, excluded: readonly number[]): number {
  const decimals = decimalsOf(span);
  for (let more = decimals; more < 4; more++) {
    const reaches = [span.low, span.high].some(
      (end) => !excluded.includes(end) && excluded.includes(Number(fixed(end, more))),
    );
    if (!reaches) return more;
  }
  return decimals;
}

/** A log contrast as a factor: { value: "9.4", range: "8.9-9.9" }. It is never 0, and 1 means no difference. */
export function showFactor(logContrast: Span): Shown {
  const { value, low, high } = exponentiate(logContrast);
  const isBounded = Number.isFinite(high) && low > 0;
  // Places after the point fit one end only where the other is a hundred times as large.
  if (isBounded && high > 100 * low)
    return { value: firstDigit(value), range: `${endText(low)}-${endText(high)}` };
  return showSpan({ value, low, high }, [0, 1]);
}

/** Beyond these an end says nothing but that it is far away. */
const [tiny, huge] = [1e-4, 1e4];

function endText(end: number): string {
  if (end < tiny) return `<${tiny}`;
  return end > huge ? `>${huge}` : firstDigit(end);
}

function firstDigit(value: number): string {
  return fixed(value, Math.min(20, Math.max(0, -Math.floor(Math.log10(value)))));
}

/** "x1.31 (1.27-1.35)". */
export function factorText(logContrast: Span): string {
  const { value, range } = showFactor(logContrast);
  return `x${value} (${range})`;
}

/** What a change did to the speed: "x1.31 (1.27-1.35) faster", "x1.10 (1.08-1.12) slower", "x0.9-1.1 as fast" where it is open. */
export function speedText({ value, low, high }: Span): string {
  if (low > 0) return `${factorText({ value, low, high })} faster`;
  if (high < 0) return `${factorText({ value: -value, low: -high, high: -low })} slower`;
  return `x${showFactor({ value, low, high }).range} as fast`;
}

/** A part of the gap in percent: { value: "87 %", range: "81-93 %" }; both in log units. */
export function showShare(part: Span, gap: number): Shown {
  const [one, other] = [(100 * part.low) / gap, (100 * part.high) / gap];
  const { value, range } = showSpan({
    value: (100 * part.value) / gap,
    low: Math.min(one, other),
    high: Math.max(one, other),
  });
  return { value: `${value} %`, range: `${range} %` };
}

/** A bound on a log contrast as a percentage with two digits at most: "3 %", "0.4 %". */
export function percentText(logBound: number): string {
  if (!Number.isFinite(logBound)) return "an unknown share";
  const percent = 100 * Math.expm1(Math.abs(logBound));
  return `${percent >= 10 ? Math.round(percent) : Number(percent.toPrecision(percent >= 1 ? 2 : 1))} %`;
}

const secondsPer: Readonly<Record<TimeUnit, number>> = { s: 1, ms: 1e-3, us: 1e-6 };

function timeUnitFor(seconds: number): TimeUnit {
  if (seconds >= 1) return "s";
  return seconds >= 1e-3 ? "ms" : "us";
}

const metricTitles: Readonly<Record<MetricId, string>> = {
  cpuTime: "CPU time",
  wallTime: "wall time",
  maxRss: "peak memory",
  latencyP50: "median latency",
  latencyP95: "95th percentile of latency",
  latencyP99: "99th percentile of latency",
};

export function metricTitle(metric: MetricId): string {
  return metricTitles[metric];
}

/** Whether a text is the name of a metric in a report. */
export function isMetric(text: string): text is MetricId {
  return Object.hasOwn(metricTitles, text);
}

/** A typical value with its unit: "412 ms", "12.3 MB". */
export function typicalText(metric: MetricId, typical: Estimate, unit?: TimeUnit): string {
  if (metric === "maxRss") return scaledText(typical, byteScale(typical.value));
  const chosen = unit ?? timeUnitFor(typical.value);
  return scaledText(typical, { size: secondsPer[chosen], name: chosen });
}

/** A size that was counted: "1.26 MB". */
export function byteText(bytes: number): string {
  const { size, name } = byteScale(bytes);
  return `${Number((bytes / size).toPrecision(3))} ${name}`;
}

/** A count or a level with three digits at most: "0.0125", "143", "12300". */
export function countText(count: number): string {
  if (Number.isInteger(count)) return String(count);
  return Math.abs(count) >= 1000 ? String(Math.round(count)) : String(Number(count.toPrecision(3)));
}

function byteScale(bytes: number): { size: number; name: string } {
  if (bytes >= 1e9) return { size: 1e9, name: "GB" };
  return bytes >= 1e6 ? { size: 1e6, name: "MB" } : { size: 1e3, name: "kB" };
}

function scaledText({ value, low, high }: Estimate, scale: { size: number; name: string }): string {
  const span = { value: value / scale.size, low: low / scale.size, high: high / scale.size };
  // However wide the interval, a time is never shown as nothing: its first digit stays.
  const firstDigit = value > 0 ? -Math.floor(Math.log10(span.value)) : 0;
  return `${fixed(span.value, Math.max(decimalsOf(span), firstDigit))} ${scale.name}`;
}
