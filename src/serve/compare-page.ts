import {
  changeSentence,
  namesOf,
  type PairText,
  pairText,
  subjectRows,
  summarySentence,
} from "../compare/comparison-texts.ts";
import type { Comparison } from "../model/comparison.ts";
import { type Html, html } from "../report/html.ts";
import { htmlTable } from "../report/html-table.ts";
import { printableTexts } from "../report/printable-report.ts";
import { page, wayBack } from "./page.ts";

/** Two finished runs, cause by cause. */
export function comparePage(raw: Comparison): string {
  const comparison = printableTexts(raw);
  const { before, after, pairs, caveats } = comparison;
  const name = namesOf(comparison);
  const change = changeSentence(comparison);
  return page(
    `${before.label} and ${after.label}`,
    html`${wayBack}
<h1>${`${before.name}: before and after`}</h1>
${htmlTable(
  "The two runs",
  [
    { title: "When" },
    { title: "Run", kind: "keep" },
    { title: "Blocks", kind: "number" },
    { title: "Command" },
  ],
  (["before", "after"] as const).map((when) => {
    const { label, blocks, command } = comparison[when];
    return { cells: [when, runLink(label), String(blocks), html`<code>${command}</code>`] };
  }),
)}
${change === undefined ? undefined : html`<p class="lead">${change}</p>`}
${doubtsPart(comparison)}
${pairs.map((pair) => {
  const text = pairText(pair, name);
  return html`<h2>${text.heading}</h2><p class="lead">${text.sentence} ${summarySentence(pair, name)}</p>
${causesPart(text)}`;
})}
<h2>The programs</h2>
${programsPart(comparison)}
<h2>What this cannot tell</h2><ul>${caveats.map((caveat) => html`<li>${caveat}</li>`)}</ul>`,
  );
}

function doubtsPart({ doubts }: Comparison): Html | undefined {
  if (doubts.length === 0) return undefined;
  const items = doubts.map(({ weight, message }) => {
    const mark = weight === "refuses" ? "Not comparable: " : "Doubt: ";
    return html`<li>${weight === "note" ? undefined : html`<strong>${mark}</strong>`}${message}</li>`;
  });
  return html`<h2>What else differs</h2><ul>${items}</ul>`;
}

function causesPart({ rows, notes }: PairText): Html {
  const table =
    rows.length === 0
      ? undefined
      : htmlTable(
          "Causes",
          [
            { title: "Cause" },
            { title: "Before", kind: "keep" },
            { title: "After", kind: "keep" },
            { title: "Change", kind: "keep" },
            { title: "Reading" },
          ],
          rows.map((row) => ({
            className: row.changed ? "" : "undetermined",
            cells: [row.name, row.before, row.after, row.change, row.reading],
          })),
        );
  return html`${table}
${notes.length === 0 ? undefined : html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`}`;
}

function programsPart(comparison: Comparison): Html {
  return htmlTable(
    "Each program before and after",
    [
      { title: "Program" },
      { title: "Metric" },
      { title: "Before", kind: "keep" },
      { title: "After", kind: "keep" },
      { title: "Change", kind: "keep" },
      { title: "Reading" },
      { title: "Source" },
    ],
    subjectRows(comparison).map((row) => ({
      cells: [row.subject, row.metric, row.before, row.after, row.change, row.reading, row.source],
    })),
  );
}

function runLink(id: string): Html {
  return html`<a class="id" href="/runs/${id}/report.html">${id}</a>`;
}
