import { Command, Option } from "commander";
import { commandTable } from "./command-table.ts";
import type { CommandContext } from "./context.ts";
import { colourChoices } from "./terminal.ts";

/**
 * The tree of all commands; help, completions and the manual are made from it. Commands that are not `needed` are there
 * by name and summary only.
 */
export async function buildProgram(
  context: CommandContext,
  needed: readonly string[] = commandTable.map(({ name }) => name),
): Promise<Command> {
  const program = new Command("perfgap")
    .description(
      "Explains the speed gap between programs that do the same job: how far apart, why, and what would close it.",
    )
    .version(context.version, "--version", "print the version")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText(
      "after",
      `
Examples:
  perfgap demo                       see it work on a shipped case
  perfgap explain ./go ./rust        explain your own two programs
  perfgap doctor                     what this machine can and cannot show`,
    );
  const children = await Promise.all(
    commandTable.map(async ({ name, words, summary, load }) =>
      needed.includes(name) ? (await load())(context) : stub(name, summary, words),
    ),
  );
  for (const child of children) program.addCommand(addCommonOptions(child));
  settle(program, context);
  return program;
}

function stub(name: string, summary: string, words: string | undefined): Command {
  const command = new Command(name).summary(summary);
  return words === undefined ? command : command.arguments(words);
}

/** Options that every command has, so that they can stand behind it. */
function addCommonOptions(command: Command): Command {
  return command
    .option("-q, --quiet", "nothing but the result")
    .option("-v, --verbose", "print every command that is run, ready to paste")
    .addOption(new Option("--color <when>", "colours").choices([...colourChoices]).default("auto"))
    .option("--debug", "show stack traces of failures");
}

/** Errors become exceptions and text goes to our terminal, for the program and every command below it. */
function settle(command: Command, context: CommandContext): void {
  const { terminal } = context;
  // Beside the names of our options a narrow terminal leaves less than the default asks for, and nothing was wrapped.
  command.configureHelp({ minWidthToWrap: 16 });
  command.exitOverride().configureOutput({
    writeOut: terminal.out,
    writeErr: terminal.err,
    getOutHelpWidth: () => Math.min(terminal.columns, 100),
    getErrHelpWidth: () => Math.min(terminal.columns, 100),
    outputError: (text, write) => write(`${terminal.errStyle.bad("error:")} ${text.replace(/^error: /, "")}`),
  });
  command.showSuggestionAfterError(true);
  for (const child of command.commands) settle(child, context);
}
