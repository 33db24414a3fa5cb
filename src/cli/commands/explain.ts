import { Command } from "commander";
import type { CommandContext } from "../context.ts";
import {
  addMeasureOptions,
  addOutputOptions,
  addWorkloadOptions,
  caseInput,
  explainOptions,
  type MeasureFlags,
  type OutputFlags,
  type WorkloadFlags,
} from "../explain-options.ts";
import {
  addProfileExportOptions,
  addProfileImportOption,
  importedProfiles,
  type ProfileExportFlags,
  type ProfileImportFlags,
  refuseExportsWithoutProfiles,
} from "../profile-options.ts";

export function explainCommand(context: CommandContext): Command {
  const command = new Command("explain")
    .summary("how far apart two or more programs are, why, and what would close it")
    .description(
      "Builds the programs, checks that they print the same, measures them and splits the gap among named causes.",
    )
    .argument(
      "[programs...]",
      "go:PATH, rust:PATH[#BIN], c:PATH, cpp:PATH, cmd:COMMAND, a PATH, or one case file",
    );
  addWorkloadOptions(command);
  addMeasureOptions(command);
  addProfileImportOption(command);
  addOutputOptions(command);
  addProfileExportOptions(command);
  return command
    .addHelpText(
      "after",
      `
Arguments for every program follow after --.

Examples:
  perfgap explain ./go ./rust
  perfgap explain go:./server rust:./server#bench --quick -- --requests 1000
  perfgap explain ./go ./rust ./c --stdin words.txt --metric wall,cpu
  perfgap explain perfgap.toml --budget 15m --export-html gap.html
  perfgap explain cmd:./old 'cmd:./new --fast' --fail-on "cpu>1.05"`,
    )
    .action(
      async (
        programs: string[],
        flags: MeasureFlags & OutputFlags & WorkloadFlags & ProfileImportFlags & ProfileExportFlags,
      ) => {
        const [{ loadCase }, { measure }] = await Promise.all([
          import("../../case/load-case.ts"),
          import("../measure.ts"),
        ]);
        const loaded = await loadCase(
          caseInput(programs, flags, context),
          await context.services.languages(),
        );
        refuseExportsWithoutProfiles(flags);
        const imported = await importedProfiles(flags, loaded.case, context);
        const options = await explainOptions(loaded, flags, context);
        await measure(
          imported === undefined ? options : { ...options, importedProfiles: imported },
          flags,
          context,
        );
      },
    );
}
