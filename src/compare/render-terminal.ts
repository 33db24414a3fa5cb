import type { Comparison, ComparisonDoubt, PairChange } from "../model/comparison.ts";
import { printableTexts } from "../report/printable-report.ts";
import type { Style } from "../report/style.ts";
import { columns, cut, wrap } from "../report/table.ts";
import { changeSentence, namesOf, pairText, subjectRows, summarySentence } from "./comparison-texts.ts";

export interface ComparisonOptions {
  readonly columns: number;
  readonly style: Style;
}

/** The comparison as text for a terminal: first what differs, then the gap, its causes and the seconds. */
export function renderComparisonTerminal(raw: Comparison, options: ComparisonOptions): string {
  const comparison = printableTexts(raw);
  const [primary] = comparison.pairs;
  const deciding = comparison.pairs.filter(({ metric }) => metric === primary?.metric);
  const sections = [
    runSection(comparison, options),
    changeSection(comparison, options),
    doubtSection(comparison, options),
    ...deciding.map((pair) => pairSection(pair, comparison, options)),
    otherSection(comparison, primary, options),
    subjectSection(comparison, options),
    [
      "What this cannot tell",
      ...comparison.caveats.flatMap((text) => wrap(text, options.columns, "  - ", "    ")),
    ],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map(([first = "", ...rest]) => [options.style.strong(first), ...rest].join("\n"))
    .join("\n\n")}\n`;
}

function runSection({ before, after }: Comparison, { columns: width }: ComparisonOptions): readonly string[] {
  const rows = [before, after].map(({ label, name, blocks }, index) => [
    index === 0 ? "before" : "after",
    label,
    name,
    `${blocks} ${blocks === 1 ? "block" : "blocks"}`,
  ]);
  return ["Two runs", ...columns(rows, ["left", "left", "left", "right"]).map((line) => cut(line, width))];
}

function changeSection(comparison: Comparison, options: ComparisonOptions): readonly string[] {
  const sentence = changeSentence(comparison);
  return sentence === undefined ? [] : ["What the change did", ...wrapped(sentence, options)];
}

function doubtSection({ doubts }: Comparison, options: ComparisonOptions): readonly string[] {
  if (doubts.length === 0) return [];
  return ["What else differs", ...doubts.flatMap((doubt) => doubtLines(doubt, options))];
}

function doubtLines(
  { weight, message }: ComparisonDoubt,
  { columns: width, style }: ComparisonOptions,
): readonly string[] {
  const mark = { refuses: "X", serious: "!", note: "-" }[weight];
  const lines = wrap(message, width, `  ${mark} `, "    ");
  if (weight === "note") return lines;
  return lines.map(weight === "refuses" ? style.bad : style.doubt);
}

function pairSection(
  pair: PairChange,
  comparison: Comparison,
  options: ComparisonOptions,
): readonly string[] {
  const text = pairText(pair, namesOf(comparison));
  const head = ["cause", "before", "after", "change", ""];
  const lines = columns(
    [head, ...text.rows.map((row) => [row.name, row.brief.before, row.brief.after, row.change, row.reading])],
    ["left", "right", "right", "left", "left"],
  );
  return [
    ...wrap(`${text.sentence} ${summarySentence(pair, namesOf(comparison))}`, options.columns),
    ...(text.rows.length === 0
      ? []
      : lines.map((line, index) => {
          const shown = cut(line, options.columns);
          return index === 0 || text.rows[index - 1]?.changed === false ? options.style.faint(shown) : shown;
        })),
    ...text.notes.flatMap((note) => wrap(note, options.columns, "    ", "      ").map(options.style.faint)),
  ];
}

/** The gap in the other metrics, one sentence each: their causes are in the Markdown and JSON. */
function otherSection(
  comparison: Comparison,
  primary: PairChange | undefined,
  options: ComparisonOptions,
): readonly string[] {
  const others = comparison.pairs.filter(({ metric }) => metric !== primary?.metric);
  if (others.length === 0) return [];
  const name = namesOf(comparison);
  return ["Other metrics", ...others.flatMap((pair) => wrapped(pairText(pair, name).sentence, options))];
}

function subjectSection(comparison: Comparison, { columns: width }: ComparisonOptions): readonly string[] {
  const rows = subjectRows(comparison).map((row) => [
    row.subject,
    row.metric,
    row.before,
    row.after,
    row.change,
    row.reading,
  ]);
  if (rows.length === 0) return [];
  return [
    "Each program, before and after",
    ...columns(rows, ["left", "left", "right", "right", "left", "left"]).map((line) => cut(line, width)),
  ];
}

function wrapped(text: string, { columns: width }: ComparisonOptions): readonly string[] {
  return wrap(text, width, "  ");
}
