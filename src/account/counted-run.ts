import { median } from "../base/statistics.ts";
import type { Facts } from "../model/evidence.ts";
import type { Runner, RunRequest, RunResult } from "../model/run.ts";
import { cpuTimeNs } from "../model/run-exit.ts";

/** An untimed run in which something is counted. */
export interface CountingRun {
  /** One baseline run as it would be timed; argv[0] is the executable. */
  readonly run: RunRequest;
  readonly runner: Runner;
  /** What the counters write is put here and removed when read. */
  readonly workDirectory: string;
  readonly signal?: AbortSignal;
}

export interface Counted {
  readonly facts: Facts;
  /** CPU time of the runs that were counted in; empty where the runner cannot tell. */
  readonly cpuTimesNs: readonly number[];
}

/** Facts of several counted runs: medians of what each of them has. Empty for no run. */
export function mergeCounted(
  runs: readonly { readonly facts: Facts; readonly result: RunResult }[],
): Counted {
  const [first] = runs;
  const shared = Object.keys(first?.facts ?? {}).filter((name) =>
    runs.every(({ facts }) => facts[name] !== undefined),
  );
  return {
    facts: Object.fromEntries(
      shared.map((name) => [name, median(runs.flatMap(({ facts }) => facts[name] ?? []))]),
    ),
    cpuTimesNs: runs.flatMap(({ result }) => cpuTimeNs(result) ?? []),
  };
}
