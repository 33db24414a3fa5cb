import type { Evidence } from "../model/evidence.ts";
import type { Report } from "../model/report.ts";
import {
  type Answer,
  type CauseRow,
  describeAnswers,
  factorPhrase,
  foldExclusions,
  pairOf,
  primaryMetric,
  subjectNames,
} from "./answer.ts";
import { axisOf, textBar } from "./bar.ts";
import { faultTexts, notLookedAtTexts, otherFaultsText } from "./checklist-texts.ts";
import {
  adviceTexts,
  closingTexts,
  differenceTexts,
  openNote,
  shortPlace,
  tuningTexts,
  type WinRow,
  winDetails,
  winRows,
  withVerb,
} from "./closing-texts.ts";
import { sortPlacedDoubts } from "./doubts.ts";
import { stancesOf } from "./evidence-stance.ts";
import { bullets, codeBlock, escapeMarkdown, folded, markdownTable } from "./markdown-parts.ts";
import { printableReport } from "./printable-report.ts";
import { proofText } from "./proof-text.ts";
import { factorText, percentText } from "./quantities.ts";
import { capital } from "./sentence.ts";
import { type StackRow, stackRows } from "./stack-rows.ts";

/** A comment on GitHub holds 65,536 characters. */
const mostCharacters = 60_000;
const listingLines = 12;
const barWidth = 10;

/** The answer as Markdown for a pull request or a post; no word from outside can become markup or HTML. */
export function renderMarkdown(rawReport: Report): string {
  const report = printableReport(rawReport);
  const whole = markdownOf(report, listingLines);
  return whole.length <= mostCharacters ? whole : markdownOf(report, 0);
}

