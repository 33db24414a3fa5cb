import { printable } from "../base/printable.ts";
import type { Report } from "../model/report.ts";
import { type Answer, describeAnswers } from "./answer.ts";
import { axisOf, type BarAxis } from "./bar.ts";
import { type CardRow, longestName, stackCardRows, winCardRows } from "./card-rows.ts";
import { type TuningText, tuningTexts } from "./closing-texts.ts";
import { printableReport } from "./printable-report.ts";
import { metricTitle } from "./quantities.ts";
import { capital } from "./sentence.ts";
import { wrap } from "./table.ts";

/** The size that social networks and chats show whole. */
export const cardSize = { width: 1200, height: 630 } as const;

/** Letters for headlines of two lines; a longer one is set smaller before it is cut. Widths in characters of the widest of the fonts. */
const smallHead = { className: "headline long", width: 72, most: 3, pitch: 34 } as const;
const headSizes = [{ className: "headline", width: 56, most: 2, pitch: 42 }, smallHead] as const;

const smallFoot = { className: "tiny", width: 150 } as const;
const footSizes = [{ className: "small", width: 131 }, smallFoot] as const;

/** In characters of the widest of the fonts. */
const whyWidth = 90;
const whyLines = 3;

const fonts = "Inter, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', 'Liberation Sans', Arial, sans-serif";
const margin = 56;
const nameWidth = 330;
const chart = { left: margin + nameWidth + 20, right: 850 };
const figures = { left: chart.right + 24, right: cardSize.width - margin };

/** Blue and orange are told apart by the colour-blind; what is open or unexplained is pale and outlined besides. */
const styles = `
text { font-family: ${fonts}; fill: #1b1f24 }
.case { font-size: 22px; fill: #57606a }
.headline { font-size: 34px; font-weight: 700 }
.long { font-size: 26px }
.why { font-size: 22px; fill: #32383f }
.name, .figure, .share { font-size: 20px }
.figure { fill: #32383f }
.share { font-weight: 600; text-anchor: end }
.small { font-size: 16px; fill: #57606a }
.pays { fill: #1f6fb4 }
.gains { fill: #d9822b }
.open { fill: #d0d7de; stroke: #8c959f }
.rest { fill: #eef1f4; stroke: #57606a; stroke-dasharray: 4 3 }
.gap { fill: #32383f }
.work { fill: none; stroke: #1f6fb4; stroke-dasharray: 1 3 }
.tiny { font-size: 14px; fill: #57606a }
.axis { stroke: #8c959f }
.interval { stroke: #1b1f24; stroke-width: 2 }
.interval.on-gap { stroke: #d9822b }
`;

