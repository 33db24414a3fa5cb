import type { BarAxis } from "./bar.ts";
import { type Html, html } from "./html.ts";

const width = 240;
const height = 18;

export interface HtmlBar {
  /** Where the bar begins, log units: the end of the one above. */
  readonly start: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly kind: "pay" | "gain" | "rest";
  /** What the bar says, in words. */
  readonly label: string;
}

/** A bar that starts where the last one ended, with its interval as a line under it. Presentational attributes only: the page's policy allows no inline style. */
export function htmlBar(bar: HtmlBar, axis: BarAxis): Html {
  const place = (value: number): number => {
    const clamped = Math.min(axis.max, Math.max(axis.min, value));
    const share = axis.max > axis.min ? (clamped - axis.min) / (axis.max - axis.min) : 0;
    return Math.round((1 + share * (width - 2)) * 10) / 10;
  };
  const [from, to] = [place(bar.start), place(bar.start + bar.value)];
  const left = Math.min(from, to);
  const size = Math.max(1, Math.abs(to - from));
  const [low, high] = [place(bar.start + bar.low), place(bar.start + bar.high)];
  return html`<svg class="bar" role="img" aria-label="${bar.label}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><line class="axis" x1="${place(0)}" x2="${place(0)}" y1="0" y2="${height}"/><rect class="${bar.kind}" x="${left}" y="2" width="${size}" height="9"/><line class="interval" x1="${low}" x2="${high}" y1="14.5" y2="14.5"/></svg>`;
}
