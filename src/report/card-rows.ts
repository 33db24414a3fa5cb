import type { Report } from "../model/report.ts";
import type { Answer } from "./answer.ts";
import { winRows } from "./closing-texts.ts";
import { factorText } from "./quantities.ts";
import { type StackRow, stackRows } from "./stack-rows.ts";

/** One bar of the picture; places are in log units from "equal". */
export interface CardRow {
  readonly kind: "pays" | "gains" | "open" | "rest" | "gap";
  readonly name: string;
  readonly figure: string;
  readonly share: string;
  readonly from: number;
  readonly to: number;
  /** Interval of the bar's end; absent for a sum of several small causes. */
  readonly low?: number;
  readonly high?: number;
}

const mostRows = 6;
/** Characters that find room beside the bars. */
export const longestName = 32;

/** Bars that start where the last one ended and together reach the gap, which is the last bar; small causes become one. */
export function stackCardRows(answer: Answer, report: Report): readonly CardRow[] {
  const rows = stackRows(answer, report).filter(({ part, kind }) => !part && kind !== "different work");
  const rest = rows.filter(({ kind }) => kind === "neutral gap");
  const causes = rows
    .filter(({ kind }) => kind !== "neutral gap")
    .toSorted((left, right) => Math.abs(right.value) - Math.abs(left.value));
  const told = causes.filter(({ kind }) => kind !== "negligible").slice(0, mostRows - 2);
  const small = causes.filter((row) => !told.includes(row));
  const bars: CardRow[] = [];
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
