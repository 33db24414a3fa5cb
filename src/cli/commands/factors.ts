import { Command } from "commander";
import type { CommandContext } from "../context.ts";

export function factorsCommand(context: CommandContext): Command {
  return new Command("factors")
    .summary("the possible causes, and in which language each can be switched off")
    .description(
      "Prints factors against languages: how the cause is switched off, or why it cannot be. With a factor: all about it.",
    )
    .argument("[factor]", "one factor, with its levers, caveat and sources")
    .option("--json", "the matrix as JSON on standard output")
    .addHelpText(
      "after",
      `
Examples:
  perfgap factors
  perfgap factors bounds-checks`,
    )
    .action(async (id: string | undefined, flags: { readonly json?: true }) => {
      const { factors } = await import("../factors.ts");
      await factors(id, flags, context);
    });
}
