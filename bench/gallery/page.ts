import type { Evidence } from "../../src/model/evidence.ts";
import type { Report } from "../../src/model/report.ts";
import { type Answer, describeAnswers } from "../../src/report/answer.ts";
import { differenceTexts, winRows } from "../../src/report/closing-texts.ts";
import { bullets, escapeMarkdown, markdownTable } from "../../src/report/markdown-parts.ts";
import { printableReport } from "../../src/report/printable-report.ts";
import { factorText, percentText } from "../../src/report/quantities.ts";
import { equivalenceBound, readGap } from "../../src/report/sentence.ts";
import { type StackRow, stackRows } from "../../src/report/stack-rows.ts";

/** One shipped case and what was measured of it. */
export interface GalleryEntry {
  /** Name of the workload's folder. */
  readonly id: string;
  readonly report: Report;
}

/**
 * What the page needs of a report, and nothing that only this machine has: paths are cut to what stands below the
 * repository, listings and counts are left out. It is a report still, so every renderer takes it.
 */
export function galleryReport(report: Report, hiddenFolders: readonly string[]): Report {
  const small: Report = {
    ...report,
    // What was found on the machine names its folders; the page does not need it.
    host: { ...report.host, cpuFlags: [], signals: [] },
    evidence: report.evidence.map(withoutBulk),
  };
  const text = hiddenFolders.reduce(
    (rest, folder) => rest.replaceAll(`${folder}/`, "").replaceAll(folder, "."),
    JSON.stringify(small, (key, value: unknown) => (leftOut.has(key) ? undefined : value)),
  );
  return JSON.parse(text.replaceAll(ownFolders, "")) as Report;
}

/** Folders that only this machine has, such as the cache: of a path in one of them the name of the file stays. */
const ownFolders = /\/(?:home|root|tmp|work|Users)\/(?:[^\s"\\/:;,()]+\/)*(?=[^\s"\\/:;,()])/g;

/** Fields that are bulky or name what only its machine has; a report is one without them too. */
const leftOut = new Set(["facts", "identity", "listing", "source"]);

function withoutBulk(item: Evidence): Evidence {
  const { location } = item;
  const file = location?.file.split("/").at(-1) ?? "";
  return { ...item, detail: "", ...(location === undefined ? {} : { location: { ...location, file } }) };
}

const mostWins = 3;

/** docs/gallery.md: each case with its answer, its stack and its picture. */
export function galleryPage(entries: readonly GalleryEntry[]): string {
  const overview = markdownTable(
    ["Case", "Gap", "First cause", "Its share", "Cannot be switched off", "Blocks"],
    entries.map(({ id, report }) => {
      const [answer] = describeAnswers(printableReport(report));
      if (answer === undefined) return [id, "not measured"];
      const rows = stackRows(answer, report);
      const first = rows.find(({ kind, factor, part }) => isCause(kind) && factor !== "~" && !part);
      const rest = rows.find(({ kind }) => kind === "neutral gap");
      return [
        id,
        gapText(answer),
        first === undefined ? "none is certain" : `${first.name} ${first.factor} (${first.range})`,
        first?.share ?? "",
        rest === undefined ? "" : withFactor(rest),
        String(answer.attribution?.diagnostics.blocks ?? 0),
      ];
    }),
    [3, 5],
  );
  return `${[
    "# Gallery",
    "The shipped cases, explained by the program itself: `npm run gallery` measures them and writes this page, the pictures and the figures behind them (`docs/gallery/`). Each answer holds for the machine, the toolchains and the input that it names, and for no others.",
    overview,
    ...entries.map(entrySection),
  ].join("\n\n")}\n`;
}

const isCause = (kind: StackRow["kind"]) => kind === "cause" || kind === "group";

function withFactor({ factor, range }: StackRow): string {
  return factor === "~" ? `x${range}` : `${factor} (${range})`;
}

/** "Go over Rust x9.1 (8.6-9.5)", and whether that is a gap at all. */
function gapText({ slow, fast, gap, attribution }: Answer): string {
  const { kind } = readGap(gap, equivalenceBound(attribution));
  const told = { told: "", equal: ", equal", untold: ", not told" }[kind];
  return `${slow} over ${fast} ${factorText(gap.logRatio)}${told}`;
}

function entrySection({ id, report: raw }: GalleryEntry): string {
  const report = printableReport(raw);
  const answers = describeAnswers(report).slice(0, 1);
  const parts = answers.flatMap((answer) => [
    `**${escapeMarkdown(answer.headline)}** ${escapeMarkdown(answer.why.join(" "))}`.trimEnd(),
    `![The gap stack of ${id}](gallery/${id}.svg)`,
    markdownTable(
      ["Cause", "Factor", "95 % interval", "Share", "Reading"],
      stackRows(answer, report).map((row) => [
        row.part ? `\u2514 ${row.name}` : row.name,
        row.factor,
        row.range,
        row.share,
        row.remark,
      ]),
    ),
    bullets([
      ...differenceTexts(report, answer.gap)
        .filter(({ weight }) => weight === "large")
        .map(({ title, bound }) => `other work: ${title}; ${bound}`),
      ...winRows(report)
        .filter(({ kind }) => kind === "gain")
        .slice(0, mostWins)
        .map(({ subject, setting, effect }) => `a setting that helps: ${setting} makes ${subject} ${effect}`),
      ...sure(answer.attribution?.diagnostics),
      `${report.host.cpuModel}, ${report.host.cpuCount} cores; ${report.subjects.map(({ toolchain }) => toolchain).join("; ")}`,
      report.reproduce.command,
    ]),
  ]);
  return [
    `## ${escapeMarkdown(id)}`,
    `What it isolates: [workloads/${id}](../workloads/${id}/README.md).`,
    ...parts,
  ].join("\n\n");
}

function sure(
  diagnostics:
    | { readonly blocks: number; readonly noiseFloor: number; readonly precisionReached: number }
    | undefined,
): readonly string[] {
  if (diagnostics === undefined) return [];
  const { blocks, noiseFloor, precisionReached } = diagnostics;
  return [
    `${blocks} blocks; noise floor ${percentText(noiseFloor)}; widest half width ${percentText(precisionReached)}`,
  ];
}
