import { ensure } from "../base/assert.ts";
import type { Report } from "../model/report.ts";
import {
  type Answer,
  type CauseRow,
  describeAnswers,
  doseText,
  excludedNames,
  factorPhrase,
  foldExclusions,
  pairOf,
  primaryMetric,
  subjectNames,
} from "./answer.ts";
import { axisOf, textBar } from "./bar.ts";
import { type DifferenceText, differenceTexts, tuningTexts } from "./closing-texts.ts";
import { sortPlacedDoubts } from "./doubts.ts";
import { stancesOf } from "./evidence-stance.ts";
import { printableReport } from "./printable-report.ts";
import { proofText } from "./proof-text.ts";
import { factorText } from "./quantities.ts";
import { evidenceText } from "./sentence.ts";
import { type StackRow, stackRows } from "./stack-rows.ts";
import type { Style } from "./style.ts";
import { clauseOrWrap, columns, cut, wrap } from "./table.ts";
import { closingSections } from "./terminal-closing.ts";
import { defaultTerminalOptions, type TerminalOptions } from "./terminal-options.ts";
import { heading, withDetails } from "./terminal-parts.ts";

/** From wide to narrow: the widest that lets every row fit is drawn. */
const barWidths = [12, 8, 5];

/** The answer as text for a terminal; every word from outside is made printable. */
export function renderTerminal(rawReport: Report, options: TerminalOptions = defaultTerminalOptions): string {
  const report = printableReport(rawReport);
  const answers = describeAnswers(report, options.unit);
  const nothing = answers.length === 0 && tuningTexts(report).length === 0;
  const sections = [
    ...answers.flatMap((answer) => answerSections(answer, report, options)),
    ...(nothing ? [["There is no gap to show: nothing was measured."]] : []),
    agreementSection(report, options),
    ...closingSections(report, options),
    warningSection(report, options),
    endSection(report, options),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function answerSections(
  answer: Answer,
  report: Report,
  options: TerminalOptions,
): readonly (readonly string[])[] {
  const { style } = options;
  const sentence = [answer.headline, ...answer.why].join(" ");
  return [
    wrap(sentence, options.columns).map((line, index) => (index === 0 ? style.strong(line) : line)),
    gapSection(answer, options),
    causeSection(answer, report, options),
    differenceSection(answer, report, options),
    evidenceSection(answer, report, options),
    doseSection(answer, report, options),
    excludedSection(answer, report, options),
  ];
}

function gapSection(answer: Answer, options: TerminalOptions): readonly string[] {
  const rows = answer.gaps.map(({ metric, factor, slow, fast }) => [
    metric,
    factor,
    slow === "" ? "" : `${answer.slow} ${slow}`,
    fast === "" ? "" : `${answer.fast} ${fast}`,
  ]);
  return [
    heading(`How far: ${answer.slow} over ${answer.fast}`, options),
    ...columns(rows, ["left", "left", "left", "left"]).map((line) => cut(line, options.columns)),
  ];
}

function causeSection(answer: Answer, report: Report, options: TerminalOptions): readonly string[] {
  if (answer.causes.length === 0) return [];
  const rows = stackRows(answer, report);
  const fits = (block: StackBlock) => block.every(({ lines }) => lines.every(isWithin(options.columns)));
  const blocks = [stackBlock, longNamesApart].flatMap((layOut) =>
    barWidths.map((width) => layOut(rows, width, options)),
  );
  const fitting = blocks.find(fits) ?? ensure(blocks.at(-1), "a block");
  return [
    heading("Why: factors multiply to the gap; bars on a log scale, light where unsure", options),
    ...fitting.flatMap(({ row, lines }) =>
      lines.map((line) => shade(cut(line, options.columns), row, options.style)),
    ),
  ];
}

const isWithin = (columns: number) => (line: string) => line.length <= columns;

type StackBlock = readonly { readonly row: StackRow; readonly lines: readonly string[] }[];

function stackBlock(rows: readonly StackRow[], barWidth: number, options: TerminalOptions): StackBlock {
  const lines = stackLines(rows, barWidth, options);
  return rows.map((row, index) => ({ row, lines: [ensure(lines[index], "a line")] }));
}

/** A name that is longer stands above its figures where they do not fit beside it. */
const longName = 22;

function longNamesApart(rows: readonly StackRow[], barWidth: number, options: TerminalOptions): StackBlock {
  const isLong = ({ name }: StackRow) => name.length > longName;
  const lines = stackLines(
    rows.map((row) => (isLong(row) ? { ...row, name: "" } : row)),
    barWidth,
    options,
  );
  return rows.map((row, index) => {
    const figures = ensure(lines[index], "a line");
    return { row, lines: isLong(row) ? [`  ${stackName(row)}`, figures] : [figures] };
  });
}

const stackName = ({ part, name }: StackRow) => `${part ? "  " : ""}${name}`;

function stackLines(
  rows: readonly StackRow[],
  barWidth: number,
  { unicode }: TerminalOptions,
): readonly string[] {
  const axis = axisOf(rows);
  const cells = rows.map((row) => [
    stackName(row),
    row.factor,
    row.range,
    `|${textBar(row, axis, barWidth, unicode)}|`,
    row.share,
    row.remark,
  ]);
  return columns(cells, ["left", "right", "left", "left", "right", "left"]);
}

function shade(line: string, row: StackRow | undefined, style: Style): string {
  if (row?.kind === "negligible" || row?.part === true) return style.faint(line);
  if (row?.kind === "undetermined" || row?.kind === "different work") return style.doubt(line);
  return line;
}

/** What the programs do differently. A cause that acts on it has its cost already: a vectoriser carries wider numbers too. */
function differenceSection(answer: Answer, report: Report, options: TerminalOptions): readonly string[] {
  const all = differenceTexts(report, answer.gap);
  return differenceHeadings.flatMap(([wanted, title]) => {
    const texts = all.filter(({ kind }) => kind === wanted);
    return texts.length === 0 ? [] : [heading(title, options), ...differenceLines(texts, options)];
  });
}

const differenceHeadings: readonly (readonly [DifferenceText["kind"], string])[] = [
  ["other work", "Not the same work: its cost is in the causes above or cannot be switched off"],
  ["time by the profile", "Time that no cause stands for, by the profile: it cannot be switched off"],
];

function differenceLines(texts: readonly DifferenceText[], options: TerminalOptions): readonly string[] {
  return texts.flatMap(({ weight, title, detail, bound }) => {
    const lines = [
      ...wrap(title, options.columns, weight === "large" ? "  ! " : "  - ", "    "),
      ...[...detail.split("\n"), bound].flatMap((text) => wrap(text, options.columns, "      ", "      ")),
    ];
    return weight === "large" ? lines.map(options.style.doubt) : lines;
  });
}

/** Factors that were also measured between baseline and neutral. */
function doseSection(answer: Answer, report: Report, options: TerminalOptions): readonly string[] {
  const name = subjectNames(report);
  const lines = (answer.attribution?.doses ?? []).flatMap((series) =>
    wrap(doseText(series, name), options.columns, "  ", "    "),
  );
  return lines.length === 0 ? [] : [heading("Level by level", options), ...lines];
}

/**
 * Holes and failures in full, since they limit the answer; what was decided against as short as a clause allows; of
 * what is not there in the programs the names alone, since that is most of it and no news.
 */
function excludedSection(answer: Answer, report: Report, options: TerminalOptions): readonly string[] {
  const excluded = answer.attribution?.excluded ?? [];
  if (excluded.length === 0) return [];
  const name = subjectNames(report);
  const all = foldExclusions(
    excluded.filter(({ kind }) => !absent.has(kind)),
    name,
  );
  const limits = all.filter(({ kind }) => limiting.has(kind));
  const rest = all.filter(({ kind }) => !limiting.has(kind));
  const gone = excludedNames(
    excluded.filter(({ kind }) => absent.has(kind)),
    name,
  );
  return [
    heading("Left out, and why", options),
    ...limits.flatMap(({ what, kind, reason }) =>
      wrap(
        `${what}: ${reason}${kind === "hole" ? " [cannot be switched off there]" : ""}`,
        options.columns,
        "  ",
        "    ",
      ),
    ),
    ...rest
      .flatMap(({ what, reason }) => clauseOrWrap(`${what}: ${reason}`, options.columns, "  ", "    "))
      .map(options.style.faint),
    ...(gone === ""
      ? []
      : wrap(
          `not there, or too little to matter (the report has each reason): ${gone}`,
          options.columns,
          "  ",
          "    ",
        ).map(options.style.faint)),
  ];
}

const limiting: ReadonlySet<string> = new Set(["hole", "failed", "not applied"]);
const absent: ReadonlySet<string> = new Set(["natural", "screened out"]);

/** What was seen, and what the levers' proofs counted, each once with the causes that it is about. */
function evidenceSection(answer: Answer, report: Report, options: TerminalOptions): readonly string[] {
  const causesOf = new Map<string, string[]>();
  for (const row of answer.causes) {
    if (row.kind !== "cause" && row.kind !== "asset") continue;
    for (const text of evidenceOn(row, report)) causesOf.set(text, [...(causesOf.get(text) ?? []), row.name]);
  }
  if (causesOf.size === 0) return [];
  const lines = Array.from(causesOf, ([text, causes]) => `${causes.join(", ")}: ${text}`);
  return [
    heading("Evidence", options),
    ...lines.flatMap((line) => wrap(line, options.columns, "  ", "    ")),
  ];
}

function evidenceOn({ contribution }: CauseRow, report: Report): readonly string[] {
  if (contribution === undefined) return [];
  const name = subjectNames(report);
  const { speaksFor, speaksAgainst, text } = stancesOf(contribution, report.evidence);
  return [
    ...speaksFor.map((item) => evidenceText(item, name)),
    ...speaksAgainst.map((item) => `${evidenceText(item, name)} [against it]`),
    ...(speaksFor.length + speaksAgainst.length === 0 ? [`${text} besides the measurement itself`] : []),
    ...Object.entries(contribution.proofs).map(([side, result]) => `${name(side)}: ${proofText(result)}`),
  ];
}

function agreementSection(report: Report, options: TerminalOptions): readonly string[] {
  if (report.agreement.length === 0) return [];
  const name = subjectNames(report);
  const rows = report.agreement.map(({ factor, ablation, accounting, flag }) => [
    factorPhrase(report, factor),
    factorText(ablation),
    factorText(accounting),
    flag,
  ]);
  return [
    heading("Second opinion: switched off, counted in profiles", options),
    ...withDetails(columns(rows, ["left", "left", "left", "left"]), options, (index) => {
      const row = report.agreement[index];
      const pair = row === undefined ? "" : pairOf(report, row, name);
      return [pair === "" ? (row?.reading ?? "") : `${pair}: ${row?.reading ?? ""}`];
    }),
  ];
}

function warningSection(report: Report, options: TerminalOptions): readonly string[] {
  const { special, general, elsewhere } = sortPlacedDoubts(report, primaryMetric(report));
  if (special.length + general.length + elsewhere === 0) return [];
  const faint = (text: string) =>
    clauseOrWrap(text, options.columns, "  - ", "    ").map(options.style.faint);
  return [
    heading("Doubts", options),
    ...special.flatMap((message) => wrap(message, options.columns, "  ! ", "    ").map(options.style.doubt)),
    ...general.flatMap(faint),
    ...(elsewhere === 0 ? [] : faint(`${elsewhere} more about other metrics in the report`)),
  ];
}

function endSection(report: Report, options: TerminalOptions): readonly string[] {
  const again = wrap(report.reproduce.command, options.columns, "again   ", "        ");
  return [...(options.reportPath === undefined ? [] : [`report  ${options.reportPath}`]), ...again];
}