/** The answer as a picture of 1200 x 630: the sentence and the gap stack; text stays text. */
export function renderSvg(rawReport: Report): string {
  const report = printableReport(rawReport);
  const [answer] = describeAnswers(report);
  const rows = answer === undefined ? winCardRows(report) : stackCardRows(answer, report);
  const headline = answer?.headline ?? tuningTexts(report)[0]?.headline ?? "Nothing was measured.";
  const head = headSizes.find(({ width, most }) => wrap(headline, width).length <= most) ?? smallHead;
  const headLines = limited(headline, head.width, head.most);
  const why = fittingSentences(answer?.why ?? tuningTexts(report).slice(0, 1).map(searchText));
  const whyTop = 132 + headLines.length * head.pitch;
  const chartTop = whyTop + why.length * 30 + 14;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${cardSize.width}" height="${cardSize.height}" viewBox="0 0 ${cardSize.width} ${cardSize.height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeXml(`${report.case.name}: ${headline}`)}</title>`,
    `<desc id="description">${escapeXml(describe(rows))}</desc>`,
    `<style>${styles}</style>`,
    `<rect width="${cardSize.width}" height="${cardSize.height}" fill="#ffffff"/>`,
    textLine("case", margin, 72, `perfgap: ${report.case.name}`),
    ...headLines.map((line, index) => textLine(head.className, margin, 124 + index * head.pitch, line)),
    ...why.map((line, index) => textLine("why", margin, whyTop + index * 30, line)),
    ...chartLines(rows, chartTop),
    smallPrint(report, answer, rows),
    "</svg>",
    "",
  ].join("\n");
}

function searchText({ basis }: TuningText): string {
  return `${capital(basis)}.`;
}

/** As many whole sentences as three lines hold; the first one is cut if it alone does not fit. */
function fittingSentences(sentences: readonly string[]): readonly string[] {
  for (let count = sentences.length; count > 1; count--) {
    const lines = wrap(sentences.slice(0, count).join(" "), whyWidth);
    if (lines.length <= whyLines) return limited(lines.join(" "), whyWidth, whyLines);
  }
  return limited(sentences[0] ?? "", whyWidth, whyLines);
}

function describe(rows: readonly CardRow[]): string {
  return rows
    .map(({ name, figure, share }) => [name, figure, share].filter((part) => part !== "").join(" "))
    .join("; ");
}

function chartLines(rows: readonly CardRow[], top: number): readonly string[] {
  const bottom = cardSize.height - 64;
  const pitch = Math.min(58, (bottom - top) / Math.max(1, rows.length));
  const axis = axisOf(
    rows.flatMap(({ from, to, low, high }) => [
      { low: Math.min(from, to), high: Math.max(from, to) },
      ...(low === undefined || high === undefined ? [] : [{ low, high }]),
    ]),
  );
  const zero = place(0, axis);
  return [
    `<line class="axis" x1="${zero}" x2="${zero}" y1="${round(top)}" y2="${round(top + pitch * rows.length)}"/>`,
    ...rows.flatMap((row, index) => rowLines(row, axis, { top: top + index * pitch, pitch })),
  ];
}

function rowLines(
  row: CardRow,
  axis: BarAxis,
  at: { readonly top: number; readonly pitch: number },
): readonly string[] {
  const [left, right] = [place(Math.min(row.from, row.to), axis), place(Math.max(row.from, row.to), axis)];
  const thickness = at.pitch * 0.56;
  const [middle, y] = [at.top + at.pitch / 2, at.top + (at.pitch - thickness) / 2];
  const bound = row.kind === "work" ? place(row.high ?? 0, axis) : right;
  const baseline = round(middle + 7);
  const name = printable(row.name);
  return [
    textLine(
      "name",
      margin,
      baseline,
      name.length <= longestName ? name : `${name.slice(0, longestName - 1)}\u2026`,
    ),
    `<rect class="${row.kind}" x="${left}" y="${round(y)}" width="${round(Math.max(1, bound - left))}" height="${round(thickness)}"/>`,
    ...(row.low === undefined || row.high === undefined || row.kind === "work"
      ? []
      : [whisker(row.kind, [place(row.low, axis), place(row.high, axis)], middle)]),
    textLine("figure", figures.left, baseline, limited(row.figure, 24, 1)[0] ?? ""),
    ...(row.share === "" ? [] : [textLine("share", figures.right, baseline, row.share)]),
  ];
}

/** The interval of the bar's end. */
function whisker(kind: CardRow["kind"], [low, high]: readonly [number, number], middle: number): string {
  const y = round(middle);
  return `<path class="interval${kind === "gap" ? " on-gap" : ""}" d="M${low} ${y}H${high}M${low} ${y - 5}v10M${high} ${y - 5}v10" fill="none"/>`;
}

function place(value: number, { min, max }: BarAxis): number {
  const range = max - min;
  const share = range > 0 ? (value - min) / range : 0;
  return round(chart.left + share * (chart.right - chart.left));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function smallPrint(
  { host, reproduce }: Report,
  answer: Answer | undefined,
  rows: readonly CardRow[],
): string {
  const gains = rows.some(({ kind }) => kind === "gains");
  const orange = answer === undefined ? "orange is faster" : "orange narrows the gap";
  const dotted = rows.some(({ kind }) => kind === "work") ? ", dotted is at most" : "";
  const metric = answer === undefined ? "" : `${metricTitle(answer.metric)}, `;
  const before = `${metric}log scale, 95 % intervals${gains ? `, ${orange}` : ""}${dotted} \u00b7 `;
  const after = `, ${host.cpuCount} cores \u00b7 perfgap ${reproduce.version}, seed ${reproduce.seed}`;
  const length = before.length + host.cpuModel.length + after.length;
  const { className, width } = footSizes.find((size) => length <= size.width) ?? smallFoot;
  // What no reader could guess stays whole; the name of a processor is known by its beginning.
  const model = limited(host.cpuModel, Math.max(8, width - before.length - after.length), 1)[0] ?? "";
  const text = limited(`${before}${model}${after}`, width, 1)[0] ?? "";
  return textLine(className, margin, cardSize.height - 30, text);
}

/** Lines of so many characters; a text that is longer ends in an ellipsis. */
function limited(text: string, width: number, most: number): readonly string[] {
  const lines = wrap(text, width).map((line) =>
    line.length <= width ? line : `${line.slice(0, width - 1)}\u2026`,
  );
  const shown = lines.slice(0, most);
  return lines.length <= most
    ? shown
    : shown.map((line, index) => (index === most - 1 ? `${line.slice(0, width - 1)}\u2026` : line));
}

function textLine(className: string, x: number, y: number, text: string): string {
  return `<text class="${className}" x="${x}" y="${y}">${escapeXml(text)}</text>`;
}

/** Text for XML 1.0: markup is escaped, characters that no XML document may hold are replaced. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(
      /[&<>"']/g,
      (character) =>
        ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[character] ?? character,
    );
}
