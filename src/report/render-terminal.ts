import type { Report } from "../model/report.ts";
import {
  type Answer,
  type CauseRow,
  describeAnswers,
  doseText,
  foldExclusions,
  primaryMetric,
  subjectNames,
} from "./answer.ts";
import { axisOf, textBar } from "./bar.ts";
import { sortDoubts } from "./doubts.ts";
import { printableReport } from "./printable-report.ts";
import { factorText, type TimeUnit } from "./quantities.ts";
import { evidenceText } from "./sentence.ts";
import { plainStyle, type Style } from "./style.ts";
import { columns, cut, wrap } from "./table.ts";

export interface TerminalOptions {
  readonly columns: number;
  readonly style: Style;
  readonly unicode: boolean;
  readonly unit?: TimeUnit;
  /** Where the HTML report is, as it should be shown. */
  readonly reportPath?: string;
}

const defaultTerminalOptions: TerminalOptions = { columns: 80, style: plainStyle, unicode: false };

const barWidth = 12;

/** The answer as text for a terminal; every word from outside is made printable. */
export function renderTerminal(rawReport: Report, options: TerminalOptions = defaultTerminalOptions): string {
  const report = printableReport(rawReport);
  const answers = describeAnswers(report, options.unit);
  const sections = [
    ...answers.flatMap((answer) => answerSections(answer, report, options)),
    ...(answers.length === 0 ? [["There is no gap to show: nothing was measured."]] : []),
    agreementSection(report, options),
    winSection(report, options),
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
    causeSection(answer, options),
    evidenceSection(answer, report, options),
    doseSection(answer, report, options),
    excludedSection(answer, report, options),
  ];
}

function heading(text: string, { style }: TerminalOptions): string {
  return style.strong(text);
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

function causeSection(answer: Answer, options: TerminalOptions): readonly string[] {
  if (answer.causes.length === 0) return [];
  const axis = axisOf(answer.causes);
  const rows = answer.causes.map((row) => [
    row.name,
    row.factor,
    row.range,
    `|${textBar(row, axis, barWidth, options.unicode)}|`,
    row.share,
    row.remark,
  ]);
  const lines = columns(rows, ["left", "right", "left", "left", "right", "left"]);
  return [
    heading("Why: factors multiply to the gap; bars on a log scale, light where unsure", options),
    ...lines.map((line, index) => shade(cut(line, options.columns), answer.causes[index], options.style)),
  ];
}

function shade(line: string, row: CauseRow | undefined, style: Style): string {
  if (row?.kind === "negligible") return style.faint(line);
  if (row?.kind === "undetermined") return style.doubt(line);
  return line;
}

/** Factors that were also measured between baseline and neutral. */
function doseSection(answer: Answer, report: Report, options: TerminalOptions): readonly string[] {
  const name = subjectNames(report);
  const lines = (answer.attribution?.doses ?? []).flatMap((series) =>
    wrap(doseText(series, name), options.columns, "  ", "    "),
  );
  return lines.length === 0 ? [] : [heading("Level by level", options), ...lines];
}

function excludedSection(answer: Answer, report: Report, options: TerminalOptions): readonly string[] {
  const lines = foldExclusions(answer.attribution?.excluded ?? [], subjectNames(report));
  if (lines.length === 0) return [];
  return [
    heading("Left out, and why", options),
    ...lines.flatMap(({ what, kind, reason }) =>
      fold(`${what}: ${reason}${kind === "hole" ? " [cannot be switched off there]" : ""}`, options),
    ),
  ];
}

/** One line, cut where the terminal ends; the whole text is in the report. */
function fold(text: string, options: TerminalOptions): readonly string[] {
  return [options.style.faint(cut(`  ${text}`, options.columns))];
}

/** What was seen, and what the levers' proofs counted, each once with the causes that it is about. */
function evidenceSection(answer: Answer, report: Report, options: TerminalOptions): readonly string[] {
  const name = subjectNames(report);
  const causesOf = new Map<string, string[]>();
  for (const { kind, name: cause, contribution } of answer.causes) {
    if (contribution === undefined || (kind !== "cause" && kind !== "asset")) continue;
    const seen = report.evidence.filter(({ id }) => contribution.evidence.includes(id));
    const texts = [
      ...seen.map((item) => evidenceText(item, name)),
      ...Object.entries(contribution.proofs).map(
        ([side, { proof, before, after }]) => `${name(side)}: ${proof.title} ${before} -> ${after}`,
      ),
    ];
    for (const text of texts) causesOf.set(text, [...(causesOf.get(text) ?? []), cause]);
  }
  if (causesOf.size === 0) return [];
  const lines = Array.from(causesOf, ([text, causes]) => `${causes.join(", ")}: ${text}`);
  return [
    heading("Evidence", options),
    ...lines.flatMap((line) => wrap(line, options.columns, "  ", "    ")),
  ];
}

function agreementSection(report: Report, options: TerminalOptions): readonly string[] {
  if (report.agreement.length === 0) return [];
  const rows = report.agreement.map(({ factor, ablation, accounting, flag }) => [
    factor,
    factorText(ablation),
    factorText(accounting),
    flag,
  ]);
  return [
    heading("Second opinion: switched off, counted in profiles", options),
    ...withDetails(columns(rows, ["left", "left", "left", "left"]), options, (index) => [
      report.agreement[index]?.reading ?? "",
    ]),
  ];
}

function winSection(report: Report, options: TerminalOptions): readonly string[] {
  if (report.wins.length === 0) return [];
  const name = subjectNames(report);
  const rows = report.wins.map(({ subject, setting, gain }) => [
    name(subject),
    setting,
    `${factorText(gain)} faster`,
  ]);
  return [
    heading("What would close it", options),
    ...withDetails(columns(rows, ["left", "left", "left"]), options, (index) => {
      const win = report.wins[index];
      return [...(win?.deployable === false ? ["not for shipping"] : []), ...(win?.costs ?? [])];
    }),
  ];
}

/** Rows with what is to be said of each: behind it where there is room, else under it. */
function withDetails(
  lines: readonly string[],
  { columns: width }: TerminalOptions,
  details: (index: number) => readonly string[],
): readonly string[] {
  return lines.flatMap((line, index) => {
    const text = details(index)
      .filter((detail) => detail !== "")
      .join("; ");
    if (text === "") return [cut(line, width)];
    if (line.length + 2 + text.length <= width) return [`${line}  ${text}`];
    return [cut(line, width), ...wrap(text, width, "      ")];
  });
}

function warningSection(report: Report, options: TerminalOptions): readonly string[] {
  const { special, general, elsewhere } = sortDoubts(report, primaryMetric(report));
  if (special.length + general.length + elsewhere === 0) return [];
  return [
    heading("Doubts", options),
    ...special.flatMap((message) => wrap(message, options.columns, "  ! ", "    ").map(options.style.doubt)),
    ...general.flatMap((message) => fold(`- ${message}`, options)),
    ...(elsewhere === 0 ? [] : fold(`- ${elsewhere} more about other metrics in the report`, options)),
  ];
}

function endSection(report: Report, options: TerminalOptions): readonly string[] {
  const again = wrap(report.reproduce.command, options.columns, "again   ", "        ");
  return [...(options.reportPath === undefined ? [] : [`report  ${options.reportPath}`]), ...again];
}
