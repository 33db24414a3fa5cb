import { median } from "../base/statistics.ts";
import type { Facts } from "../model/evidence.ts";
import type { RunResult } from "../model/run.ts";
import { cpuTimeNs } from "../model/run-exit.ts";

/** What only a run whose threads are looked at tells. */
export type SampledRun = Pick<RunResult, "maxThreads" | "allowedProcessors">;

/** Facts of a baseline from its runs: medians. A counter that some run lacks gives no fact. */
export function runFacts(
  results: readonly RunResult[],
  { maxThreads, allowedProcessors }: SampledRun = {},
): Facts {
  const facts: Record<string, number> = {};
  const add = (name: string, counterOf: (result: RunResult) => number | undefined) => {
    const values = results.flatMap((result) => counterOf(result) ?? []);
    if (values.length === results.length && values.length > 0) facts[name] = median(values);
  };
  add("cpu.seconds", (result) => scaled(cpuTimeNs(result), 1e-9));
  add("cpu.parallelism", (result) => scaled(cpuTimeNs(result), 1 / Math.max(1, result.wallTimeNs)));
  add("writes.calls", (result) => result.writeCalls);
  add("reads.calls", (result) => result.readCalls);
  add("output.bytes", (result) => result.stdoutBytes);
  add("rss.maxBytes", (result) => result.maxRssBytes);
  add("switches.voluntary", (result) => result.voluntarySwitches);
  add("faults.minor", (result) => result.minorFaults);
  if (maxThreads !== undefined && maxThreads > 0) facts["threads.max"] = maxThreads;
  if (allowedProcessors !== undefined) facts["processors.allowed"] = allowedProcessors;
  return facts;
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value * by;
}
