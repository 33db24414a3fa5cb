import type { Command, Option } from "commander";

export type Shell = "bash" | "zsh" | "fish";
export const shells: readonly Shell[] = ["bash", "zsh", "fish"];

/** One command of the tree, as far as completion goes. */
interface CompletionCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
  /** Values of its first argument, where they are fixed. */
  readonly choices: readonly string[];
  /** Whether its arguments are runs of this folder. */
  readonly takesRuns: boolean;
}

const runArguments = new Set(["run", "before", "after"]);

/** A static script made from the tree of commands. The typed line is matched against words, never evaluated. */
export function completionScript(shell: Shell, program: Command): string {
  const commands: readonly CompletionCommand[] = [...program.commands]
    .map((command) => ({
      name: command.name(),
      summary: command.summary(),
      options: command.options,
      choices: [...(command.registeredArguments[0]?.argChoices ?? [])],
      takesRuns: command.registeredArguments.some((argument) => runArguments.has(argument.name())),
    }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const names = [...commands.map(({ name }) => name), "help"];
  const writers = { bash: bashScript, zsh: zshScript, fish: fishScript };
  return writers[shell](commands, names);
}

function flags({ options }: CompletionCommand): readonly string[] {
  return [...options.flatMap(({ long, short }) => [long ?? "", short ?? ""]), "--help"].filter(
    (flag) => flag !== "",
  );
}

/** Options with fixed values, once for all commands: the same name has the same values everywhere. */
function optionChoices(commands: readonly CompletionCommand[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    commands.flatMap(({ options }) =>
      options.flatMap(({ long, argChoices }) =>
        long === undefined || argChoices === undefined ? [] : [[long, argChoices] as const],
      ),
    ),
  );
}

/** Commands to which runs can be named, as one pattern of the shell. */
function runTakers(commands: readonly CompletionCommand[]): string {
  return commands.flatMap(({ name, takesRuns }) => (takesRuns ? [name] : [])).join("|");
}

function bashScript(commands: readonly CompletionCommand[], names: readonly string[]): string {
  const choices = [...optionChoices(commands)].map(
    ([long, values]) => `    ${long}) candidates="${values.join(" ")}" ;;`,
  );
  const cases = commands.map(
    (command) =>
      `        ${command.name}) candidates="${[...command.choices, ...flags(command)].join(" ")}" ;;`,
  );
  return `# bash completion for perfgap
_perfgap() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command="" candidates="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      ${names.join("|")}) command=$word; break ;;
    esac
  done
  case $previous in
${choices.join("\n")}
    *)
      case $command in
${cases.join("\n")}
        help) candidates="${names.filter((name) => name !== "help").join(" ")}" ;;
        *) candidates="${names.join(" ")} --help --version" ;;
      esac ;;
  esac
  COMPREPLY=()
  for word in $candidates; do
    [[ $word == "$current"* ]] && COMPREPLY+=("$word")
  done
  case $command in
    ${runTakers(commands)})
      for word in .perfgap/runs/*/; do
        word=\${word%/} word=\${word##*/}
        [[ $word != "*" && $word == "$current"* ]] && COMPREPLY+=("$word")
      done ;;
  esac
}
complete -o bashdefault -o default -F _perfgap perfgap
`;
}

function zshScript(commands: readonly CompletionCommand[], names: readonly string[]): string {
  const choices = [...optionChoices(commands)].map(
    ([long, values]) => `    (${long}) compadd -- ${values.join(" ")}; return ;;`,
  );
  const cases = commands.map(
    (command) => `    (${command.name}) compadd -- ${[...command.choices, ...flags(command)].join(" ")} ;;`,
  );
  return `#compdef perfgap
_perfgap() {
  local command word
  for word in \${words[2,CURRENT-1]}; do
    case $word in
      (${names.join("|")}) command=$word; break ;;
    esac
  done
  case \${words[CURRENT-1]} in
${choices.join("\n")}
  esac
  case $command in
${cases.join("\n")}
    (help) compadd -- ${names.filter((name) => name !== "help").join(" ")}; return ;;
    (*) compadd -- ${names.join(" ")} --help --version; return ;;
  esac
  case $command in
    (${runTakers(commands)}) compadd -- .perfgap/runs/*(N/:t) ;;
  esac
  _files
}
if [ "$funcstack[1]" = "_perfgap" ]; then _perfgap "$@"; else compdef _perfgap perfgap; fi
`;
}

function fishScript(commands: readonly CompletionCommand[], names: readonly string[]): string {
  const ofAll = [
    "complete -c perfgap -n __fish_use_subcommand -f -l version -d 'print the version'",
    "complete -c perfgap -l help -s h -d 'show the help'",
    "complete -c perfgap -n __fish_use_subcommand -f -a help -d 'show the help of a command'",
    `complete -c perfgap -n '__fish_seen_subcommand_from help' -f -a '${names.filter((name) => name !== "help").join(" ")}'`,
  ];
  const lines = commands.flatMap((command) => [
    `complete -c perfgap -n __fish_use_subcommand -f -a ${command.name} -d ${fishQuote(command.summary)}`,
    ...command.choices.map(
      (choice) => `complete -c perfgap -n '__fish_seen_subcommand_from ${command.name}' -f -a ${choice}`,
    ),
    ...(command.takesRuns
      ? [`complete -c perfgap -n '__fish_seen_subcommand_from ${command.name}' -a '(__perfgap_runs)'`]
      : []),
    ...command.options.map((option) => fishOption(command.name, option)),
  ]);
  return `# fish completion for perfgap
function __perfgap_runs
  for folder in .perfgap/runs/*/
    string match -r '[^/]+(?=/$)' -- $folder
  end
end
${[...ofAll, ...lines].join("\n")}
`;
}

function fishOption(command: string, option: Option): string {
  const name = [
    ...(option.long === undefined ? [] : [`-l ${option.long.slice(2)}`]),
    ...(option.short === undefined ? [] : [`-s ${option.short.slice(1)}`]),
  ].join(" ");
  const values = option.argChoices === undefined ? "" : ` -x -a '${option.argChoices.join(" ")}'`;
  const takesFile = option.required && option.argChoices === undefined ? " -r" : "";
  return `complete -c perfgap -n '__fish_seen_subcommand_from ${command}' ${name}${values}${takesFile} -d ${fishQuote(option.description)}`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
