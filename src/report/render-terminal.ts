import { printable } from "../base/printable.ts";
import type { Report } from "../model/report.ts";
import { type Answer, type CauseRow, describeAnswers, foldExclusions, subjectNames } from "./answer.ts";
import { axisOf, textBar } from "./bar.ts";
import { factorText, type TimeUnit } from "./quantities.ts";
import { plainStyle, type Style } from "./style.ts";
import { columns, wrap } from "./table.ts";

export interface TerminalOptions {
  readonly columns: number;
  readonly style: Style;
  readonly unicode: boolean;
  readonly unit?: TimeUnit;
  /** Where the HTML report is, as it should be shown. */
  readonly reportPath?: string;
}

export const defaultTerminalOptions: TerminalOptions = { columns: 80, style: plainStyle, unicode: false };

const barWidth = 12;

/** The answer as text for a terminal; every word from outside is made printable. */
export function renderTerminal(report: Report, options: TerminalOptions = defaultTerminalOptions): string {
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
    ...columns(rows, ["left", "left", "left", "left"]),
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
    ...lines.map((line, index) => shade(line, answer.causes[index], options.style)),
  ];
}

function shade(line: string, row: CauseRow | undefined, style: Style): string {
  if (row?.kind === "negligible") return style.faint(line);
  if (row?.kind === "undetermined") return style.doubt(line);
  return line;
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
  const room = options.columns - 2;
  const cut = text.length <= room ? text : `${text.slice(0, room - 3)}...`;
  return [options.style.faint(`  ${cut}`)];
}

function agreementSection(report: Report, options: TerminalOptions): readonly string[] {
  if (report.agreement.length === 0) return [];
  const rows = report.agreement.map(({ factor, ablation, accounting, flag, reading }) => [
    printable(factor),
    factorText(ablation),
    factorText(accounting),
    flag,
    printable(reading),
  ]);
  return [
    heading("Second opinion: switched off, counted in profiles", options),
    ...columns(rows, ["left", "left", "left", "left", "left"]),
  ];
}

function winSection(report: Report, options: TerminalOptions): readonly string[] {
  if (report.wins.length === 0) return [];
  const name = subjectNames(report);
  const rows = report.wins.map(({ subject, setting, gain, costs, deployable }) => [
    name(subject),
    printable(setting),
    `${factorText(gain)} faster`,
    [...(deployable ? [] : ["not for shipping"]), ...costs.map(printable)].join("; "),
  ]);
  return [heading("What would close it", options), ...columns(rows, ["left", "left", "left", "left"])];
}

function warningSection(report: Report, options: TerminalOptions): readonly string[] {
  if (report.warnings.length === 0) return [];
  return [
    heading("Doubts", options),
    ...report.warnings.flatMap(({ message }) =>
      wrap(`! ${printable(message)}`, options.columns, 2, 4).map(options.style.doubt),
    ),
  ];
}

function endSection(report: Report, options: TerminalOptions): readonly string[] {
  const again = wrap(`again   ${printable(report.reproduce.command)}`, options.columns, 0, 8);
  return [
    ...(options.reportPath === undefined ? [] : [`report  ${printable(options.reportPath)}`]),
    ...again,
  ];
}
