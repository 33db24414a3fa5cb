import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { Command } from "commander";
import type { Report } from "../../model/report.ts";
import { parseReport } from "../../report/parse-report.ts";
import type { CommandContext } from "../context.ts";
import { checkExports, deliver } from "../deliver.ts";
import { addOutputOptions, type OutputFlags } from "../explain-options.ts";
import { findRun, requireKind } from "../find-run.ts";
import { exitCodeFor } from "../verdict.ts";

export function reportCommand(context: CommandContext): Command {
  const command = new Command("report")
    .summary("show or export the answer of a finished run")
    .description("Shows the answer of a finished run again, or of a report.json that someone sent.")
    .argument("[run]", "id of the run, or a report.json; default: the latest finished run");
  addOutputOptions(command);
  return command
    .addHelpText(
      "after",
      `
Examples:
  perfgap report
  perfgap report 20261124-114200-k3xa --export-md gap.md
  perfgap report colleague.json --fail-on "cpu>1.5"`,
    )
    .action(async (run: string | undefined, flags: OutputFlags) => {
      await checkExports(flags, context);
      const { report, htmlPath } = await load(run, context);
      await deliver(report, flags, context, htmlPath);
      context.exitWith(exitCodeFor(report, flags));
    });
}

async function load(
  id: string | undefined,
  context: CommandContext,
): Promise<{ readonly report: Report; readonly htmlPath?: string }> {
  const file = id === undefined ? undefined : resolve(context.directory, id);
  if (id !== undefined && file !== undefined && id.endsWith(".json") && existsSync(file))
    return { report: parseReport(await readFile(file, "utf8"), id) };
  const run = await findRun(id, "finished", context);
  requireKind(run, "finished");
  const path = relative(context.directory, join(run.directory, "report.json"));
  const report = parseReport(await context.services.readReport(run), path);
  const htmlPath = join(run.directory, "report.html");
  return existsSync(htmlPath) ? { report, htmlPath } : { report };
}
