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
    cells: [
      row.name,
      row.factor,
      row.range,
      bars[at] ?? "",
      row.share,
      row.remark,
      row.contribution === undefined ? "" : detailCell(row.contribution, row.hole, report),
    ],
  }));
  const table = htmlTable(
    "Factors multiply to the gap. Each bar starts where the one above ended (log axis); the line under it is its 95 % interval.",
    [
      { title: "Cause" },
      { title: "Factor", kind: "number" },
      { title: "Interval", kind: "keep" },
      { title: `From ${answer.fast} to ${answer.slow}` },
      { title: "Share", kind: "number" },
      { title: "Reading" },
      { title: "Switched off alone, and evidence" },
    ],
    rows,
  );
  return htmlSection("Why", `why-${index}`, table);
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

function detailCell(contribution: Contribution, hole: string | undefined, report: Report): Html {
  const name = subjectNames(report);
  const { alone, dependsOn, evidence, proofs } = contribution;
  const lines = [
    ...(alone.slow === undefined ? [] : [`slow side alone ${factorText(alone.slow)}`]),
    ...(alone.fast === undefined ? [] : [`fast side alone ${factorText(alone.fast)}`]),
    ...(dependsOn.length === 0 ? [] : [`depends on ${dependsOn.join(", ")}`]),
    ...(hole === undefined ? [] : [hole]),
    ...Object.entries(proofs).map(
      ([side, { proof, before, after }]) => `${name(side)}: ${proof.title} ${before} -> ${after}`,
    ),
  ];
  const links = evidence.flatMap((id) => {
    const found = report.evidence.find((item) => item.id === id);
    return found === undefined ? [] : [html`<li><a href="#evidence-${found.id}">${found.title}</a></li>`];
  });
  return html`<ul>${lines.map((line) => html`<li>${line}</li>`)}${links}</ul>`;
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
