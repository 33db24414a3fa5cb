import { printable } from "../base/printable.ts";
import { columns, cut, wrap } from "../report/table.ts";
import type { CommandContext } from "./context.ts";
import type { KnownRun, RunSummary } from "./services.ts";

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
  const uses = [
    ...(runs.some(({ kind }) => kind === "finished") ? ["perfgap report RUN shows a finished one"] : []),
    ...(runs.some(({ kind }) => kind === "resumable")
      ? ["perfgap resume RUN goes on with a resumable one"]
      : []),
  ];
  const footer = uses.length === 0 ? "" : `\n${wrap(`${uses.join(", ")}.`, width, "").join("\n")}\n`;
  return `${lines.join("\n")}\n${footer}`;
}

function row(run: RunSummary): readonly string[] {
  if (run.kind === "damaged") return [run.id, "damaged", "", printable(run.reason)];
  const process = run.pid === undefined ? "" : ` (process ${run.pid})`;
  const name = printable(run.case.case.name);
  return [run.id, `${run.kind}${process}`, ...blocksOf(run, name)];
}

/** A search for settings measures in blocks of its own; those of a run of tune are all that it has. */
function blocksOf({ blocks, settingsBlocks = 0 }: KnownRun, name: string): readonly [string, string] {
  const count = (number: number) => `${number} ${number === 1 ? "block" : "blocks"}`;
  if (settingsBlocks === 0) return [count(blocks), name];
  return blocks === 0
    ? [count(settingsBlocks), `${name} (settings)`]
    : [count(blocks), `${name} (${settingsBlocks} more of settings)`];
}
