import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { Failure } from "../base/failure.ts";
import { present } from "../base/present.ts";
import { printable } from "../base/printable.ts";
import type { Report } from "../model/report.ts";
import { describeAnswers } from "../report/answer.ts";
import { printableReport } from "../report/printable-report.ts";
import { renderHtml } from "../report/render-html.ts";
import { renderJson } from "../report/render-json.ts";
import { renderMarkdown } from "../report/render-markdown.ts";
import { renderSvg } from "../report/render-svg.ts";
import { renderTerminal } from "../report/render-terminal.ts";
import { wrap } from "../report/table.ts";
import type { CommandContext } from "./context.ts";
import type { OutputFlags } from "./explain-options.ts";
import { findConverter } from "./export-png.ts";
import { openInBrowser } from "./open-browser.ts";
import type { Terminal } from "./terminal.ts";

/** Refuses exports that could not be written, before minutes are spent on measuring. */
export async function checkExports(
  flags: Pick<OutputFlags, "exportHtml" | "exportJson" | "exportMd" | "exportSvg" | "exportPng">,
  { directory }: CommandContext,
): Promise<void> {
  const { exportHtml, exportJson, exportMd, exportSvg, exportPng } = flags;
  for (const file of [exportHtml, exportJson, exportMd, exportSvg, exportPng]) {
    if (file !== undefined) await writable(resolve(directory, file), file);
  }
  if (exportPng !== undefined) await findConverter();
}

async function writable(path: string, written: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const isNew = !existsSync(path);
    await writeFile(path, "", { flag: "a" });
    // While minutes are spent, an empty file would look like an answer.
    if (isNew) await rm(path, { force: true });
  } catch (error) {
    throw cannotWrite(written, error);
  }
}

/** What to say when an export cannot be written. */
export function cannotWrite(written: string, error: unknown): Failure {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  const full = reason === "ENOSPC";
  return new Failure({
    code: "export",
    exit: full ? "toolchainOrHost" : "usage",
    message: `${printable(written)} cannot be written (${reason}).`,
    help: full ? "the disk is full: free some space, then: perfgap report" : "name another file",
  });
}

type Renderer = (report: Report) => string | Promise<string | Uint8Array>;

/** The page with what lies beside the report in its run folder; alone where the report came from elsewhere. */
async function htmlWithDetails(report: Report, htmlPath: string | undefined): Promise<string> {
  if (htmlPath === undefined) return renderHtml(report);
  const { readReportDetails } = await import("../explain/report-details.ts");
  return renderHtml(report, await readReportDetails(dirname(htmlPath), report));
}

/** Prints the answer, writes the exports, opens the browser. `htmlPath`: the report that is on disk already. */
export async function deliver(
  report: Report,
  flags: OutputFlags,
  context: CommandContext,
  htmlPath?: string,
): Promise<void> {
  const { terminal, directory } = context;
  const exports: readonly (readonly [string | undefined, Renderer])[] = [
    [flags.exportHtml, (each) => htmlWithDetails(each, htmlPath)],
    [flags.exportJson, renderJson],
    [flags.exportMd, renderMarkdown],
    [flags.exportSvg, renderSvg],
    [flags.exportPng, async (each) => (await findConverter())(renderSvg(each))],
  ];
  for (const [file, render] of exports) {
    if (file === undefined) continue;
    const content = await render(report);
    try {
      await writeFile(resolve(directory, file), content);
    } catch (error) {
      throw cannotWrite(file, error);
    }
  }
  const shownPath = flags.exportHtml ?? (htmlPath === undefined ? undefined : relative(directory, htmlPath));
  if (flags.json === true) terminal.out(renderJson(report));
  else {
    const text = renderTerminal(report, {
      columns: terminal.columns,
      style: terminal.outStyle,
      unicode: terminal.unicode,
      ...present({ unit: flags.unit, reportPath: shownPath }),
    });
    terminal.out(text);
    sayAgain(report, text, terminal);
  }
  if (flags.open === true && shownPath !== undefined) openInBrowser(resolve(directory, shownPath), context);
}

/** The answers' first sentences once more, where the rest has pushed them off the screen. */
function sayAgain(report: Report, text: string, { live, rows, columns, errStyle, err }: Terminal): void {
  if (!live || text.split("\n").length < rows) return;
  const lines = describeAnswers(printableReport(report)).flatMap(({ headline }) =>
    wrap(headline, columns, "", ""),
  );
  if (lines.length > 0) err(`\n${lines.map(errStyle.strong).join("\n")}\n`);
}
