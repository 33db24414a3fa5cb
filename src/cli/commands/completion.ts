import { Argument, Command } from "commander";
import { completionScript, type Shell, shells } from "../completion-script.ts";
import type { CommandContext } from "../context.ts";

export function completionCommand(context: CommandContext): Command {
  const command: Command = new Command("completion")
    .summary("print a completion script for bash, zsh or fish")
    .description("Prints a completion script; it is static and never runs what was typed.")
    .addArgument(new Argument("<shell>", "the shell").choices([...shells]))
    .addHelpText(
      "after",
      `
Examples:
  perfgap completion bash > ~/.local/share/bash-completion/completions/perfgap
  perfgap completion zsh > ~/.zfunc/_perfgap
  perfgap completion fish > ~/.config/fish/completions/perfgap.fish`,
    )
    .action((shell: Shell) => {
      if (command.parent !== null) context.terminal.out(completionScript(shell, command.parent));
    });
  return command;
}
