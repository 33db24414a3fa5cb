import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { Report } from "../model/report.ts";
import { parseReport } from "../report/parse-report.ts";
import type { CommandContext } from "./context.ts";
import { findRun, requireKind } from "./find-run.ts";

/** The report of a run, or of a file that ends in .json; absent: of the latest finished run. */
export async function loadReport(
  id: string | undefined,
  context: CommandContext,
): Promise<{ readonly report: Report; readonly htmlPath?: string; readonly runDirectory?: string }> {
  const file = id === undefined ? undefined : resolve(context.directory, id);
  if (id !== undefined && file !== undefined && id.endsWith(".json") && existsSync(file))
    return { report: parseReport(await readFile(file, "utf8"), id) };
  const run = await findRun(id, "finished", context);
  requireKind(run, "finished");
  const path = relative(context.directory, join(run.directory, "report.json"));
  const report = parseReport(await context.services.readReport(run), path);
  const htmlPath = join(run.directory, "report.html");
  const { directory: runDirectory } = run;
  return existsSync(htmlPath) ? { report, htmlPath, runDirectory } : { report, runDirectory };
}
