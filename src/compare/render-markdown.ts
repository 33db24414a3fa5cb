import type { Comparison, PairChange } from "../model/comparison.ts";
import { bullets, escapeMarkdown, markdownTable } from "../report/markdown-parts.ts";
import { printableTexts } from "../report/printable-report.ts";
import { changeSentence, namesOf, pairText, subjectRows, summarySentence } from "./comparison-texts.ts";

/** The comparison as Markdown for a pull request or a mail; no word from outside can become markup or HTML. */
export function renderComparisonMarkdown(raw: Comparison): string {
  const comparison = printableTexts(raw);
  const { before, after, doubts, pairs, caveats } = comparison;
  const name = namesOf(comparison);
  const sections = [
    `# ${escapeMarkdown(`${before.name}: before and after`)}`,
    markdownTable(
      ["", "Run", "Case", "Blocks", "Command"],
      [
        ["before", before.label, before.name, String(before.blocks), before.command],
        ["after", after.label, after.name, String(after.blocks), after.command],
      ],
    ),
    escapeMarkdown(changeSentence(comparison) ?? ""),
    doubts.length === 0
      ? ""
      : `## What else differs\n\n${bullets(doubts.map(({ weight, message }) => (weight === "note" ? message : `${words[weight]} ${message}`)))}`,
    ...pairs.map((pair) => pairSection(pair, name)),
    subjectSection(comparison),
    `## What this cannot tell\n\n${bullets(caveats)}`,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

const words = { refuses: "Not comparable:", serious: "Doubt:" } as const;

function pairSection(pair: PairChange, name: (subject: string) => string): string {
  const { heading, sentence, rows, notes } = pairText(pair, name);
  const causes =
    rows.length === 0
      ? ""
      : markdownTable(
          ["Cause", "Before", "After", "Change", "Reading"],
          rows.map((row) => [row.name, row.before, row.after, row.change, row.reading]),
        );
  const parts = [
    `## ${escapeMarkdown(heading)}`,
    escapeMarkdown(pair.causes.length === 0 ? sentence : `${sentence} ${summarySentence(pair, name)}`),
    causes,
    notes.length === 0 ? "" : bullets(notes),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function subjectSection(comparison: Comparison): string {
  const rows = subjectRows(comparison);
  if (rows.length === 0) return "";
  return `## Each program, before and after\n\n${markdownTable(
    ["Program", "Metric", "Before", "After", "Change", "Reading", "Source"],
    rows.map((row) => [row.subject, row.metric, row.before, row.after, row.change, row.reading, row.source]),
  )}`;
}
