import { Command } from "commander";
import type { CommandContext } from "../context.ts";

export function doctorCommand(context: CommandContext): Command {
  return new Command("doctor")
    .summary("what this machine can and cannot show, and how to mend it")
    .description(
      "Looks for toolchains, profiler, permissions, disk, and measures the noise of this machine for some seconds.",
    )
    .option("--json", "the findings as JSON on standard output")
    .addHelpText(
      "after",
      `
Examples:
  perfgap doctor
  perfgap doctor --json`,
    )
    .action(async (flags: { readonly json?: true; readonly quiet?: true }) => {
      const { doctor } = await import("../doctor.ts");
      await doctor(flags, context);
    });
}
