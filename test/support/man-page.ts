import type { Command, Option } from "commander";
import { exitCodes } from "../../src/base/failure.ts";

/** The manual in man(7) macros, from the tree of commands. */
export function manPage(program: Command): string {
  const lines = [
    `.TH PERFGAP 1 "" "perfgap" "User Commands"`,
    ".SH NAME",
    `perfgap \\- ${roff("explain the speed gap between programs that do the same job")}`,
    ".SH SYNOPSIS",
    ".B perfgap",
    ".I command",
    "[\\fIoptions\\fR] [\\fIarguments\\fR] [\\-\\- \\fIprogram arguments\\fR]",
    ".SH DESCRIPTION",
    roff(program.description()),
    ".SH COMMANDS",
    ...program.commands.flatMap(commandLines),
    ".SH OPTIONS OF EVERY COMMAND",
    ...common(program).flatMap(optionLines),
    ".SH EXIT STATUS",
    ...Object.entries(exitMeanings).flatMap(([name, meaning]) => [
      ".TP",
      `.B ${exitCodes[name as keyof typeof exitCodes]}`,
      roff(meaning),
    ]),
    ".SH FILES",
    ".TP",
    ".I .perfgap/runs/",
    "One folder for each run, below the folder that the command was given in.",
    ".SH ENVIRONMENT",
    ".TP",
    ".B PERFGAP_CACHE",
    "The folder that builds are kept in.",
    ".TP",
    ".B NO_COLOR, FORCE_COLOR, TERM, CI",
    "Whether colours and painted lines are used.",
  ];
  return `${lines.filter((line) => line !== "").join("\n")}\n`;
}

const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  answered: "answered; also that no gap can be told here",
  thresholdCrossed: "a --fail-on bound is surely crossed",
  usage: "the command line or the case file is wrong",
  toolchainOrHost: "a toolchain is missing, or the machine cannot do it",
  build: "a program does not build as it is written",
  outputsDiffer: "the programs print different things, or not the same twice",
  programFailed: "a program crashed, ended with an error or ran out of time",
  inconclusive: "with --strict: the answer is inconclusive",
  bug: "perfgap itself failed",
  interrupted: "interrupted; perfgap resume goes on",
  terminated: "terminated; perfgap resume goes on",
};

/** Options that all commands share. */
function common({ commands }: Command): readonly Option[] {
  const [first, ...others] = commands;
  return (first?.options ?? []).filter(({ flags }) =>
    others.every(({ options }) => options.some((option) => option.flags === flags)),
  );
}

function commandLines(command: Command): readonly string[] {
  const shared = new Set(command.parent === null ? [] : common(command.parent).map(({ flags }) => flags));
  const own = command.options.filter(({ flags }) => !shared.has(flags));
  const usage = command.registeredArguments.map((argument) => {
    const dots = argument.variadic ? "..." : "";
    return argument.required ? `<${argument.name()}${dots}>` : `[${argument.name()}${dots}]`;
  });
  return [
    `.SS perfgap ${roff([command.name(), ...(own.length > 0 ? ["[options]"] : []), ...usage].join(" "))}`,
    roff(command.description()),
    ...command.registeredArguments.flatMap((argument) => [
      ".TP",
      `.I ${roff(argument.name())}`,
      roff(argument.description),
    ]),
    ...own.flatMap(optionLines),
  ];
}

function optionLines(option: Option): readonly string[] {
  const choices = option.argChoices === undefined ? "" : ` (${option.argChoices.join(", ")})`;
  return [".TP", `.B ${roff(option.flags)}`, roff(`${option.description}${choices}`)];
}

/** Text in which every character stands for itself, at the start of a line too. */
function roff(text: string): string {
  const escaped = text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("\n", " ");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
