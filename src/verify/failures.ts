import { Failure } from "../base/failure.ts";
import { formatDuration } from "../base/quantity.ts";
import { errorCode } from "../base/storage.ts";
import { shellCommand } from "../base/subprocess.ts";
import type { SubjectId } from "../model/case.ts";
import type { RunRequest, RunResult } from "../model/run.ts";
import { cpuTimeNs, exitPhrase } from "../model/run-exit.ts";
import type { DifferenceHint, OutputDifference } from "./difference.ts";

/** Two outputs that should be the same and are not. */
export function outputsDiffer(
  names: { readonly left: string; readonly right: string },
  difference: OutputDifference,
): Failure {
  return new Failure({
    code: "outputs-differ",
    exit: "outputsDiffer",
    message: `The programs do not do the same job: line ${difference.line} of the output differs.`,
    detail: bothLines(names, difference),
    help: differenceHelp(difference.hints),
  });
}

/** The expected output is right by definition, so here the program is wrong, not "the programs". */
export function notAsExpected(subject: SubjectId, path: string, difference: OutputDifference): Failure {
  return new Failure({
    code: "outputs-differ",
    exit: "outputsDiffer",
    message: `${subject} does not print the expected output: line ${difference.line} differs.`,
    detail: bothLines({ left: path, right: subject }, difference),
    help: differenceHelp(difference.hints),
  });
}

/** The file of the expected output is missing or may not be read. */
export function expectedUnreadable(path: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  return new Failure({
    code: "expected-output-unreadable",
    exit: "usage",
    message: `The expected output cannot be read: ${path} (${code}).`,
    help: "correct the path in the case file, or leave the expected output out",
  });
}

export interface Unstable {
  readonly subject: SubjectId;
  /** How many of `runs` equal runs differ from the first one. */
  readonly different: number;
  readonly runs: number;
}

/** One program whose equal runs print different things. */
export function notDeterministic(
  { subject, different, runs }: Unstable,
  difference: OutputDifference,
): Failure {
  return new Failure({
    code: "not-deterministic",
    exit: "outputsDiffer",
    message: `${subject} gives different output on equal runs (${different} of ${runs} differ, first at byte ${difference.byte}).`,
    detail: bothLines({ left: "first run", right: "later run" }, difference),
    help: `let it print the same every time: fix the seed, sort what comes out of a map or from threads, print no times, addresses or the path of the program itself; or compare = "none" (--compare none) if its output does not matter`,
  });
}

function bothLines(
  { left, right }: { readonly left: string; readonly right: string },
  difference: OutputDifference,
): string {
  const width = Math.max(left.length, right.length);
  return [
    `line ${difference.line}, byte ${difference.byte}:`,
    `  ${left.padEnd(width)} | ${difference.left}`,
    `  ${right.padEnd(width)} | ${difference.right}`,
  ].join("\n");
}

const hintHelp: Readonly<Record<DifferenceHint, string>> = {
  numeric: `only numbers differ: if that is rounding, use compare = "numeric" and a tolerance (--compare numeric --tolerance 1e-9)`,
  order: "the same lines come in another order: let both programs sort before they print",
  "line ends": "only the ends of the lines differ (CR LF against LF): let both print \\n",
  "last line end": "only the line feed at the very end differs: let both programs print it, or none",
};

function differenceHelp(hints: readonly DifferenceHint[]): string {
  const known = hints.map((hint) => hintHelp[hint]).join("; ");
  return known === ""
    ? "make both programs print the same for the same input, then run perfgap again"
    : known;
}

/** Where the limit of a run comes from. */
export type LimitSource = "given" | "before the first run" | "from the first run";

const limitWords: Readonly<Record<LimitSource, string>> = {
  given: "the limit that was given",
  "before the first run": "the limit of a first run",
  "from the first run": "limit: 10x the first run",
};

export interface FailedRun {
  readonly subject: SubjectId;
  readonly request: RunRequest;
  readonly result: RunResult;
  /** Start of what it wrote to stdout, for programs that complain there. */
  readonly stdoutStart: string;
  readonly limit: LimitSource;
}

/** Words of a program that wants to be called in another way. */
const callWords =
  /usage|argument|operand|expected|missing|required|must (give|supply|specify)|input|stdin|EOF/i;
