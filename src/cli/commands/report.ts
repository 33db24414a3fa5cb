import { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { addOutputOptions, type OutputFlags } from "../explain-options.ts";
import { addProfileExportOptions, type ProfileExportFlags } from "../profile-options.ts";

export function reportCommand(context: CommandContext): Command {
  const command = new Command("report")
    .summary("show or export the answer of a finished run")
    .description("Shows the answer of a finished run again, or of a report.json that someone sent.")
    .argument("[run]", "id of the run, or a report.json; default: the latest finished run");
  addOutputOptions(command);
  addProfileExportOptions(command);
  return command
    .addHelpText(
      "after",
      `
Examples:
  perfgap report
  perfgap report 20261124-114200-k3xa --export-md gap.md
  perfgap report --export-pprof profiles
  perfgap report colleague.json --fail-on "cpu>1.5"`,
    )
    .action(async (run: string | undefined, flags: OutputFlags & ProfileExportFlags) => {
      const [{ checkExports, deliver }, { exportProfiles }, { loadReport }, { exitCodeFor }] =
        await Promise.all([
          import("../deliver.ts"),
          import("../export-profiles.ts"),
          import("../load-report.ts"),
          import("../verdict.ts"),
        ]);
      await checkExports(flags, context);
      const { report, htmlPath, runDirectory } = await loadReport(run, context);
      await exportProfiles(report, runDirectory, flags, context);
      await deliver(report, flags, context, htmlPath);
      context.exitWith(exitCodeFor(report, flags));
    });
}
