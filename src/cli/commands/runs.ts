import { relative } from "node:path";
import { Command } from "commander";
import { printable } from "../../base/printable.ts";
import { columns, cut } from "../../report/table.ts";
import type { CommandContext } from "../context.ts";
import type { RunSummary } from "../services.ts";

export function runsCommand(context: CommandContext): Command {
  return new Command("runs")
    .summary("the runs of this folder, latest first")
    .description(
      "Lists the runs in .perfgap/runs of this folder, latest first, and what can be done with each.",
    )
    .option("--json", "the list as JSON on standard output")
    .addHelpText(
      "after",
      `
Examples:
  perfgap runs
  perfgap runs --json`,
    )
    .action(async (flags: { readonly json?: true }) => {
      const { services, terminal, directory } = context;
      const runs = await services.listRuns(directory);
      if (flags.json === true) terminal.out(`${JSON.stringify(runs, undefined, 2)}\n`);
      else if (runs.length === 0) terminal.out("no runs in this folder yet; perfgap explain makes one\n");
      else
        terminal.out(
          `${columns(
            runs.map((run) => row(run, directory)),
            ["left", "left", "right", "left"],
            0,
          )
            .map((line) => cut(line, terminal.columns))
            .join("\n")}\n`,
        );
    });
}

function row(run: RunSummary, directory: string): readonly string[] {
  if (run.kind === "damaged") return [run.id, "damaged", "", printable(run.reason)];
  const next = {
    running: `process ${run.pid ?? "?"}`,
    finished: `${relative(directory, run.directory)}/report.html`,
    resumable: `perfgap resume ${run.id}`,
    unplanned: "ended before anything was measured",
  }[run.kind];
  return [run.id, run.kind, `${run.blocks} blocks`, printable(`${run.case.case.name}: ${next}`)];
}
