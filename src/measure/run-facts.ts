import { median } from "../base/statistics.ts";
import type { Facts } from "../model/evidence.ts";
import type { RunResult } from "../model/run.ts";
import { cpuTimeNs } from "../model/run-exit.ts";

/** Facts of a baseline from its runs: medians. A counter that some run lacks gives no fact. */
export function runFacts(results: readonly RunResult[], threads: number | undefined): Facts {
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
  add("faults.minor", (result) => result.minorFaults);
  if (threads !== undefined && threads > 0) facts["threads.max"] = threads;
  return facts;
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value * by;
}
