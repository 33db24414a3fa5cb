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
  const left = leftMs < leastLeftMs ? "nothing of the budget is" : `${timeText(leftMs)} of the budget are`;
  return `it takes about ${timeText(neededMs)} and ${left} left for it`;
}

/** Less is no time that anything could be done in. */
const leastLeftMs = 1;

/** A time that is not nothing is never told as 0. */
function timeText(milliseconds: number): string {
  return milliseconds < 950
    ? `${Math.max(1, Math.round(milliseconds))} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}
