import type { Facts, Relevance } from "../plugin.ts";

/** The factor can matter; `weight` is a rough guess of its effect on log time. */
export function relevant(weight: number, reason: string): Relevance {
  return { verdict: "in", reason, weight };
}

/** Evidence at hand says that the factor has nothing to act on. */
export function irrelevant(reason: string): Relevance {
  return { verdict: "out", reason, weight: 0 };
}

/** The facts that would tell were not measured; `weight` is what the factor is worth where it was seen at all. */
export function undecided(weight: number, reason: string): Relevance {
  return { verdict: "unknown", reason, weight };
}

/** Log time that is saved when a share (0-1) of the time goes away. Shares above 0.95 count as 0.95. */
export function logTimeOfShare(share: number): number {
  return -Math.log(1 - Math.min(Math.max(share, 0), 0.95));
}

/** "12 %", "0.4 %". */
export function percent(share: number): string {
  const value = share * 100;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** "1 call", "1200 calls". */
export function count(value: number, singular: string, plural = `${singular}s`): string {
  return `${value} ${value === 1 ? singular : plural}`;
}

/** Even at a hundred nanoseconds each these take no millisecond; large blocks are another matter, for their pages. */
const fewAllocations = 10_000;
const fewBytes = 10e6;

/** Why allocating cannot matter, by what was counted; undefined where it can, or was not counted. */
export function tooFewAllocations(facts: Facts): string | undefined {
  const { "allocations.count": allocations, "allocations.bytes": bytes } = facts;
  if (allocations === undefined || bytes === undefined) return undefined;
  return allocations < fewAllocations && bytes < fewBytes
    ? `${count(allocations, "allocation")} of ${(bytes / 1e6).toFixed(1)} MB in all are too few to matter`
    : undefined;
}

/** Share of the processor time that a collector takes: from a profile, else from its own account, else its estimate. */
export function collectorShare(facts: Facts): number | undefined {
  const { "profile.share.gc": profiled, "gc.cpuSeconds": seconds, "cpu.seconds": total } = facts;
  if (profiled !== undefined) return profiled;
  if (seconds !== undefined && total !== undefined && total > 0) return Math.min(1, seconds / total);
  return facts["gc.cpuShare"];
}

/** Of a fast machine: 1.8 microseconds were measured in a virtual one. */
const secondsPerFault = 0.3e-6;

/** Share of the processor time that page faults take: of a profile, at least what their number makes likely. */
export function pageFaultShare(facts: Facts): number | undefined {
  const { "profile.share.page-faults": profiled, "faults.minor": faults, "cpu.seconds": total } = facts;
  const counted =
    faults === undefined || total === undefined || total <= 0
      ? undefined
      : Math.min(1, (faults * secondsPerFault) / total);
  if (profiled === undefined || counted === undefined) return profiled ?? counted;
  // A profiler that may not look into the kernel sees no faults.
  return Math.max(profiled, counted);
}