function markdownOf(report: Report, listing: number): string {
  const answers = describeAnswers(report);
  const nothing = answers.length === 0 && (report.tuning ?? []).length === 0;
  const { special, general } = sortPlacedDoubts(report, primaryMetric(report));
  const sections = [
    `## ${escapeMarkdown(report.case.name)}`,
    ...(report.case.question === undefined ? [] : [escapeMarkdown(report.case.question)]),
    ...(nothing ? ["There is no gap to show: nothing was measured."] : []),
    ...answers.flatMap((answer) => answerSections(answer, report)),
    ...closingSections(report),
    ...faultSections(report),
    special.length === 0 ? "" : `### Doubts\n\n${bullets(special)}`,
    ...answers.map((answer) => evidenceSection(answer, report, listing)),
    agreementSection(report),
    ...answers.map((answer) => excludedSection(answer, report)),
    folded("How sure, on which machine", [
      ...answers.map(sureText),
      bullets(general),
      bullets(hostLines(report)),
    ]),
    `Run it again:\n\n${codeBlock(report.reproduce.command)}`,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function answerSections(answer: Answer, report: Report): readonly string[] {
  const rows = answer.causes.length === 0 ? [] : stackRows(answer, report);
  const axis = axisOf(rows);
  const why = markdownTable(
    ["Cause", "Factor", "95 % interval", "", "Share", "Reading"],
    rows.map((row) => [
      row.part ? `\u2514 ${row.name}` : row.name,
      row.factor,
      row.range,
      textBar(row, axis, barWidth, true).replaceAll(" ", "\u2007"),
      row.share,
      readingOf(row, answer),
    ]),
    [1, 4],
  );
  const differences = differenceTexts(report, answer.gap).map(({ kind, title, detail, bound }) =>
    [`${capital(kind)}: ${title}`, ...detail.split("\n"), bound].map(escapeMarkdown).join("\n  - "),
  );
  return [
    `**${escapeMarkdown(answer.headline)}** ${escapeMarkdown(answer.why.join(" "))}`.trimEnd(),
    ...(rows.length === 0
      ? []
      : [why, "Factors multiply to the gap; bars are on a log scale, light where unsure."]),
    differences.map((text) => `- ${text}`).join("\n"),
    markdownTable(
      ["Metric", `${answer.slow} over ${answer.fast}`, answer.slow, answer.fast],
      answer.gaps.map(({ metric, factor, slow, fast }) => [metric, factor, slow, fast]),
    ),
  ];
}

/** What stands in the table's last column; a hole is explained there too. */
function readingOf(row: StackRow, { causes }: Answer): string {
  const cause = causes.find(({ kind, name }) => kind === row.kind && name === row.name);
  return cause?.hole === undefined ? row.remark : `${row.remark}; ${cause.hole}`;
}

/** A report of one program begins with the best set: there is no gap to come before it. */
function closingSections(report: Report): readonly string[] {
  const sets = [...setSections(report), ...closingTexts(report).map(escapeMarkdown)];
  const rest = [...winSections(winRows(report)), adviceSection(report)].filter((part) => part !== "");
  if (report.gaps.length === 0)
    return rest.length === 0 ? sets : [...sets, "### What would make it faster", ...rest];
  return sets.length + rest.length === 0 ? [] : ["### What would close it", ...sets, ...rest];
}

function setSections(report: Report): readonly string[] {
  return tuningTexts(report).flatMap(({ headline, change, costs, times, parts, basis, dropped }) => [
    `**${escapeMarkdown(headline)}**`,
    bullets(
      [times, ...withVerb(change, "set "), costs === "" ? "" : `costs: ${costs}`, parts, basis].filter(
        (text) => text !== "",
      ),
    ),
    folded("Settings left out, and why", [bullets(dropped)]),
  ]);
}

/** What made no difference is for those who ask. */
function winSections(wins: readonly WinRow[]): readonly string[] {
  const table = (rows: readonly WinRow[]) =>
    rows.length === 0
      ? ""
      : markdownTable(
          ["Subject", "Setting, alone", "Effect", "Details"],
          rows.map((win) => [win.subject, win.setting, win.effect, winDetails(win)]),
        );
  return [
    table(wins.filter(({ kind }) => kind !== "no difference")),
    escapeMarkdown(openNote(wins)),
    folded("Settings that made no difference", [table(wins.filter(({ kind }) => kind === "no difference"))]),
  ];
}

function adviceSection(report: Report): string {
  const advice = adviceTexts(report);
  if (advice.length === 0) return "";
  return markdownTable(
    ["Source line", "What", "Change", "Gain"],
    advice.map(({ subject, place, title, change, bound }) => [
      `${subject} ${shortPlace(place)}`.trimEnd(),
      title,
      change,
      bound,
    ]),
  );
}

function faultSections(report: Report): readonly string[] {
  const other = otherFaultsText(report);
  if (other === undefined) return [];
  const faults = faultTexts(report);
  return [
    "### Common faults",
    faults.length === 0
      ? ""
      : markdownTable(
          ["Subject", "Fault", "Seen", "Cost", "Remedy"],
          faults.map(({ subject, title, detail, cost, remedy }) => [subject, title, detail, cost, remedy]),
        ),
    bullets([other, ...notLookedAtTexts(report)]),
  ];
}

function evidenceSection(answer: Answer, report: Report, listing: number): string {
  const items = answer.causes.flatMap((row) =>
    row.kind === "cause" || row.kind === "asset" ? evidenceOn(row, report, listing) : [],
  );
  return folded("Evidence", items);
}

function evidenceOn(row: CauseRow, report: Report, listing: number): readonly string[] {
  if (row.contribution === undefined) return [];
  const name = subjectNames(report);
  const { speaksFor, speaksAgainst, text } = stancesOf(row.contribution, report.evidence);
  const piece = ({ subject, title, location, detail }: Evidence, mark: string) => {
    const place = location === undefined ? "" : ` (${location.file}:${location.line})`;
    return [`${mark}${escapeMarkdown(`${name(subject)}: ${title}${place}`)}`, excerpt(detail, listing)];
  };
  const proofs = Object.entries(row.contribution.proofs).map(
    ([side, result]) => `${name(side)}: ${proofText(result)} with it switched off`,
  );
  return [
    `**${escapeMarkdown(row.name)}**: ${escapeMarkdown(text)}`,
    ...speaksFor.flatMap((item) => piece(item, "")),
    ...speaksAgainst.flatMap((item) => piece(item, "Against it: ")),
    bullets(proofs),
  ];
}

function excerpt(detail: string, most: number): string {
  const lines = detail.trimEnd().split("\n");
  if (most === 0 || detail.trim() === "") return "";
  const more = lines.length - most;
  return codeBlock(
    [...lines.slice(0, most), ...(more > 0 ? [`... ${more} more lines in the report`] : [])].join("\n"),
  );
}

function agreementSection(report: Report): string {
  const name = subjectNames(report);
  const pairs = report.agreement.map((row) => pairOf(report, row, name));
  const isTold = pairs.some((pair) => pair !== "");
  const rows = report.agreement.map(({ factor, ablation, accounting, flag, reading }, index) => [
    factorPhrase(report, factor),
    ...(isTold ? [pairs[index] ?? ""] : []),
    factorText(ablation),
    factorText(accounting),
    flag,
    reading,
  ]);
  if (rows.length === 0) return "";
  const titles = [
    "Cause",
    ...(isTold ? ["Pair"] : []),
    "Switched off",
    "Counted in profiles",
    "Verdict",
    "Reading",
  ];
  return folded("Do both lenses agree?", [markdownTable(titles, rows)]);
}

function excludedSection({ attribution }: Answer, report: Report): string {
  const excluded = foldExclusions(attribution?.excluded ?? [], subjectNames(report));
  if (excluded.length === 0) return "";
  return folded("Left out, and why", [
    markdownTable(
      ["Factor (side)", "Kind", "Reason"],
      excluded.map(({ what, kind, reason }) => [what, kind, reason]),
    ),
  ]);
}

function sureText({ attribution, slow, fast }: Answer): string {
  if (attribution === undefined) return "";
  const { blocks, noiseFloor, precisionReached } = attribution.diagnostics;
  return escapeMarkdown(
    `${slow} over ${fast}: ${blocks} blocks; noise floor ${percentText(noiseFloor)}; widest half width ${percentText(precisionReached)}.`,
  );
}

function hostLines(report: Report): readonly string[] {
  const { host, subjects, reproduce } = report;
  const name = subjectNames(report);
  return [
    `${host.cpuModel}, ${host.cpuCount} cores; ${host.os} ${host.kernel}`,
    ...subjects.map(({ id, toolchain }) => `${name(id)}: ${toolchain}`),
    `perfgap ${reproduce.version}, seed ${reproduce.seed}`,
  ];
}
