import { emptyInput, findInputTracer, readsEmptyInput } from "../account/empty-input.ts";
import type { SubjectId } from "../model/case.ts";
import { runRequest } from "../model/invocation.ts";
import type { Warning } from "../model/report.ts";
import type { ReferenceOutput } from "../verify/verify-outputs.ts";
import type { Baseline } from "./baselines.ts";
import { scratchDirectory } from "./scratch.ts";
import { titlesOf } from "./subject-title.ts";
import type { Workbench } from "./workbench.ts";

/** A program that misses its input ends soon; looking into longer runs would take time from those that are timed. */
const longestLookedAtNs = 200e6;
/** Ten times the longest run: what strace costs a program with a system call every few microseconds. */
const limitMs = 2000;

/** One doubt that names the programs that read a standard input which the case does not give. */
export async function emptyInputWarnings(
  bench: Workbench,
  baselines: readonly Baseline[],
  references: readonly ReferenceOutput[],
): Promise<readonly Warning[]> {
  if (bench.surroundings.workload.stdinPath !== undefined) return [];
  const strace = await findInputTracer();
  if (strace === undefined) return [];
  const readers: SubjectId[] = [];
  for (const [index, { invocation }] of baselines.entries()) {
    const wallTimeNs = references[index]?.shortestWallTimeNs;
    if (wallTimeNs === undefined || wallTimeNs > longestLookedAtNs) continue;
    const looked = {
      run: runRequest(invocation, bench.surroundings, limitMs),
      runner: bench.runner,
      workDirectory: scratchDirectory(bench.run.directory),
      signal: bench.options.kill,
    };
    if (await readsEmptyInput(looked, strace)) readers.push(invocation.subject.id);
  }
  if (readers.length === 0) return [];
  return [
    {
      code: "empty-input",
      appliesTo: readers.join(", "),
      message: `${readers.map(titlesOf(bench.contenders)).join(" and ")} read ${readers.length === 1 ? "its" : "their"} standard input, which is empty: give a file with --stdin FILE. If it is meant to be empty, --stdin ${emptyInput} says so.`,
    },
  ];
}
