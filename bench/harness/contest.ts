import type { Random } from "../../src/base/random.ts";
import { runWell } from "../../src/host/contrast-against-itself.ts";
import type { Runner, RunRequest } from "../../src/model/run.ts";
import { cpuTimeNs } from "../../src/model/run-exit.ts";
import type { Hyperfine } from "./hyperfine.ts";

/** Runs of one program by both tools, in batches that take turns in random order. */
export interface Batches {
  readonly ours: readonly Batch[];
  readonly theirs: readonly Batch[];
}

export interface Batch {
  readonly wallSeconds: readonly number[];
  readonly peakMemoryBytes: readonly number[];
}

export interface Contestants {
  readonly runner: Runner;
  readonly hyperfine: Hyperfine;
  readonly random: Random;
}

export async function runBatches(
  contestants: Contestants,
  argv: readonly string[],
  size: { readonly batches: number; readonly runs: number },
): Promise<Batches> {
  const { runner, hyperfine, random } = contestants;
  const ours: Batch[] = [];
  const theirs: Batch[] = [];
  const turnOfOurs = async () => void ours.push(await ourBatch(runner, argv, size.runs));
  const turnOfTheirs = async () => {
    for (const { times, peakMemoryBytes = [] } of await hyperfine.measure([argv], size.runs))
      theirs.push({ wallSeconds: times, peakMemoryBytes });
  };
  for (let batch = 0; batch < size.batches; batch++)
    for (const turn of random.shuffle([turnOfOurs, turnOfTheirs])) await turn();
  return { ours, theirs };
}

async function ourBatch(runner: Runner, argv: readonly string[], runs: number): Promise<Batch> {
  const wallSeconds: number[] = [];
  const peakMemoryBytes: number[] = [];
  for (let run = 0; run < runs; run++) {
    const result = await runWell(runner, requestFor(argv));
    wallSeconds.push(result.wallTimeNs / 1e9);
    if (result.maxRssBytes !== undefined) peakMemoryBytes.push(result.maxRssBytes);
  }
  return { wallSeconds, peakMemoryBytes };
}

/** hyperfine gives its own environment and folder to what it runs; so does this. */
export function requestFor(argv: readonly string[]): RunRequest {
  const env = Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return {
    argv,
    env: Object.fromEntries(env),
    workingDirectory: process.cwd(),
    timeoutMs: 60_000,
    outputLimitBytes: 1e6,
  };
}

/** How many rounds of the counting program take this much CPU time here. */
export async function roundsFor(runner: Runner, program: string, seconds: number): Promise<number> {
  const trial = 10_000_000;
  let fastestNs = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const result = await runWell(runner, requestFor([program, String(trial)]));
    fastestNs = Math.min(fastestNs, cpuTimeNs(result) ?? result.wallTimeNs);
  }
  return Math.round((trial * seconds * 1e9) / fastestNs);
}
