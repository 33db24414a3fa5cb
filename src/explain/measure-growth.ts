import { growthFacts } from "../account/growth.ts";
import { createRandom, mixSeeds } from "../base/random.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Facts } from "../model/evidence.ts";
import { runRequest } from "../model/invocation.ts";
import type { RunRequest } from "../model/run.ts";
import { cpuTimeNs, exitPhrase, succeeded } from "../model/run-exit.ts";
import { type Counting, shortOfTime } from "./counting.ts";

const fewestPairs = 5;
const mostPairs = 15;
/** Half width of the exponent's interval: from `wanted` on no more pairs are made; wider than `useful` it tells nothing. */
const halfWidths = { wanted: 0.05, useful: 0.12 };

/**
 * Times the case's smaller job beside the whole one, in pairs of random order, until the exponent is known well enough.
 * Nothing without `[smaller]`; what could not be measured is named.
 */
export async function measureGrowth(
  counting: Counting,
): Promise<{ readonly facts: Facts; readonly lost?: string }> {
  const { smaller } = counting.bench.surroundings.workload;
  if (smaller === undefined) return { facts: {} };
  const lost = (reason: string) => ({ facts: {}, lost: `growth with the input (${reason})` });
  const short = shortOfTime(counting, fewestPairs * (1 + smaller.factor));
  if (short !== undefined) return lost(short);
  const random = createRandom(mixSeeds(counting.bench.seed, smaller.factor * 1e6));
  const pairs: Pair[] = [];
  let facts: Facts = {};
  while (pairs.length < fewestPairs || goesOn(counting, pairs, facts)) {
    const pair = await timePair(counting, random.shuffle(["whole", "smaller"] as const));
    if (!pair.ok) return lost(pair.error);
    pairs.push(pair.value);
    facts = growthFacts({ pairs, factor: smaller.factor });
  }
  const half = halfWidthOf(facts);
  return half <= halfWidths.useful
    ? { facts }
    : lost(`equal runs differ too much: the exponent is known to ${half.toFixed(2)} only`);
}

type Pair = Readonly<Record<Size, number>>;
type Size = "whole" | "smaller";

function goesOn(counting: Counting, pairs: readonly Pair[], facts: Facts): boolean {
  return (
    pairs.length < mostPairs &&
    halfWidthOf(facts) > halfWidths.wanted &&
    shortOfTime(counting, 2) === undefined
  );
}

async function timePair(counting: Counting, order: readonly Size[]): Promise<Result<Pair, string>> {
  const times = { whole: 0, smaller: 0 };
  for (const size of order) {
    const result = await counting.bench.runner.run(requestOf(counting, size), counting.bench.options.kill);
    if (!succeeded(result)) return err(`a run of the ${size} job ${exitPhrase(result.exit)}`);
    times[size] = cpuTimeNs(result) ?? result.wallTimeNs;
  }
  return ok(times);
}

function halfWidthOf(facts: Facts): number {
  const { "growth.exponentLow": low, "growth.exponentHigh": high } = facts;
  return low === undefined || high === undefined ? Number.POSITIVE_INFINITY : (high - low) / 2;
}

function requestOf({ bench, baseline, pilot }: Counting, size: Size): RunRequest {
  const { smaller, ...workload } = bench.surroundings.workload;
  const input =
    size === "smaller"
      ? {
          ...(smaller?.args === undefined ? {} : { args: smaller.args }),
          ...(smaller?.stdinPath === undefined ? {} : { stdinPath: smaller.stdinPath }),
        }
      : {};
  const surroundings = { ...bench.surroundings, workload: { ...workload, ...input } };
  return runRequest(baseline.invocation, surroundings, pilot.timeoutMs);
}
