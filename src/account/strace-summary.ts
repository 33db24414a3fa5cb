import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { findExecutable } from "../base/find-executable.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Runner, RunRequest } from "../model/run.ts";
import { exitProblem } from "./record-runs.ts";

export interface SystemCalls {
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
}

/**
 * Reads the table of `strace -c`: "% time  seconds  usecs/call  calls  errors  syscall". Lines that are no row are
 * skipped; the error says that there was no row at all. Its times are strace's own and are not read.
 */
export function parseStraceSummary(text: string): Result<readonly SystemCalls[], string> {
  const rows = text.split("\n").flatMap((line) => {
    const match = /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:(\d+)\s+)?([a-z_]\w*)\s*$/.exec(line.slice(0, 300));
    if (match?.[1] === undefined || match[3] === undefined || match[3] === "total") return [];
    return [{ name: match[3], calls: Number(match[1]), errors: Number(match[2] ?? 0) }];
  });
  return rows.length === 0
    ? err("strace printed no table")
    : ok(rows.sort((left, right) => right.calls - left.calls));
}

/**
 * System calls of one run by strace, which makes a program with many of them several times slower: only on demand,
 * and never beside a timed run.
 */
export async function countSystemCalls(
  run: RunRequest,
  runner: Runner,
  workDirectory: string,
): Promise<Result<readonly SystemCalls[], string>> {
  const strace = await findExecutable("strace");
  if (strace === undefined) return err("strace is not installed");
  const path = join(workDirectory, "system-calls.txt");
  const result = await runner.run({ ...run, argv: [strace, "-c", "-f", "-o", path, "--", ...run.argv] });
  const text = await readFile(path, "utf8").catch(() => "");
  await rm(path, { force: true });
  const problem = exitProblem(result);
  return problem === undefined ? parseStraceSummary(text) : err(problem);
}
