import type { CountingRun } from "../account/counted-run.ts";
import type { PilotSubject } from "../measure/pilot-subject.ts";
import { runRequest } from "../model/invocation.ts";
import type { VerifiedBaseline } from "./baselines.ts";
import { scratchDirectory } from "./scratch.ts";
import type { Workbench } from "./workbench.ts";

/** The baseline that untimed runs look into, and the time that is left for them. */
export interface Counting {
  readonly bench: Workbench;
  readonly baseline: VerifiedBaseline;
  readonly pilot: PilotSubject;
  /** Milliseconds that may still be spent on runs of this subject. */
  remainingMs(): number;
}

export function countingRun(counting: Counting): CountingRun {
  const { bench, baseline, pilot } = counting;
  const timeoutMs = Math.ceil(Math.min(4 * pilot.timeoutMs, Math.max(5000, 3 * counting.remainingMs())));
  return {
    run: runRequest(baseline.invocation, bench.surroundings, timeoutMs),
    runner: bench.runner,
    workDirectory: scratchDirectory(bench.run.directory),
    signal: bench.options.kill,
  };
}

/** Why a run that is this much longer than an ordinary one is not made; undefined where it fits. */
export function shortOfTime(counting: Counting, times: number): string | undefined {
  const neededMs = (times * counting.pilot.typicalWallTimeNs) / 1e6;
  const leftMs = counting.remainingMs();
  if (neededMs <= leftMs) return undefined;
  return `it takes about ${seconds(neededMs)} and ${seconds(Math.max(0, leftMs))} of the budget are left for it`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
