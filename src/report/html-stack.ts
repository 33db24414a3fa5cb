import type { Estimate } from "../model/estimate.ts";
import type { Contribution } from "../model/report.ts";
import type { Answer } from "./answer.ts";
import type { BarAxis } from "./bar.ts";
import { differenceTexts } from "./closing-texts.ts";
import { type Html, html } from "./html.ts";
import { type HtmlBar, htmlBar } from "./html-bar.ts";
import { causeId, type Page, placeOfCause, stackId } from "./html-page.ts";
import { type HtmlRow, htmlTable } from "./html-table.ts";
import { factorText, showFactor } from "./quantities.ts";
import { type StackRow, stackRows } from "./stack-rows.ts";

/** Why: causes as one table whose bars start where the last one ended and together reach the gap. */
export function stackPart(page: Page, answer: Answer, pair: number): Html | undefined {
  if (answer.attribution === undefined) return undefined;
  const rows = stackRows(answer, page.report);
  const bars = stackBars(rows, answer);
  const body = rows.map(
    (row, at): HtmlRow => ({
      className: `${row.kind.replaceAll(" ", "-")}${row.part ? " part" : ""}`,
      cells: [
        nameCell(row, answer, pair),
        row.factor,
        row.range,
        bars[at] ?? "",
        row.share,
        row.remark,
        aloneText(row.contribution, answer),
      ],
    }),
  );
  const whole = showFactor(answer.gap.logRatio);
  return html`<p class="soft">Read from top to bottom: factors multiply, so each bar starts where the one above ended, on a log axis, and the last one ends at the gap. The line under a bar is its interval. Enter on a cause leads to what was seen of it, Escape back.</p>
${htmlTable(
  `From ${answer.fast} to ${answer.slow}: ${factorText(answer.gap.logRatio)}`,
  [
    { title: "Cause" },
    { title: "Factor", kind: "number" },
    { title: "95 % interval", kind: "keep" },
    { title: `${answer.fast} x1 to ${answer.slow} x${whole.value}`, kind: "bars" },
    { title: "Share", kind: "number" },
    { title: "Who pays", kind: "keep" },
    { title: "Switched off alone", kind: "keep" },
  ],
  [
    ...body,
    {
      className: "total",
      cells: ["the gap", `x${whole.value}`, whole.range, gapBar(rows, answer), "", "", ""],
    },
  ],
)}
${legend(rows)}
${differencePart(page, answer)}`;
}

/** What other work costs lies in the causes that act on it or in what cannot be switched off: its row is a bound and adds nothing. */
function adds({ kind }: StackRow): boolean {
  return kind !== "group" && kind !== "different work";
}

/** A bar for each row; each starts where the one above ended. */
export function stackBars(rows: readonly StackRow[], answer: Answer): readonly Html[] {
  const axis = axisFor(rows, answer);
  let end = 0;
  return rows.map((row) => {
    const bar = htmlBar(
      {
        start: end,
        value: row.kind === "different work" ? row.high : row.value,
        low: row.low,
        high: row.high,
        kind: barKind(row),
        label: `${row.name}: ${row.factor === "~" ? "no certain factor" : row.factor}, interval ${row.range}`,
      },
      axis,
    );
    if (adds(row)) end += row.value;
    return bar;
  });
}

/** The line under all of them. */
export function gapBar(rows: readonly StackRow[], { gap, slow, fast }: Answer): Html {
  const { value, low, high } = gap.logRatio;
  const label = `the gap from ${fast} to ${slow}: ${factorText(gap.logRatio)}`;
  return htmlBar({ start: 0, value, low, high, kind: "sum", label }, axisFor(rows, { gap }));
}

function axisFor(rows: readonly StackRow[], { gap }: Pick<Answer, "gap">): BarAxis {
  let end = 0;
  const ends = [0, gap.logRatio.low, gap.logRatio.high];
  for (const row of rows) {
    ends.push(end, end + row.low, end + row.high);
    if (adds(row)) end += row.value;
  }
  const finite = ends.filter(Number.isFinite);
  return { min: Math.min(...finite), max: Math.max(...finite) };
}

const barKinds: Readonly<Record<StackRow["kind"], HtmlBar["kind"]>> = {
  cause: "cause",
  asset: "asset",
  undetermined: "open",
  negligible: "small",
  "neutral gap": "rest",
  group: "sum",
  "different work": "work",
};

const barKind = ({ kind }: StackRow): HtmlBar["kind"] => barKinds[kind];

const legendTexts: Readonly<Record<HtmlBar["kind"], string>> = {
  cause: "a cause",
  asset: "narrows the gap",
  open: "open: not certain yet",
  small: "too small to matter",
  rest: "the rest",
  work: "other work, or time that no cause stands for: at most this much, in the causes or in the rest",
  sum: "sum",
};

/** What the bars of these rows mean. */
export function legend(rows: readonly StackRow[]): Html {
  const kinds = [...new Set([...rows.map(barKind), "sum" as const])];
  const items = kinds.map((kind) => {
    const shape =
      kind === "sum"
        ? html`<line class="sum" x1="0" x2="100%" y1="7" y2="7"/>`
        : html`<rect class="${kind}" x="1" y="2" width="12" height="10"/>`;
    return html`<li><svg aria-hidden="true">${shape}</svg>${legendTexts[kind]}</li>`;
  });
  return html`<ul class="legend">${items}</ul>`;
}

function nameCell(row: StackRow, answer: Answer, pair: number): Html | string {
  if (row.kind === "different work") return html`<a class="cause" href="#work-${pair}">${row.name}</a>`;
  if (row.contribution === undefined) return row.name;
  const place = placeOfCause(answer, row.contribution.factor);
  return html`<a class="cause" id="${stackId(pair, place)}" href="#${causeId(pair, place)}">${row.name}</a>`;
}

/** What a person would see who switches off just this, on the side that pays most. */
function aloneText(contribution: Contribution | undefined, answer: Answer): string {
  if (contribution === undefined) return "";
  const { slow, fast } = contribution.alone;
  const [estimate, who] =
    slow !== undefined && (fast === undefined || Math.abs(slow.value) >= Math.abs(fast.value))
      ? [slow, answer.slow]
      : [fast, answer.fast];
  return estimate === undefined ? "" : `${who} ${withoutText(estimate)}`;
}

/** What switching a cause off does to a program: "x1.3 (1.2-1.4) faster", "x7 (6-9) slower". */
export function withoutText(cost: Estimate): string {
  const { value, low, high } = cost;
  if (low > 0) return `${factorText(cost)} faster`;
  if (high < 0) return `${factorText({ value: -value, low: -high, high: -low })} slower`;
  return `x${showFactor(cost).range} as fast: not told`;
}

/** Signs that the two programs do not do the same work, large ones first. */
function differencePart({ report }: Page, { gap }: Answer): Html | undefined {
  const [pair, differences] = [
    report.gaps.filter(({ metric }) => metric === gap.metric).indexOf(gap),
    differenceTexts(report, gap),
  ];
  if (differences.length === 0) return undefined;
  const title = differences.some(({ kind }) => kind === "other work")
    ? "Do both programs do the same work?"
    : "Where is the time that no cause stands for?";
  return html`<h3 id="work-${pair}" tabindex="-1">${title}</h3>
${htmlTable(
  "Where they differ in what was counted; nothing switches this off, so its cost is in the causes above or cannot be switched off",
  [{ title: "Difference" }, { title: "Seen" }, { title: "Cost" }],
  differences.map(({ weight, title, detail, bound }) => ({
    className: weight === "small" ? "negligible" : "",
    cells: [title, detail, bound],
  })),
)}`;
}
