import type { Contribution, Report } from "../model/report.ts";
import { type Answer, type CauseRow, foldExclusions, subjectNames } from "./answer.ts";
import type { BarAxis } from "./bar.ts";
import { type Html, html } from "./html.ts";
import { htmlBar } from "./html-bar.ts";
import { htmlSection, htmlTable } from "./html-table.ts";
import { factorText, showFactor } from "./quantities.ts";

/** Sentence, gaps, causes and what was left out for one pair of subjects. */
export function answerPart(answer: Answer, report: Report, index: number): Html {
  const heading = index === 0 ? html`<h1>${answer.headline}</h1>` : html`<h2>${answer.headline}</h2>`;
  const gaps = htmlTable(
    `How far: ${answer.slow} over ${answer.fast}`,
    [
      { title: "Metric" },
      { title: "Factor (95 % interval)", kind: "keep" },
      { title: answer.slow, kind: "number" },
      { title: answer.fast, kind: "number" },
    ],
    answer.gaps.map(({ metric, factor, slow, fast }) => ({ cells: [metric, factor, slow, fast] })),
  );
  return html`${heading}
${answer.why.map((sentence) => html`<p>${sentence}</p>`)}
${gaps}
${causePart(answer, report, index)}
${exclusionPart(answer, report, index)}`;
}

function causePart(answer: Answer, report: Report, index: number): Html | undefined {
  if (answer.causes.length === 0) return undefined;
  const bars = stackBars(answer.causes);
  const rows = answer.causes.map((row, at) => ({
    className: row.kind.replace(" ", "-"),
    cells: [nameCell(row, index), row.factor, row.range, bars[at] ?? "", row.share, row.remark],
  }));
  const table = htmlTable(
    "Factors multiply to the gap. Each bar starts where the one above ended (log axis); the line under it is its 95 % interval.",
    [
      { title: "Cause" },
      { title: "Factor", kind: "number" },
      { title: "Interval", kind: "keep" },
      { title: `From ${answer.fast} to ${answer.slow}` },
      { title: "Share", kind: "number" },
      { title: "Reading", kind: "keep" },
    ],
    rows,
  );
  const details = answer.causes.flatMap((row) => detailPart(row, answer, report, index) ?? []);
  return htmlSection("Why", `why-${index}`, html`${table}${details}`);
}

/** Bars in a row: the sum of their values is the gap, so the last one ends where the gap ends. */
function stackBars(rows: readonly CauseRow[]): readonly Html[] {
  let start = 0;
  const places = rows.map((row) => {
    const place = { start, row };
    start += row.value;
    return place;
  });
  const ends = places.flatMap(({ start: from, row }) => [from, from + row.low, from + row.high]);
  const finite = [0, start, ...ends].filter(Number.isFinite);
  const axis: BarAxis = { min: Math.min(...finite), max: Math.max(...finite) };
  return places.map(({ start: from, row }) =>
    htmlBar(
      {
        start: from,
        value: row.value,
        low: row.low,
        high: row.high,
        kind: row.kind === "neutral gap" ? "rest" : row.value < 0 ? "gain" : "pay",
        label: `${row.name}: x${showFactor(row).value}, interval ${row.range}`,
      },
      axis,
    ),
  );
}

function nameCell({ name, contribution }: CauseRow, index: number): Html | string {
  if (contribution === undefined) return name;
  return html`<a href="#${detailId(contribution, index)}">${name}</a>`;
}

function detailId({ factor }: Contribution, index: number): string {
  return `cause-${index}-${encodeURIComponent(factor)}`;
}

/** What a sceptic asks of one cause: alone, last, on what it depends, what proves the lever, what was seen. */
function detailPart(row: CauseRow, answer: Answer, report: Report, index: number): Html | undefined {
  const { contribution, hole } = row;
  if (contribution === undefined) return undefined;
  const name = subjectNames(report);
  const sides = [
    { who: answer.slow, alone: contribution.alone.slow, last: contribution.last.slow },
    { who: answer.fast, alone: contribution.alone.fast, last: contribution.last.fast },
  ];
  const lines = [
    ...sides.flatMap(({ who, alone, last }) => [
      ...(alone === undefined ? [] : [`${who}, switched off alone: ${factorText(alone)}`]),
      ...(last === undefined ? [] : [`${who}, switched off after all others: ${factorText(last)}`]),
    ]),
    ...(contribution.dependsOn.length === 0 ? [] : [`depends on ${contribution.dependsOn.join(", ")}`]),
    ...(hole === undefined ? [] : [hole]),
    ...Object.entries(contribution.proofs).map(
      ([side, { proof, before, after }]) =>
        `${name(side)}, proof that the lever worked: ${proof.title} ${before} -> ${after}`,
    ),
    ...(contribution.caveat === "" ? [] : [`the knob and the cause: ${contribution.caveat}`]),
  ];
  const links = contribution.evidence.flatMap((id) => {
    const found = report.evidence.find((item) => item.id === id);
    return found === undefined ? [] : [html`<li><a href="#evidence-${found.id}">${found.title}</a></li>`];
  });
  const items = [...lines.map((line) => html`<li>${line}</li>`), ...links];
  return html`<h3 id="${detailId(contribution, index)}">${row.name}</h3><ul>${items}</ul>`;
}

function exclusionPart(answer: Answer, report: Report, index: number): Html | undefined {
  const lines = foldExclusions(answer.attribution?.excluded ?? [], subjectNames(report));
  if (lines.length === 0) return undefined;
  return htmlSection(
    "Left out, and why",
    `left-out-${index}`,
    htmlTable(
      "Factors that are in no design",
      [{ title: "Factor (side)" }, { title: "Kind" }, { title: "Reason" }],
      lines.map(({ what, kind, reason }) => ({ cells: [what, kind, reason] })),
    ),
  );
}
