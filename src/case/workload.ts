import { statSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "../base/failure.ts";
import { present } from "../base/present.ts";
import { printable } from "../base/printable.ts";
import { parseDurationMs } from "../base/quantity.ts";
import type { Comparison, SmallerInput, TrainingInput, Workload } from "../model/case.ts";
import type { ReadCaseFile } from "./case-file.ts";
import type { KeyPath } from "./positions.ts";

/** What the command line says about the workload; each part that is there wins over the case file. */
export interface WorkloadInput {
  readonly directory: string;
  readonly args?: readonly string[];
  readonly stdinPath?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly timeoutMs?: number;
  readonly compare?: Comparison;
}

/** What a case is given that says nothing of its workload. */
export const emptyWorkload: Workload = { args: [], env: {}, compare: { kind: "exact" } };

/** The workload that a case file describes. Throws the complaint that points at its line. */
export async function fileWorkload(file: ReadCaseFile): Promise<Workload> {
  const { content } = file;
  await refuseNul(file);
  return {
    args: content.args ?? [],
    env: content.env ?? {},
    compare: await comparison(file),
    ...present({
      stdinPath: await readableFile(file, content.stdin, ["stdin"]),
      expectedOutputPath: await readableFile(file, content.expected, ["expected"]),
      workingDirectory: await folder(file),
      timeoutMs: await timeout(file),
      smaller: await smallerInput(file),
      training: await trainingInput(file),
    }),
  };
}

async function refuseNul(file: ReadCaseFile): Promise<void> {
  const { args, smaller, training } = file.content;
  await refuseNulIn(file, args, ["args"]);
  await refuseNulIn(file, smaller?.args, ["smaller", "args"]);
  await refuseNulIn(file, training?.args, ["training", "args"]);
}

async function refuseNulIn(
  file: ReadCaseFile,
  words: readonly string[] | undefined,
  at: KeyPath,
): Promise<void> {
  const index = (words ?? []).findIndex((word) => word.includes("\0"));
  if (index !== -1)
    throw await file.complain([...at, index], "an argument of a program cannot hold a NUL character");
}

async function smallerInput(file: ReadCaseFile): Promise<SmallerInput | undefined> {
  const { smaller } = file.content;
  if (smaller === undefined) return undefined;
  const { args, stdin, factor } = smaller;
  if (args === undefined && stdin === undefined)
    throw await file.complain(["smaller"], "smaller needs args or stdin: with neither, the job is the same");
  return {
    factor,
    ...present({ args, stdinPath: await readableFile(file, stdin, ["smaller", "stdin"]) }),
  };
}

async function trainingInput(file: ReadCaseFile): Promise<TrainingInput | undefined> {
  const { training, args: measuredArgs = [], stdin: measuredStdin } = file.content;
  if (training === undefined) return undefined;
  const { args, stdin } = training;
  if (sameWords(args ?? measuredArgs, measuredArgs) && (stdin ?? measuredStdin) === measuredStdin)
    throw await file.complain(
      ["training"],
      "training has the input that is measured: what is learnt from it would look better than it is",
      "give it other args or another stdin, or leave it out",
    );
  return present({ args, stdinPath: await readableFile(file, stdin, ["training", "stdin"]) });
}

function sameWords(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((word, index) => word === right[index]);
}

async function timeout(file: ReadCaseFile): Promise<number | undefined> {
  const written = file.content.timeout;
  if (written === undefined) return undefined;
  const timeoutMs = parseDurationMs(String(written));
  if (timeoutMs !== undefined) return timeoutMs;
  const shown = printable(String(written));
  throw await file.complain(["timeout"], `timeout must be a time such as "60s" or "5m", got "${shown}"`);
}

async function folder(file: ReadCaseFile): Promise<string | undefined> {
  const written = file.content.cwd;
  if (written === undefined) return undefined;
  const path = resolve(file.directory, written);
  if (isDirectory(path)) return path;
  throw await file.complain(["cwd"], `cwd "${printable(written)}" is not a folder`);
}

/** Differences in the last places of a double, summed in another order, stay below this. */
const defaultTolerance = 1e-9;

async function comparison(file: ReadCaseFile): Promise<Comparison> {
  const { compare: kind = "exact", tolerance } = file.content;
  if (kind === "numeric") return { kind, tolerance: tolerance ?? defaultTolerance };
  if (tolerance === undefined) return { kind };
  throw await file.complain(
    ["tolerance"],
    'tolerance has a meaning only with compare = "numeric"',
    'add compare = "numeric", or leave tolerance out',
  );
}

async function readableFile(
  file: ReadCaseFile,
  written: string | undefined,
  at: KeyPath,
): Promise<string | undefined> {
  if (written === undefined) return undefined;
  const path = resolve(file.directory, written);
  const problem = fileProblem(path);
  if (problem === undefined) return path;
  throw await file.complain(at, `${at.join(".")} "${printable(written)}" ${problem}`);
}

function fileProblem(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return "does not exist";
  return stats.isDirectory() ? "is a folder, not a file" : undefined;
}

/** False for what does not exist, too. */
export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * The workload with what the command line says in place of what stood there; variables are added one by one. A smaller
 * job goes with the input that it is smaller than, an input for training as soon as it is the measured one.
 */
export function overrideWorkload(workload: Workload, input: WorkloadInput): Workload {
  const { smaller, training, ...rest } = workload;
  const sameInput = input.args === undefined && input.stdinPath === undefined;
  return {
    ...rest,
    ...(sameInput ? present({ smaller }) : {}),
    ...(trainsOnMeasured(workload, input) ? {} : present({ training })),
    ...present({
      args: input.args,
      compare: input.compare,
      timeoutMs: input.timeoutMs,
      stdinPath: inputFile(input),
      workingDirectory: inputFolder(input),
    }),
    env: { ...workload.env, ...input.env },
  };
}

function trainsOnMeasured({ args, stdinPath, training }: Workload, input: WorkloadInput): boolean {
  const measured = { args: input.args ?? args, stdinPath: inputFile(input) ?? stdinPath };
  return (
    sameWords(training?.args ?? measured.args, measured.args) &&
    (training?.stdinPath ?? measured.stdinPath) === measured.stdinPath
  );
}

function inputFile({ directory, stdinPath }: WorkloadInput): string | undefined {
  if (stdinPath === undefined) return undefined;
  if (stdinPath === "-")
    throw new Failure({
      code: "stdin",
      exit: "usage",
      message:
        "--stdin needs a file: every run reads it anew, and what perfgap itself is given can be read once.",
      help: "keep it in a file first: cat > input.txt, then --stdin input.txt (a file that is called -: --stdin ./-)",
    });
  const path = resolve(directory, stdinPath);
  const problem = fileProblem(path);
  if (problem === undefined) return path;
  throw usage("stdin", `--stdin ${printable(stdinPath)} ${problem}.`);
}

function inputFolder({ directory, workingDirectory }: WorkloadInput): string | undefined {
  if (workingDirectory === undefined) return undefined;
  const path = resolve(directory, workingDirectory);
  if (isDirectory(path)) return path;
  throw usage("cwd", `--cwd ${printable(workingDirectory)} is not a folder.`);
}

function usage(code: string, message: string): Failure {
  return new Failure({ code, exit: "usage", message });
}
