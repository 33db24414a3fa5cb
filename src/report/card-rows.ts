import type { Report } from "../model/report.ts";
import type { Answer } from "./answer.ts";
import { winRows } from "./closing-texts.ts";
import { factorText } from "./quantities.ts";
import { type StackRow, stackRows } from "./stack-rows.ts";

/** One bar of the picture; places are in log units from "equal". */
export interface CardRow {
  readonly kind: "pays" | "gains" | "open" | "rest" | "gap" | "work";
  readonly name: string;
  readonly figure: string;
  readonly share: string;
  readonly from: number;
  readonly to: number;
  /** Interval of the bar's end; absent for a sum of several small causes. Of other work, which adds nothing, its bound. */
  readonly low?: number;
  readonly high?: number;
}

const mostRows = 6;
/** Characters that find room beside the bars. */
export const longestName = 32;

/**
 * Bars in the order of the page that start where the last one ended and together reach the gap, which is the last bar;
 * causes without room, the smallest, become one.
 */
export function stackCardRows(answer: Answer, report: Report): readonly CardRow[] {
  const rows = stackRows(answer, report).filter(({ part }) => !part);
  const rest = rows.filter(({ kind }) => kind === "neutral gap");
  const work = workRow(rows.filter(({ kind }) => kind === "different work"));
  const causes = rows.filter(({ kind }) => kind !== "neutral gap" && kind !== "different work");
  const largest = causes
    .filter(({ kind }) => kind !== "negligible")
    .toSorted((left, right) => Math.abs(right.value) - Math.abs(left.value))
    .slice(0, mostRows - 2 - work.length);
  const told = causes.filter((row) => largest.includes(row));
  const small = causes.filter((row) => !told.includes(row));
  const bars: CardRow[] = [...work];
  let from = 0;
  for (const row of told) {
    bars.push(cardRow(row, from));
    from += row.value;
  }
  if (small.length > 0) {
    const to = small.reduce((sum, { value }) => sum + value, from);
    const name = small.length === 1 ? (small[0]?.name ?? "") : `${small.length} smaller causes`;
    const figure = small.length === 1 ? (small[0]?.remark ?? "") : "";
    bars.push({ kind: "open", name, figure, share: "", from, to });
    from = to;
  }
  return [...bars, ...rest.map((row) => cardRow(row, from)), gapRow(answer)];
}

/** Other work in one row: of several differences, what the largest may cost. */
function workRow(rows: readonly StackRow[]): readonly CardRow[] {
  const [largest] = rows.toSorted((left, right) => right.high - left.high);
  if (largest === undefined) return [];
  const name = rows.length === 1 ? "other work" : `other work, ${rows.length} differences`;
  const bound = largest.high > 0 ? { low: 0, high: largest.high } : {};
  return [{ kind: "work", name, figure: workFigure(rows, largest), share: "", from: 0, to: 0, ...bound }];
}

/** One of several without a bound leaves all of them without. */
function workFigure(rows: readonly StackRow[], largest: StackRow): string {
  if (rows.some(({ high }) => high <= 0)) return "not bounded";
  return rows.length === 1 ? largest.range : `${largest.range} each`;
}

function gapRow({ gap: { logRatio }, slow, fast }: Answer): CardRow {
  const { value, low, high } = logRatio;
  const ends = Number.isFinite(low) && Number.isFinite(high) ? { low, high } : {};
  const figure = factorText(logRatio);
  const pair = `${slow} over ${fast}`;
  const name = pair.length <= longestName ? pair : "the whole gap";
  return { kind: "gap", name, figure, share: "", from: 0, to: value, ...ends };
}

function cardRow({ kind, name, factor, range, share, low, value, high }: StackRow, from: number): CardRow {
  return {
    kind: kindOf(kind, value),
    name,
    figure: factor === "~" ? range : `${factor} (${range})`,
    share,
    from,
    to: from + value,
    ...(Number.isFinite(low) && Number.isFinite(high) ? { low: from + low, high: from + high } : {}),
  };
}

function kindOf(kind: StackRow["kind"], value: number): CardRow["kind"] {
  if (kind === "neutral gap") return "rest";
  if (kind === "undetermined" || kind === "negligible") return "open";
  return value < 0 ? "gains" : "pays";
}

/** A report of one program: what each setting alone does to its time. */
export function winCardRows(report: Report): readonly CardRow[] {
  const told = winRows(report).filter(({ kind }) => kind !== "no difference");
  return told.slice(0, mostRows).map(({ setting, effect, kind, gain }) => ({
    kind: kind === "gain" ? "gains" : kind === "hurts" ? "pays" : "open",
    name: setting,
    figure: effect,
    share: "",
    from: 0,
    to: gain.value,
    ...(Number.isFinite(gain.low) && Number.isFinite(gain.high) ? { low: gain.low, high: gain.high } : {}),
  }));
}
