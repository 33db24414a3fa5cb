import { namesOf, pairText, subjectRows, summarySentence } from "../compare/comparison-texts.ts";
import type { Comparison } from "../model/comparison.ts";
import { describeAnswers } from "../report/answer.ts";
import { axisOf, type BarAxis } from "../report/bar.ts";
import { type Html, html, htmlText } from "../report/html.ts";
import { printableReport, printableTexts } from "../report/printable-report.ts";
import { percentText } from "../report/quantities.ts";
import { type StackRow, stackRows } from "../report/stack-rows.ts";
import type { RunSummary } from "../runs/list-runs.ts";
import type { LiveState } from "./live-report.ts";

function page(title: string, body: Html): string {
  return htmlText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · perfgap</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`);
}

function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (Html | string)[])[],
): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table></div>`;
}

/** All runs of the folder, and two of them to compare. */
export function indexPage(runs: readonly RunSummary[], directory: string): string {
  const finished = runs.filter(({ kind }) => kind === "finished");
  const body = html`<h1>Runs</h1>
<p class="meta">${directory}</p>
${
  runs.length === 0
    ? html`<p>There are none yet. <code>perfgap explain ./go ./rust</code> makes one; it shows here as soon as it begins.</p>`
    : table("Latest first", ["Run", "Case", "State", "Blocks", "Command"], runs.map(runRow))
}
${finished.length < 2 ? undefined : compareForm(finished)}`;
  return page("Runs", body);
}

function runRow(run: RunSummary): readonly (Html | string)[] {
  if (run.kind === "damaged") return [run.id, "", html`<span class="state">damaged</span>`, "", run.reason];
  return [
    html`<a href="/runs/${run.id}">${run.id}</a>`,
    run.case.case.name,
    html`<span class="state">${run.kind}</span>`,
    String(run.blocks),
    html`<code>${run.case.command}</code>`,
  ];
}

function compareForm(finished: readonly RunSummary[]): Html {
  const options = (chosen: number) =>
    finished.map((run, index) => {
      const name = run.kind === "damaged" ? "" : ` ${run.case.case.name}`;
      return index === chosen
        ? html`<option value="${run.id}" selected>${`${run.id}${name}`}</option>`
        : html`<option value="${run.id}">${`${run.id}${name}`}</option>`;
    });
  return html`<h2>Compare two runs</h2>
<form action="/compare" method="get">
<label>before <select name="before">${options(1)}</select></label>
<label>after <select name="after">${options(0)}</select></label>
<button>Compare</button>
</form>`;
}

/** A run under way; the script puts every new state into the place of the old one. */
export function livePage(run: Exclude<RunSummary, { kind: "damaged" }>, state: Html): string {
  return page(
    run.case.case.name,
    html`<p><a href="/">All runs</a></p>
<p class="meta">${run.id} · ${run.case.case.name} · <code>${run.case.command}</code></p>
<div id="live" data-events="/runs/${run.id}/events" role="status">${state}</div>
<p id="note" class="soft"></p>
<script src="/live.js"></script>`,
  );
}

/** What is known of a run so far. */
export function livePart(state: LiveState, run: RunSummary): Html {
  const ended = run.kind !== "running";
  if (state.kind === "preparing")
    return ended
      ? html`<h1>It ended before anything was measured.</h1>`
      : html`<h1>Building, checking and profiling ...</h1><p>The first blocks follow.</p>`;
  if (state.kind === "planned")
    return html`<h1>The first block is being measured: ${state.runsPerBlock} runs.</h1>`;
  const report = printableReport(state.report);
  return html`${describeAnswers(report).map((answer) => {
    const rows = stackRows(answer, report);
    const axis = axisOf(rows);
    return html`<h1>${answer.headline}</h1>
<p class="lead">${answer.why.join(" ")}</p>
${table(
  `After ${state.blocks} blocks; factors multiply to the gap`,
  ["Cause", "Factor", "95 % interval", "", "Share", ""],
  rows.map((row) => [
    row.part ? `\u2014 ${row.name}` : row.name,
    row.factor,
    row.range,
    bar(row, axis),
    row.share,
    row.remark,
  ]),
)}`;
  })}
<p>Intervals are ${Number.isFinite(state.reached) ? `${percentText(state.reached)} wide` : "not bounded yet"}; ${percentText(state.wanted)} is wanted.</p>
${ended ? endPart(run) : undefined}`;
}

