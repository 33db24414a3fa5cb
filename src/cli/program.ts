import { Command, Option } from "commander";
import { compareCommand } from "./commands/compare.ts";
import { completionCommand } from "./commands/completion.ts";
import { demoCommand } from "./commands/demo.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { explainCommand } from "./commands/explain.ts";
import { factorsCommand } from "./commands/factors.ts";
import { initCommand } from "./commands/init.ts";
import { reportCommand } from "./commands/report.ts";
import { resumeCommand } from "./commands/resume.ts";
import { runsCommand } from "./commands/runs.ts";
import { serveCommand } from "./commands/serve.ts";
import { tuneCommand } from "./commands/tune.ts";
import type { CommandContext } from "./context.ts";
import { colourChoices } from "./terminal.ts";

const commands: readonly ((context: CommandContext) => Command)[] = [
  explainCommand,
  tuneCommand,
  demoCommand,
  doctorCommand,
  factorsCommand,
  initCommand,
  resumeCommand,
  runsCommand,
  reportCommand,
  compareCommand,
  serveCommand,
  completionCommand,
];

/** The tree of all commands; help and completions are made from it. */
export function buildProgram(context: CommandContext): Command {
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
  for (const define of commands) program.addCommand(addCommonOptions(define(context)));
  settle(program, context);
  return program;
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
