import { mean, studentQuantile, variance } from "../../src/base/statistics.ts";
import { contrastOfPairs } from "../../src/host/contrast-against-itself.ts";
import { type Contestants, requestFor } from "./contest.ts";
import type { Series } from "./hyperfine.ts";

/** What a tool said about one program against itself; the truth is 0. Log units. */
export interface Verdict {
  readonly wall: number;
  readonly cpu: number;
  /** Whether its 95 % interval of the wall times' ratio left the truth out. */
  readonly isFalse: boolean;
  readonly halfWidth: number;
}

export interface SameTwice {
  readonly ours: readonly Verdict[];
  readonly theirs: readonly Verdict[];
}

/** Both tools compare one program with itself, again and again, in random order. */
export async function compareSameTwice(
  contestants: Contestants,
  argv: readonly string[],
  size: { readonly repeats: number; readonly pairs: number },
): Promise<SameTwice> {
  const { random } = contestants;
  const ours: Verdict[] = [];
  const theirs: Verdict[] = [];
  const turns = [
    async () => void ours.push(await ourVerdict(contestants, argv, size.pairs)),
    async () => void theirs.push(await theirVerdict(contestants, argv, size.pairs)),
  ];
  for (let repeat = 0; repeat < size.repeats; repeat++) {
    for (const turn of random.shuffle(turns)) await turn();
    if ((repeat + 1) % 10 === 0) console.error(`same program twice: ${repeat + 1} of ${size.repeats}`);
  }
  return { ours, theirs };
}

async function ourVerdict(
  { runner, random }: Contestants,
  argv: readonly string[],
  pairs: number,
): Promise<Verdict> {
  const seed = random.integer(2 ** 31);
  const { wallTime, cpuTime } = await contrastOfPairs(runner, requestFor(argv), { pairs, seed });
  return {
    wall: wallTime.value,
    cpu: cpuTime?.value ?? Number.NaN,
    isFalse: wallTime.low > 0 || wallTime.high < 0,
    halfWidth: (wallTime.high - wallTime.low) / 2,
  };
}

async function theirVerdict(
  { hyperfine }: Contestants,
  argv: readonly string[],
  runs: number,
): Promise<Verdict> {
  const [first, second] = await hyperfine.measure([argv, argv], runs);
  if (first === undefined || second === undefined) throw new Error("hyperfine left a command out");
  return welchVerdict(first, second);
}

/** Ratio of means, and Welch's t test on the times: what a reader of hyperfine's export can do at best. */
export function welchVerdict(first: Series, second: Series): Verdict {
  const [left, right] = [first, second].map(({ times }) => ({
    mean: mean(times),
    squaredError: variance(times) / times.length,
    freedom: times.length - 1,
  })) as [Side, Side];
  const squaredError = left.squaredError + right.squaredError;
  const freedom =
    squaredError ** 2 / (left.squaredError ** 2 / left.freedom + right.squaredError ** 2 / right.freedom);
  const half = studentQuantile(0.975, freedom) * Math.sqrt(squaredError);
  return {
    wall: Math.log(left.mean / right.mean),
    cpu: Math.log(first.meanCpuSeconds / second.meanCpuSeconds),
    isFalse: Math.abs(left.mean - right.mean) > half,
    halfWidth: half / right.mean,
  };
}

interface Side {
  readonly mean: number;
  readonly squaredError: number;
  readonly freedom: number;
}