function endPart(run: RunSummary): Html {
  return run.kind === "finished"
    ? html`<p><a href="/runs/${run.id}/report.html">The report is ready.</a></p>`
    : html`<p>It was interrupted. <code>perfgap resume ${run.id}</code> goes on.</p>`;
}

function bar(row: StackRow, axis: BarAxis): Html {
  const [width, height] = [260, 20];
  const range = axis.max - axis.min;
  const place = (value: number) => {
    const inside = Math.min(axis.max, Math.max(axis.min, value));
    return range > 0 ? Math.round(((inside - axis.min) / range) * width * 10) / 10 : 0;
  };
  const [from, to] = [place(Math.min(0, row.value)), place(Math.max(0, row.value))];
  const kind =
    row.kind === "neutral gap" ? "rest" : row.kind === "cause" || row.kind === "group" ? "cause" : "open";
  return html`<svg class="bar" role="img" aria-label="${`${row.name}: ${row.range}`}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect class="${kind}" x="${from}" y="3" width="${Math.max(1, to - from)}" height="9"/><line class="interval" x1="${place(row.low)}" x2="${place(row.high)}" y1="16" y2="16"/></svg>`;
}

/** Two finished runs, cause by cause. */
export function comparePage(raw: Comparison): string {
  const comparison = printableTexts(raw);
  const { before, after, doubts, pairs, caveats } = comparison;
  const name = namesOf(comparison);
  return page(
    `${before.label} and ${after.label}`,
    html`<p><a href="/">All runs</a></p>
<h1>${`${before.name}: before and after`}</h1>
${table(
  "The two runs",
  ["", "Run", "Blocks", "Command"],
  [
    ["before", runLink(before.label), String(before.blocks), html`<code>${before.command}</code>`],
    ["after", runLink(after.label), String(after.blocks), html`<code>${after.command}</code>`],
  ],
)}
${doubts.length === 0 ? undefined : html`<h2>What else differs</h2><ul>${doubts.map(({ weight, message }) => html`<li>${weight === "note" ? message : html`<strong>${weight === "refuses" ? "Not comparable: " : "Doubt: "}</strong>${message}`}</li>`)}</ul>`}
${pairs.map((pair) => {
  const { heading, sentence, rows, notes } = pairText(pair, name);
  return html`<h2>${heading}</h2><p class="lead">${sentence} ${summarySentence(pair, name)}</p>
${
  rows.length === 0
    ? undefined
    : table(
        "Causes",
        ["Cause", "Before", "After", "Change", ""],
        rows.map((row) => [row.name, row.before, row.after, row.change, row.reading]),
      )
}
${notes.length === 0 ? undefined : html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`}`;
})}
<h2>The programs</h2>
${table(
  "Each program before and after",
  ["Program", "Metric", "Before", "After", "Change", "", "Source"],
  subjectRows(comparison).map((row) => [
    row.subject,
    row.metric,
    row.before,
    row.after,
    row.change,
    row.reading,
    row.source,
  ]),
)}
<h2>What this cannot tell</h2><ul>${caveats.map((caveat) => html`<li>${caveat}</li>`)}</ul>`,
  );
}

function runLink(id: string): Html {
  return html`<a href="/runs/${id}/report.html">${id}</a>`;
}

/** What went wrong, in words, with the way back. */
export function messagePage(title: string, message: string): string {
  return page(title, html`<p><a href="/">All runs</a></p>\n<h1>${title}</h1>\n<p>${message}</p>`);
}
