import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { findExecutable } from "../base/find-executable.ts";
import type { CountingRun } from "./counted-run.ts";

/** What programs without an input find on descriptor 0, by every runner. */
export const emptyInput = "/dev/null";

/**
 * Whether a program whose case gives it no standard input read it in one untimed run, and found its end at once. False
 * wherever that was not seen for certain, which is also where strace may not trace.
 */
export async function readsEmptyInput(
  { run, runner, workDirectory, signal }: CountingRun,
  strace: string,
): Promise<boolean> {
  const path = join(workDirectory, "standard-input.txt");
  const argv = [strace, ...options, "-o", path, "--", ...run.argv];
  try {
    await runner.run({ ...run, argv }, signal);
    // However the run ended: what a program read it has read.
    return readEndOfInput(await readFile(path, "utf8").catch(() => ""));
  } catch (error) {
    // The next run tells of the interruption in words.
    if (signal?.aborted === true) return false;
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

/** Undefined where strace is missing or another counter is forced. */
export async function findInputTracer(
  forced: string | undefined = process.env["PERFGAP_SYSTEM_CALLS"],
): Promise<string | undefined> {
  return forced === "none" || forced === "perf" ? undefined : findExecutable("strace");
}

/**
 * Reads of /dev/null, and what puts another file in the place of descriptor 0. Not every processor has dup2. With its
 * filter in the kernel other calls cost nothing: half a million writes took 7.2 s without, 0.1 s with it.
 */
const options = [
  ...["-f", "--seccomp-bpf", "-qq", "-y", "-v", "-e", "signal=none", "-P", emptyInput],
  ...["-e", "trace=read,readv,pread64,preadv,preadv2,close,?dup2,dup3"],
];

/** Longer traces are of programs that read their input again and again; its start tells that as well. */
const mostLines = 100_000;

/**
 * Whether a trace of the options above shows a read of descriptor 0 that asked for bytes and got none. Only lines
 * before the first close or exchange of a descriptor 0 count: of later ones it is not known that what they read is
 * what the program was given, and not a file that a script put there. Pure.
 */
export function readEndOfInput(trace: string): boolean {
  const begun = new Set<string>();
  for (const line of trace.split("\n", mostLines)) {
    const { process = "", call = "" } = /^(?<process>\d+)\s+(?<call>.*)$/.exec(line)?.groups ?? {};
    if (/^(?:close\(0\b|dup[23]\(\d+(?:<[^>]*>)?, 0\b)/.test(call)) return false;
    const read = /^p?readv?(?:2|64)?\(0<\/dev\/null>, (.*)$/.exec(call)?.[1];
    if (read?.endsWith("<unfinished ...>") === true) {
      begun.add(process);
      continue;
    }
    const resumed = /^<\.\.\. p?readv?(?:2|64)? resumed>(.*)$/.exec(call)?.[1];
    const ended = resumed === undefined || begun.delete(process) ? (read ?? resumed) : undefined;
    if (ended !== undefined && foundTheEnd(ended)) return true;
  }
  return false;
}

/** `"", 4096) = 0` or `[{iov_base="", iov_len=4096}], 1) = 0`: a read of no bytes gets none anywhere. */
function foundTheEnd(call: string): boolean {
  return /\)\s+= 0$/.test(call) && /^"", [1-9]\d*[,)]|\biov_len=[1-9]/.test(call);
}
