import type { Evidence } from "../../src/model/evidence.ts";
import type { Report } from "../../src/model/report.ts";
import { describeAnswers } from "../../src/report/answer.ts";
import { bullets, escapeMarkdown, markdownTable } from "../../src/report/markdown-parts.ts";
import { printableReport } from "../../src/report/printable-report.ts";
import { percentText } from "../../src/report/quantities.ts";
import { stackRows } from "../../src/report/stack-rows.ts";

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
  return JSON.parse(text) as Report;
}

/** Fields that are bulky or name what only its machine has; a report is one without them too. */
const leftOut = new Set(["facts", "identity", "listing", "source"]);

function withoutBulk(item: Evidence): Evidence {
  const { location } = item;
  const file = location?.file.split("/").at(-1) ?? "";
  return { ...item, detail: "", ...(location === undefined ? {} : { location: { ...location, file } }) };
}

/** docs/gallery.md: each case with its answer, its stack and its picture. */
export function galleryPage(entries: readonly GalleryEntry[]): string {
  const overview = markdownTable(
    ["Case", "Answer", "Largest cause", "Cannot be switched off", "Blocks"],
    entries.map(({ id, report }) => {
      const [answer] = describeAnswers(printableReport(report));
      const rows = answer?.causes ?? [];
      const largest = rows.find(({ kind }) => kind === "cause");
      const rest = rows.find(({ kind }) => kind === "neutral gap");
      return [
        id,
        answer?.headline ?? "",
        largest === undefined ? "none is certain" : `${largest.name} ${largest.factor} (${largest.range})`,
        rest === undefined ? "" : rest.range,
        String(answer?.attribution?.diagnostics.blocks ?? 0),
      ];
    }),
  );
  return `${[
    "# Gallery",
    "The shipped cases, explained by the program itself: `npm run gallery` measures them and writes this page, the pictures and the figures behind them (`docs/gallery/`). Each answer holds for the machine, the toolchains and the input that it names, and for no others.",
    overview,
    ...entries.map(entrySection),
  ].join("\n\n")}\n`;
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
