import type { BarAxis } from "./bar.ts";
import { type Html, html } from "./html.ts";

const height = 22;

export interface HtmlBar {
  /** Where the bar begins, log units: the end of the one above. */
  readonly start: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** sum: a group whose parts stand below it as bars of their own. */
  readonly kind: "cause" | "asset" | "open" | "small" | "rest" | "work" | "sum";
  /** What the bar says, in words. */
  readonly label: string;
}

/**
 * A bar that starts where the last one ended, with its interval as a line under it. Places are percentages of the
 * cell, so bars grow with the page; presentational attributes only, since the page's policy allows no inline style.
 */
export function htmlBar(bar: HtmlBar, axis: BarAxis): Html {
  const place = (value: number): number => placeOn(axis, value);
  const [from, to] = [place(bar.start), place(bar.start + bar.value)];
  const left = Math.min(from, to);
  const size = Math.max(0.4, Math.abs(to - from));
  const [low, high] = [place(bar.start + bar.low), place(bar.start + bar.high)];
  const shape =
    bar.kind === "sum"
      ? html`<line class="sum" x1="${from}%" x2="${to}%" y1="8" y2="8"/>`
      : html`<rect class="${bar.kind}" x="${left}%" y="3" width="${round(size)}%" height="10"/>`;
  return html`<svg class="bar" role="img" aria-label="${bar.label}" height="${height}" data-start="${bar.start}" data-value="${bar.value}" data-kind="${bar.kind}"><line class="axis" x1="${place(0)}%" x2="${place(0)}%" y1="0" y2="${height}"/>${shape}<line class="interval" x1="${low}%" x2="${high}%" y1="17.5" y2="17.5"/></svg>`;
}

/** Percent of the width at which a value stands; half a percent is kept free at both ends. */
function placeOn({ min, max }: BarAxis, value: number): number {
  const clamped = Math.min(max, Math.max(min, value));
  return round(0.5 + (max > min ? (clamped - min) / (max - min) : 0) * 99);
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** An amount from zero, with its interval as a line under it; all bars of one table share `max`. */
export function amountBar(
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
  max: number,
  second = false,
): Html {
  const place = (amount: number) => placeOn({ min: 0, max }, amount);
  return html`<svg class="bar" aria-hidden="true" height="${height}"><rect class="${second ? "amount second" : "amount"}" x="0.5%" y="3" width="${round(place(value) - 0.5)}%" height="10"/><line class="interval" x1="${place(low)}%" x2="${place(high)}%" y1="17.5" y2="17.5"/></svg>`;
}
