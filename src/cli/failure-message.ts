import { exitCodes, Failure } from "../base/failure.ts";
import { printable, printableLines } from "../base/printable.ts";
import type { Terminal } from "./terminal.ts";

/** Lines of another tool that are shown; a build can fail with thousands. */
const detailLines = 40;

/** Tells of anything that was thrown and returns the exit code. A stack trace only with `debug`. */
export function reportError(error: unknown, terminal: Terminal, debug: boolean): number {
  if (error instanceof Failure) {
    tellFailure(error, terminal);
    if (debug) terminal.err(`code: ${error.code}\n${printableLines(error.stack ?? "")}\n`);
    return exitCodes[error.exit];
  }
  const { errStyle, err } = terminal;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  err(`${errStyle.bad("bug:")} perfgap itself failed. ${printable(reason)}\n`);
  if (debug) err(`${printableLines(error instanceof Error ? (error.stack ?? "") : "")}\n`);
  err(
    debug
      ? "help: please report it with the lines above and what `perfgap doctor` prints\n"
      : "help: run the same command with --debug, and report what it prints with the output of `perfgap doctor`\n",
  );
  return exitCodes.bug;
}

function tellFailure(failure: Failure, { err, errStyle }: Terminal): void {
  err(`${errStyle.bad("error:")} ${printableLines(failure.message)}\n`);
  if (failure.detail !== undefined && failure.detail !== "") {
    const lines = printableLines(failure.detail).trimEnd().split("\n");
    err(`${lines.slice(0, detailLines).join("\n")}\n`);
    if (lines.length > detailLines) err(`... ${lines.length - detailLines} more lines\n`);
  }
  if (failure.help !== undefined) err(`${errStyle.strong("help:")} ${printableLines(failure.help)}\n`);
}
