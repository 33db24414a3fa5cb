import { printable } from "../base/printable.ts";
import type { Report } from "../model/report.ts";
import {
  type Answer,
  type CauseRow,
  describeAnswers,
  foldExclusions,
  primaryMetric,
  subjectNames,
} from "./answer.ts";
import { sortDoubts } from "./doubts.ts";
import { printableReport } from "./printable-report.ts";
import { factorText, percentText } from "./quantities.ts";

/** The answer as Markdown for a pull request or a mail; no word from outside can become markup or HTML. */
export function renderMarkdown(rawReport: Report): string {
  const report = printableReport(rawReport);
  const answers = describeAnswers(report);
  const sections = [
    `# ${escapeMarkdown(report.case.name)}`,
    ...(report.case.question === undefined ? [] : [escapeMarkdown(report.case.question)]),
    ...(answers.length === 0 ? ["There is no gap to show: nothing was measured."] : []),
    ...answers.flatMap((answer) => answerSections(answer, report)),
    winSection(report),
    agreementSection(report),
    evidenceSection(report),
    warningSection(report),
    hostSection(report),
    `## Run it again\n\n${codeBlock(report.reproduce.command)}`,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function answerSections(answer: Answer, report: Report): readonly string[] {
  const name = subjectNames(report);
  const excluded = foldExclusions(answer.attribution?.excluded ?? [], name);
  const { diagnostics } = answer.attribution ?? {};
  return [
    `**${escapeMarkdown(answer.headline)}** ${escapeMarkdown(answer.why.join(" "))}`.trimEnd(),
    table(
      ["Metric", `${answer.slow} over ${answer.fast}`, answer.slow, answer.fast],
      answer.gaps.map(({ metric, factor, slow, fast }) => [metric, factor, slow, fast]),
    ),
    answer.causes.length === 0
      ? ""
      : `## Why\n\nFactors multiply to the gap.\n\n${table(
          ["Cause", "Factor", "95 % interval", "Share", "Reading"],
          answer.causes.map((row) => [row.name, row.factor, row.range, row.share, readingOf(row)]),
        )}`,
    diagnostics === undefined
      ? ""
      : escapeMarkdown(
          `${diagnostics.blocks} blocks; noise floor ${percentText(diagnostics.noiseFloor)}; widest half width ${percentText(diagnostics.precisionReached)}.`,
        ),
    excluded.length === 0
      ? ""
      : `## Left out, and why\n\n${table(
          ["Factor (side)", "Kind", "Reason"],
          excluded.map(({ what, kind, reason }) => [what, kind, reason]),
        )}`,
  ];
}

function readingOf({ remark, hole }: CauseRow): string {
  return hole === undefined ? remark : `${remark}; ${hole}`;
}

function winSection(report: Report): string {
  if (report.wins.length === 0) return "";
  const name = subjectNames(report);
  const rows = report.wins.map(({ subject, setting, gain, costs, deployable }) => [
    name(subject),
    setting,
    `${factorText(gain)} faster`,
    [...(deployable ? [] : ["not for shipping"]), ...costs].join("; "),
  ]);
  return `## What would close it\n\n${table(["Subject", "Setting", "Gain", "Costs"], rows)}`;
}

function agreementSection(report: Report): string {
  if (report.agreement.length === 0) return "";
  const rows = report.agreement.map(({ factor, ablation, accounting, flag, reading }) => [
    factor,
    factorText(ablation),
    factorText(accounting),
    flag,
    reading,
  ]);
  return `## Do both lenses agree?\n\n${table(["Cause", "Switched off", "Counted", "Verdict", "Reading"], rows)}`;
}

function evidenceSection(report: Report): string {
  if (report.evidence.length === 0) return "";
  const name = subjectNames(report);
  const items = report.evidence.map(({ subject, title, location, explains }) => {
    const place = location === undefined ? "" : ` at ${location.file}:${location.line}`;
    return `- ${escapeMarkdown(`${name(subject)}: ${title}${place} (${explains.join(", ")})`)}`;
  });
  return `## Evidence\n\n${items.join("\n")}`;
}

function warningSection(report: Report): string {
  const { special, general } = sortDoubts(report, primaryMetric(report));
  const lines = [...special, ...general].map((message) => `- ${escapeMarkdown(message)}`);
  return lines.length === 0 ? "" : `## Doubts\n\n${lines.join("\n")}`;
}

function hostSection({ host, subjects }: Report): string {
  const toolchains = subjects.map(({ id, toolchain }) => `${id}: ${toolchain}`);
  const lines = [`${host.cpuModel}, ${host.cpuCount} cores; ${host.os} ${host.kernel}`, ...toolchains];
  return `## Machine and toolchains\n\n${lines.map((line) => `- ${escapeMarkdown(line)}`).join("\n")}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  return [line(head), `|${head.map(() => " --- ").join("|")}|`, ...rows.map(line)].join("\n");
}

/** Text on one line in which every character stands for itself, in CommonMark and in what is built on it. */
export function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character] ?? character)
    .replace(/[\\`*_{}[\]#|~]/g, (character) => `\\${character}`)
    .replaceAll("@", "&#64;")
    .replaceAll("://", "&#58;//")
    .replace(/^([-+]|\d+[.)])(?=\s|$)/, "\\$1");
}

/** A fence longer than any run of backticks inside it. */
function codeBlock(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
