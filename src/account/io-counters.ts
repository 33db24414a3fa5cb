import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { findExecutable } from "../base/find-executable.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Facts } from "../model/evidence.ts";
import type { CountingRun } from "./counted-run.ts";
import { exitProblem } from "./record-runs.ts";

/** What a process and the children that it waited for read and wrote (proc(5), /proc/PID/io). */
export interface IoCounters {
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly readCalls: number;
  readonly writeCalls: number;
}

/** Reads /proc/PID/io; the error says that a counter is not there. Pure. */
export function parseIoCounters(text: string): Result<IoCounters, string> {
  const counterOf = (name: string) => {
    const digits = new RegExp(`^${name}: (\\d{1,16})$`, "m").exec(text.slice(0, 2000))?.[1];
    return digits === undefined || !Number.isSafeInteger(Number(digits)) ? undefined : Number(digits);
  };
  const [readBytes, writtenBytes] = [counterOf("rchar"), counterOf("wchar")];
  const [readCalls, writeCalls] = [counterOf("syscr"), counterOf("syscw")];
  return readBytes === undefined ||
    writtenBytes === undefined ||
    readCalls === undefined ||
    writeCalls === undefined
    ? err("the kernel does not count bytes read and written")
    : ok({ readBytes, writtenBytes, readCalls, writeCalls });
}

/** A shell waits for the program and then looks at its own counters, which hold those of children that have ended. */
const script = '"$@"; code=$?; cat "/proc/$$/io" > "$0"; exit $code';

/**
 * Bytes and calls of one untimed run, what a program that does nothing reads and writes taken away:
 * `input.bytes`, `reads.calls`, `writes.calls`, `writes.bytesPerCall`. Files that are mapped into memory are not seen.
 * Bytes are right to a few kilobytes: dynamic libraries are read in part. The error says why they cannot be told.
 */
export async function countInputAndOutput(request: CountingRun): Promise<Result<Facts, string>> {
  const idle = await findExecutable("true");
  if (idle === undefined) return err("there is no program that does nothing to compare with");
  const nothing = await look({ ...request, run: { ...request.run, argv: [idle] } });
  if (!nothing.ok) return nothing;
  const program = await look(request);
  if (!program.ok) return program;
  const more = (counter: keyof IoCounters) => Math.max(0, program.value[counter] - nothing.value[counter]);
  const writeCalls = more("writeCalls");
  return ok({
    "input.bytes": more("readBytes"),
    "reads.calls": more("readCalls"),
    "writes.calls": writeCalls,
    ...(writeCalls === 0 ? {} : { "writes.bytesPerCall": more("writtenBytes") / writeCalls }),
  });
}

async function look({
  run,
  runner,
  workDirectory,
  signal,
}: CountingRun): Promise<Result<IoCounters, string>> {
  const path = join(workDirectory, "input-output.txt");
  const argv = ["/bin/sh", "-c", script, path, ...run.argv];
  const result = await runner.run({ ...run, argv }, signal);
  const text = await readFile(path, "utf8").catch(() => "");
  await rm(path, { force: true });
  const problem = exitProblem(result, "the program started by a shell");
  return problem === undefined ? parseIoCounters(text) : err(problem);
}
