import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError } from "commander";
import { packageDirectory } from "../base/directories.ts";
import { exitCodes } from "../base/failure.ts";
import { printable } from "../base/printable.ts";
import { commandTable } from "./command-table.ts";
import type { CommandContext } from "./context.ts";
import { reportError } from "./failure-message.ts";
import { buildProgram } from "./program.ts";
import { loadServices, type Services } from "./services.ts";
import { type Interruption, watchSignals } from "./signals.ts";
import { type ColourChoice, colourChoices, openTerminal, type Stream, type Terminal } from "./terminal.ts";
import { usageHint } from "./usage-hint.ts";

export interface MainParts {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly services: Services;
  readonly interruption: (say: (text: string) => void) => Interruption;
  readonly nowMs: () => number;
  /** Given what leaves the terminal as it was, for the ends of the process that no command sees coming. */
  readonly whenLeaving?: (restore: () => void) => void;
}

/** Runs one command line and resolves to its exit code, whatever happens. */
export async function main(parts: MainParts): Promise<number> {
  const { argv, env } = parts;
  const [own, programArgs] = splitAtDoubleDash(argv);
  const terminal = openTerminal({ ...parts, colour: askedColour(own) });
  parts.whenLeaving?.(terminal.clear);
  let exitCode: number = exitCodes.answered;
  const context: CommandContext = {
    terminal,
    services: parts.services,
    directory: parts.directory,
    env,
    programArgs,
    version: packageVersion(),
    argv,
    interruption: parts.interruption(terminal.err),
    nowMs: parts.nowMs,
    exitWith: (code) => {
      exitCode = code;
    },
  };
  try {
    const program = await buildProgram(context, neededCommands(own));
    await program.parseAsync([...wordsToParse(own)], { from: "user" });
    return exitCode;
  } catch (error) {
    return codeOfError(error, terminal, own);
  }
}

/** What a command line can reach: nothing for the help of the whole, one command, or all where its mistakes are told. */
function neededCommands([first]: readonly string[]): readonly string[] | undefined {
  if (first === undefined || ["--help", "-h", "--version"].includes(first)) return [];
  return first !== "completion" && isCommand(first) ? [first] : undefined;
}

/** Help for a command that does not exist is told like the command itself: as an error, with what was meant. */
function wordsToParse(own: readonly string[]): readonly string[] {
  if (own.length === 0) return ["--help"];
  const [first, asked] = own;
  const known = asked === undefined || asked.startsWith("-") || asked === "help" || isCommand(asked);
  if (first === "help") return known ? own : [asked];
  return first === undefined || first.startsWith("-") || isCommand(first) ? own : [first];
}

function isCommand(word: string): boolean {
  return commandTable.some(({ name }) => name === word);
}

function codeOfError(error: unknown, terminal: Terminal, own: readonly string[]): number {
  if (!(error instanceof CommanderError)) return reportError(error, terminal, own.includes("--debug"));
  if (error.exitCode === 0) return exitCodes.answered;
  const hint = usageHint(error, own);
  if (hint !== undefined) terminal.err(`${terminal.errStyle.strong("help:")} ${printable(hint)}\n`);
  return exitCodes.usage;
}

function splitAtDoubleDash(
  argv: readonly string[],
): readonly [readonly string[], readonly string[] | undefined] {
  const at = argv.indexOf("--");
  return at === -1 ? [argv, undefined] : [argv.slice(0, at), argv.slice(at + 1)];
}

/** Read before the real parsing, so that its errors already follow it. */
function askedColour(argv: readonly string[]): ColourChoice {
  const at = argv.findIndex((word) => word === "--color" || word.startsWith("--color="));
  const word = argv[at] ?? "";
  const value = word.includes("=") ? word.slice("--color=".length) : argv[at + 1];
  return colourChoices.find((choice) => at !== -1 && choice === value) ?? "auto";
}

function packageVersion(): string {
  const text = readFileSync(join(packageDirectory(), "package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** The process around `main`: its streams, its signals, its exit. */
export async function runProcess(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever read our output has gone (head, a closed pager): nobody is left to tell.
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  process.exitCode = await main({
    argv: process.argv.slice(2),
    env: process.env,
    directory: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    services: loadServices(),
    interruption: (say) => watchSignals({ source: process, say, forceExit: (code) => process.exit(code) }),
    nowMs: Date.now,
    whenLeaving: (restore) => {
      process.once("exit", restore);
      process.on("SIGTSTP", () => {
        restore();
        process.kill(process.pid, "SIGSTOP");
      });
    },
  });
}
