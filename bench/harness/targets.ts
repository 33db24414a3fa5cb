import { median } from "../../src/base/statistics.ts";
import type { Batch, Batches } from "./contest.ts";
import type { SameTwice, Verdict } from "./same-twice.ts";

/** One target against hyperfine: a ratio, ours over theirs, from one interleaved run. */
export interface Target {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly theirs: number;
  /** ours / theirs; null when theirs is 0 or unknown. */
  readonly today: number | null;
  readonly target: string;
  /** null: this run is too small, or could not tell. */
  readonly holds: boolean | null;
  /** Runs or repeats on each side. */
  readonly count: number;
}

export function startUpTargets(start: Batches, smallest: Batches): readonly Target[] {
  const count = all(start.ours).length;
  const memory = (batches: readonly Batch[]) => batches.flatMap((batch) => batch.peakMemoryBytes);
  const micro = (seconds: number) => seconds * 1e6;
  return [
    target({
      id: "T1",
      what: "median wall time of /bin/true, all features on",
      unit: "us",
      ours: micro(median(all(start.ours))),
      theirs: micro(median(all(start.theirs))),
      count,
      ...atMost(1.05),
    }),
    target({
      id: "T2",
      what: "interquartile range of the same",
      unit: "us",
      ours: micro(quartileRange(all(start.ours))),
      theirs: micro(quartileRange(all(start.theirs))),
      count,
      ...atMost(1.25),
      isEnough: count >= 2000,
    }),
    target({
      id: "T6",
      what: "peak memory floor, smallest program",
      unit: "KB",
      ours: smallestOf(memory(smallest.ours)) / 1024,
      theirs: smallestOf(memory(smallest.theirs)) / 1024,
      count: all(smallest.ours).length,
      ...atMost(0.5),
    }),
  ];
}

export function loopTarget(loop: Batches): Target {
  return target({
    id: "T7",
    what: "median wall time of a 50 ms loop",
    unit: "ms",
    ours: 1e3 * median(all(loop.ours)),
    theirs: 1e3 * median(all(loop.theirs)),
    count: all(loop.ours).length,
    target: "0.99-1.01",
    isMet: (ratio) => ratio >= 0.99 && ratio <= 1.01,
  });
}

export function sameTwiceTargets({ ours, theirs }: SameTwice): readonly Target[] {
  const falseRate = (verdicts: readonly Verdict[]) =>
    (100 * verdicts.filter(({ isFalse }) => isFalse).length) / verdicts.length;
  const error = (verdicts: readonly Verdict[], metric: "wall" | "cpu") =>
    100 * Math.sqrt(verdicts.reduce((sum, verdict) => sum + verdict[metric] ** 2, 0) / verdicts.length);
  const count = ours.length;
  return [
    target({
      id: "T3",
      what: "false differences, same program twice, 20 runs a side",
      unit: "%",
      ours: falseRate(ours),
      theirs: falseRate(theirs),
      count,
      target: "<= 0.3 and <= 8 %",
      isMet: (ratio) => ratio <= 0.3 && falseRate(ours) <= 8,
      isEnough: count >= 200,
    }),
    target({
      id: "T4",
      what: "rms error of the wall time ratio",
      unit: "%",
      ours: error(ours, "wall"),
      theirs: error(theirs, "wall"),
      count,
      ...atMost(0.35),
    }),
    target({
      id: "T5",
      what: "rms error of the CPU time ratio",
      unit: "%",
      ours: error(ours, "cpu"),
      theirs: error(theirs, "cpu"),
      count,
      ...atMost(0.35),
    }),
  ];
}

interface Parts extends Omit<Target, "today" | "holds"> {
  readonly isMet: (ratio: number) => boolean;
  /** Whether so few runs can tell at all. */
  readonly isEnough?: boolean;
}

function target({ isMet, isEnough = true, ...parts }: Parts): Target {
  const ratio = parts.ours / parts.theirs;
  const today = Number.isFinite(ratio) ? ratio : null;
  return { ...parts, today, holds: today === null || !isEnough ? null : isMet(today) };
}

function atMost(limit: number): Pick<Parts, "target" | "isMet"> {
  return { target: `<= ${limit}`, isMet: (ratio) => ratio <= limit };
}

function all(batches: readonly Batch[]): readonly number[] {
  return batches.flatMap((batch) => batch.wallSeconds);
}

function smallestOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : Math.min(...values);
}

/** Difference of the quartiles, each the median of a half. */
export function quartileRange(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const half = Math.ceil(sorted.length / 2);
  return median(sorted.slice(-half)) - median(sorted.slice(0, half));
}

export function formatTarget({
  id,
  what,
  unit,
  ours,
  theirs,
  today,
  target: limit,
  holds,
  count,
}: Target): string {
  const number = (value: number) => `${value.toPrecision(3)} ${unit}`;
  const ratio = today === null ? "-" : today.toFixed(3);
  const word = holds === null ? "cannot tell" : holds ? "holds" : "FAILS";
  return [
    id,
    what.padEnd(54),
    number(ours).padStart(11),
    number(theirs).padStart(11),
    ratio.padStart(7),
    limit.padEnd(18),
    word.padEnd(11),
    `n=${count}`,
  ].join("  ");
}
