import { at, range } from "../../src/base/array.ts";
import type { Random } from "../../src/base/random.ts";
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
  /** 95 % interval of that ratio, from resampled batches or repeats. */
  readonly interval: readonly [number, number] | null;
  readonly target: string;
  /** null: the interval reaches both sides of the limit, or this run is too small for the question. */
  readonly holds: boolean | null;
  /** Runs or repeats on each side. */
  readonly count: number;
}

export function startUpTargets(start: Batches, smallest: Batches, random: Random): readonly Target[] {
  const parts = { unit: "us", draws: start.ours.length, count: runsIn(start.ours) };
  const micro = (statistic: (values: readonly number[]) => number) => (batches: readonly Batch[]) =>
    statistic(batches.flatMap(({ wallSeconds }) => wallSeconds)) * 1e6;
  const floor = (batches: readonly Batch[]) => {
    const peaks = batches.flatMap(({ peakMemoryBytes }) => peakMemoryBytes);
    return peaks.length === 0 ? Number.NaN : Math.min(...peaks) / 1024;
  };
  return [
    judge(random, {
      ...parts,
      id: "T1",
      what: "median wall time of /bin/true, all features on",
      ...sides(start, micro(median)),
      range: [0, 1.05],
    }),
    judge(random, {
      ...parts,
      id: "T2",
      what: "interquartile range of the same",
      ...sides(start, micro(quartileRange)),
      range: [0, 1.25],
      isEnough: parts.count >= 2000,
    }),
    judge(random, {
      id: "T6",
      what: "peak memory floor, smallest program",
      unit: "KB",
      draws: smallest.ours.length,
      count: runsIn(smallest.ours),
      ...sides(smallest, floor),
      range: [0, 0.5],
    }),
  ];
}

export function loopTarget(loop: Batches, random: Random): Target {
  return judge(random, {
    id: "T7",
    what: "median wall time of a 50 ms loop",
    unit: "ms",
    draws: loop.ours.length,
    count: runsIn(loop.ours),
    ...sides(loop, (batches) => 1e3 * median(batches.flatMap(({ wallSeconds }) => wallSeconds))),
    range: [0.99, 1.01],
  });
}

export function sameTwiceTargets(same: SameTwice, random: Random): readonly Target[] {
  const falseRate = (verdicts: readonly Verdict[]) =>
    (100 * verdicts.filter(({ isFalse }) => isFalse).length) / verdicts.length;
  const error = (metric: "wall" | "cpu") => (verdicts: readonly Verdict[]) =>
    100 * Math.sqrt(verdicts.reduce((sum, verdict) => sum + verdict[metric] ** 2, 0) / verdicts.length);
  const count = same.ours.length;
  const parts = { unit: "%", draws: count, count };
  return [
    judge(random, {
      ...parts,
      id: "T3",
      what: "false differences, same program twice, 20 runs a side",
      ...sides(same, falseRate),
      range: [0, 0.3],
      largestOurs: 8,
      isEnough: count >= 200,
    }),
    judge(random, {
      ...parts,
      id: "T4",
      what: "rms error of the wall time ratio",
      ...sides(same, error("wall")),
      range: [0, 0.35],
    }),
    judge(random, {
      ...parts,
      id: "T5",
      what: "rms error of the CPU time ratio",
      ...sides(same, error("cpu")),
      range: [0, 0.35],
    }),
  ];
}

type Statistic = (drawn: readonly number[]) => number;

interface Question {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly count: number;
  /** Batches or repeats; ours and theirs of one index were made next to each other. */
  readonly draws: number;
  readonly ours: Statistic;
  readonly theirs: Statistic;
  /** Smallest and largest ratio that meet the target. */
  readonly range: readonly [number, number];
  /** A limit on ours alone besides. */
  readonly largestOurs?: number;
  /** Whether so few runs can tell at all. */
  readonly isEnough?: boolean;
}

function sides<T>(
  both: { readonly ours: readonly T[]; readonly theirs: readonly T[] },
  statistic: (values: readonly T[]) => number,
): Pick<Question, "ours" | "theirs"> {
  const of = (values: readonly T[]) => (drawn: readonly number[]) =>
    statistic(drawn.flatMap((index) => values.slice(index, index + 1)));
  return { ours: of(both.ours), theirs: of(both.theirs) };
}

function judge(random: Random, question: Question): Target {
  const { id, what, unit, count, range: limits, largestOurs = Number.POSITIVE_INFINITY } = question;
  const everything = range(question.draws);
  const [ours, theirs] = [question.ours(everything), question.theirs(everything)];
  const ratio = ours / theirs;
  const told = Number.isFinite(ratio);
  const interval = told ? resampledInterval(random, question) : null;
  const [least, most] = limits;
  const words = least === 0 ? `<= ${most}` : `${least}-${most}`;
  return {
    id,
    what,
    unit,
    ours,
    theirs,
    today: told ? ratio : null,
    interval,
    target: largestOurs === Number.POSITIVE_INFINITY ? words : `${words}, ours <= ${largestOurs} ${unit}`,
    holds:
      interval === null || question.isEnough === false ? null : holds(interval, limits, ours <= largestOurs),
    count,
  };
}

function holds(
  [low, high]: readonly [number, number],
  [least, most]: readonly [number, number],
  oursIsSmallEnough: boolean,
): boolean | null {
  if (!oursIsSmallEnough || low > most || high < least) return false;
  return low >= least && high <= most ? true : null;
}

const resamples = 1000;

/** Percentile bootstrap over batches or repeats, which keeps together what was measured together. */
function resampledInterval(random: Random, question: Question): readonly [number, number] | null {
  const ratios = new Float64Array(resamples).map(() => {
    const drawn = range(question.draws).map(() => random.integer(question.draws));
    return question.ours(drawn) / question.theirs(drawn);
  });
  if (ratios.some((ratio) => !Number.isFinite(ratio))) return null;
  ratios.sort();
  return [at(ratios, Math.floor(0.025 * resamples)), at(ratios, Math.ceil(0.975 * resamples) - 1)];
}

function runsIn(batches: readonly Batch[]): number {
  return batches.reduce((sum, { wallSeconds }) => sum + wallSeconds.length, 0);
}

/** Difference of the quartiles, each the median of a half. */
export function quartileRange(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const half = Math.ceil(sorted.length / 2);
  return median(sorted.slice(-half)) - median(sorted.slice(0, half));
}

export function formatTarget(target: Target): string {
  const { id, what, unit, ours, theirs, today, interval, holds: held, count } = target;
  const number = (value: number) => `${value.toPrecision(3)} ${unit}`;
  const bounds = interval === null ? "" : ` (${interval.map((bound) => bound.toFixed(2)).join("-")})`;
  return [
    id,
    what.padEnd(54),
    number(ours).padStart(11),
    number(theirs).padStart(11),
    `${today === null ? "-" : today.toFixed(3)}${bounds}`.padEnd(18),
    target.target.padEnd(20),
    (held === null ? "cannot tell" : held ? "holds" : "FAILS").padEnd(11),
    `n=${count}`,
  ].join("  ");
}
