import { Command } from "commander";
import { type CommandContext, usageFailure } from "../context.ts";
import { addOutputOptions, type OutputFlags } from "../explain-options.ts";
import { findRun, requireKind } from "../find-run.ts";
import { durationValue } from "../option-values.ts";

export function resumeCommand(context: CommandContext): Command {
  const command = new Command("resume")
    .summary("go on with a run that was interrupted")
    .description("Goes on where an interrupted run stopped: nothing measured is lost, no block counts twice.")
    .argument("[run]", "id of the run; default: the latest that can go on")
    .option("--budget <time>", "time for what is left (default: as it was)", durationValue);
  addOutputOptions(command);
  return command
    .addHelpText(
      "after",
      `
Examples:
  perfgap resume
  perfgap resume 20261124-114200-k3xa --budget 10m`,
    )
    .action(async (id: string | undefined, flags: OutputFlags & { readonly budget?: number }) => {
      const { measure } = await import("../measure.ts");
      const run = await findRun(id, "resumable", context);
      requireKind(run, "resumable");
      const document = await context.services.readPlan(run);
      if (run.kind === "damaged" || document === undefined)
        throw usageFailure("run-state", `Run ${run.id} has no plan to go on with.`, "start it again");
      const { plan, options = { quick: false, profile: true } } = document;
      const { case: original, command: originalCommand } = run.case;
      await measure(
        {
          case: original,
          metrics: plan.metrics,
          precision: plan.precision,
          budgetMs: flags.budget ?? plan.budgetMs,
          ...options,
          seed: plan.seed,
          projectDirectory: context.directory,
          resume: run.id,
          command: originalCommand,
          stop: context.interruption.stop,
          kill: context.interruption.kill,
        },
        flags,
        context,
      );
    });
}
