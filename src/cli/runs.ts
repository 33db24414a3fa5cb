import { printable } from "../base/printable.ts";
import { columns, cut } from "../report/table.ts";
import type { CommandContext } from "./context.ts";
import type { RunSummary } from "./services.ts";

/** Lists the runs of the folder. */
export async function runs(flags: { readonly json?: true }, context: CommandContext): Promise<void> {
  const { services, terminal, directory } = context;
  const runs = await services.listRuns(directory);
  if (flags.json === true) terminal.out(`${JSON.stringify(runs, undefined, 2)}\n`);
  else if (runs.length === 0) terminal.out("no runs in this folder yet; perfgap explain makes one\n");
  else terminal.out(runsText(runs, terminal.columns));
}

function runsText(runs: readonly RunSummary[], width: number): string {
  const lines = columns(runs.map(row), ["left", "left", "right", "left"], 0).map((line) => cut(line, width));
  return `${lines.join("\n")}\n\nperfgap report RUN shows a finished one, perfgap resume RUN goes on.\n`;
}

function row(run: RunSummary): readonly string[] {
  if (run.kind === "damaged") return [run.id, "damaged", "", printable(run.reason)];
  const process = run.pid === undefined ? "" : ` (process ${run.pid})`;
  return [run.id, `${run.kind}${process}`, `${run.blocks} blocks`, printable(run.case.case.name)];
}
