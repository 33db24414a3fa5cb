import { Command } from "commander";
import type { CommandContext } from "../context.ts";

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
      const { runs } = await import("../runs.ts");
      await runs(flags, context);
    });
}