const atOnceNs = 1e9;

/** A baseline that does not do its work; the message follows what kind of end it came to. */
export function programFailed(run: FailedRun): Failure {
  const { exit } = run.result;
  if (exit.kind === "exited") return endedWithError(run, exit.code);
  const about = { exit: "programFailed", ...detailOf(run) } as const;
  const message = `${run.subject} ${exitPhrase(exit)}`;
  switch (exit.kind) {
    case "timedOut":
      return timedOut(run);
    case "signaled":
      return new Failure({ ...about, code: "program-crashed", message: `${message}.`, help: byHand(run) });
    case "flooded":
      return new Failure({
        ...about,
        code: "output-flood",
        message: `${message} and was ended.`,
        help: "let it print a result or a checksum instead of everything, or give it less work",
      });
    case "notStarted":
      return new Failure({
        ...about,
        code: "program-not-started",
        message: `${message}.`,
        help: notStartedHelp(exit.errno),
      });
  }
}

function endedWithError(run: FailedRun, code: number): Failure {
  const { subject, request, result } = run;
  const words = complaintOf(run);
  const wantsOtherCall =
    callWords.test(words) || (words === "" && request.argv.length === 1 && request.stdinPath === undefined);
  const soon = result.wallTimeNs < atOnceNs ? " at once" : "";
  return new Failure({
    code: wantsOtherCall ? "program-wants-input" : "program-failed",
    exit: "programFailed",
    message: `${subject} ended with code ${code}${soon}${words === "" ? "" : ` and printed ${JSON.stringify(words)}`}.`,
    ...detailOf(run),
    help: wantsOtherCall
      ? "give it its arguments after --, such as: -- input.txt   or a file to read: --stdin input.txt"
      : byHand(run),
  });
}

function timedOut(run: FailedRun): Failure {
  const { subject, request, result } = run;
  const cpuNs = cpuTimeNs(result);
  const waits = cpuNs !== undefined && cpuNs < 0.02 * result.wallTimeNs;
  return new Failure({
    code: waits ? "program-waits" : "timeout",
    exit: "programFailed",
    message: `${subject} did not end in ${formatDuration(request.timeoutMs)} (${limitWords[run.limit]})${waits ? " and used almost no processor time: it waits for something" : ""}.`,
    ...detailOf(run),
    help: waits
      ? "if it waits for input, give it a file: --stdin input.txt; a server must end by itself"
      : "allow more time: --timeout 5m; or give it less work",
  });
}

/** The line that tells most: one about how to call it, else the last one of stderr. */
function complaintOf({ result, stdoutStart }: FailedRun): string {
  const lines = (text: string) =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  const errors = lines(result.stderrTail);
  const line = [...errors, ...lines(stdoutStart)].find((each) => callWords.test(each)) ?? errors.at(-1) ?? "";
  return line.slice(0, 160);
}

function detailOf({ result, stdoutStart }: FailedRun): { readonly detail?: string } {
  const detail = result.stderrTail.trim() === "" ? stdoutStart.trim() : result.stderrTail.trim();
  return detail === "" ? {} : { detail: detail.slice(-2000) };
}

function byHand({ request }: FailedRun): string {
  const input = request.stdinPath === undefined ? "" : ` < ${shellCommand([request.stdinPath])}`;
  const folder = shellCommand(["cd", request.workingDirectory]);
  return `run it by hand: (${folder} && ${shellCommand(request.argv)}${input})`;
}

function notStartedHelp(errno: string): string {
  switch (errno) {
    case "ENOENT":
      return "check that the program, its working folder and its interpreter exist (a script's first line may name one that is missing)";
    case "EACCES":
      return "make it executable (chmod +x), on a file system that is not mounted noexec";
    case "E2BIG":
      return "its arguments and environment are too long: pass the data in a file with --stdin";
    case "ENOMEM":
    case "EAGAIN":
      return "the machine has no memory or processes left: stop other work and try again";
    case "ENOEXEC":
      return "it is no program for this machine: built for another processor or system, or a script without a first line such as #!/bin/sh (see: file PROGRAM)";
    default:
      return "try to start it by hand from a shell";
  }
}
