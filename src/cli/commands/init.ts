import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { printable } from "../../base/printable.ts";
import { type CommandContext, usageFailure } from "../context.ts";
import { addWorkloadOptions, caseInput, type WorkloadFlags } from "../explain-options.ts";

interface InitFlags extends WorkloadFlags {
  readonly file: string;
  readonly force?: true;
}

export function initCommand(context: CommandContext): Command {
  const command = new Command("init")
    .summary("write a case file for the given programs")
    .description("Detects the given programs and writes a commented case file that explains them.")
    .argument("<programs...>", "two or more programs, as for explain")
    .option("--file <file>", "the case file to write", "perfgap.toml")
    .option("--force", "write over a file that is there");
  addWorkloadOptions(command);
  return command
    .addHelpText(
      "after",
      `
Examples:
  perfgap init ./go ./rust
  perfgap init ./go ./rust --stdin words.txt --file word-count.toml -- --top 10`,
    )
    .action(async (programs: string[], flags: InitFlags) => {
      const [{ loadCase }, { caseFileText }] = await Promise.all([
        import("../../case/load-case.ts"),
        import("../case-file-text.ts"),
      ]);
      const input = caseInput(programs, flags, context);
      const { case: loaded } = await loadCase(input, await context.services.languages());
      const path = resolve(context.directory, flags.file);
      try {
        await writeFile(path, caseFileText(loaded, path), { flag: flags.force === true ? "w" : "wx" });
      } catch (error) {
        throw cannotWrite(flags.file, error);
      }
      const shown = printable(flags.file);
      context.terminal.out(`wrote ${shown}; next: perfgap explain ${shown}\n`);
    });
}

function cannotWrite(file: string, error: unknown) {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return reason === "EEXIST"
    ? usageFailure(
        "file-exists",
        `${printable(file)} is there already.`,
        "--force writes over it, --file names another",
      )
    : usageFailure("export", `${printable(file)} cannot be written (${reason}).`);
}
