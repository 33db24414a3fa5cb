import { mean, median } from "../base/statistics.ts";
import type { Profile } from "../model/profile.ts";

/** What looking at a program costs it: CPU time of runs that are looked into over that of ordinary ones. */
export interface Perturbation {
  readonly ratio: number;
  /** Standard error of its logarithm. */
  readonly error: number;
}

export interface OrdinaryRuns {
  readonly cpuTimeNs: number;
  /** Standard deviation of the log of one run, and how many `cpuTimeNs` is the middle of. */
  readonly sd: number;
  readonly runs: number;
}

/** undefined where a time is missing. */
export function perturbationOf(
  cpuTimesNs: readonly number[],
  ordinary: OrdinaryRuns | undefined,
): Perturbation | undefined {
  if (ordinary === undefined || !(ordinary.cpuTimeNs > 0) || cpuTimesNs.length === 0) return undefined;
  const ratio = median(cpuTimesNs) / ordinary.cpuTimeNs;
  return { ratio, error: ordinary.sd * Math.sqrt(1 / cpuTimesNs.length + 1 / ordinary.runs) };
}

/**
 * The same of a profile by perf, whose samples add up to the program's own CPU time (perf's is not in it). undefined for
 * other rungs: a Go program that samples itself loses signals.
 */
export function profilePerturbation(
  { rung, runs, periodNs }: Profile,
  ordinary: OrdinaryRuns | undefined,
): Perturbation | undefined {
  if (rung !== "perf" || runs.length === 0 || ordinary === undefined || !(ordinary.cpuTimeNs > 0))
    return undefined;
  const samples = mean(runs.map((run) => run.samples));
  const noise = ordinary.sd * Math.sqrt(1 / runs.length + 1 / ordinary.runs);
  const counting = samples > 0 ? 1 / Math.sqrt(samples * runs.length) : 0;
  return { ratio: (samples * periodNs) / ordinary.cpuTimeNs, error: Math.hypot(noise, counting) };
}

/** Whether a probe surely costs more than a tenth of the program's time: two standard errors beyond. */
export function disturbs({ ratio, error }: Perturbation): boolean {
  return Math.log(ratio) - 2 * error > Math.log(1.1);
}
