import { growthFacts } from "../account/growth.ts";
import { createRandom, mixSeeds } from "../base/random.ts";
import type { Facts } from "../model/evidence.ts";
import { runRequest } from "../model/invocation.ts";
import type { RunRequest, RunResult } from "../model/run.ts";
import { cpuTimeNs, exitPhrase, succeeded } from "../model/run-exit.ts";
import { type Counting, shortOfTime } from "./counting.ts";

const wantedPairs = 5;
const fewestPairs = 4;

/**
 * Times the case's smaller job beside the whole one, in pairs of random order. Nothing without `[smaller]`; what could
 * not be measured is named.
 */
export async function measureGrowth(
  counting: Counting,
): Promise<{ readonly facts: Facts; readonly lost?: string }> {
  const { smaller } = counting.bench.surroundings.workload;
  if (smaller === undefined) return { facts: {} };
  const lost = (reason: string) => ({ facts: {}, lost: `growth with the input (${reason})` });
  const short = shortOfTime(counting, fewestPairs * 2);
  if (short !== undefined) return lost(short);
  const random = createRandom(mixSeeds(counting.bench.seed, smaller.factor * 1e6));
  const pairs: { readonly whole: number; readonly smaller: number }[] = [];
  const requests = { whole: requestOf(counting, false), smaller: requestOf(counting, true) };
  await counting.bench.runner.run(requests.smaller, counting.bench.options.kill);
  while (pairs.length < wantedPairs) {
    if (pairs.length >= fewestPairs && shortOfTime(counting, 2) !== undefined) break;
    const times: { whole?: number; smaller?: number } = {};
    for (const size of random.shuffle(["whole", "smaller"] as const)) {
      const result = await counting.bench.runner.run(requests[size], counting.bench.options.kill);
      if (!succeeded(result)) return lost(`a run of the ${size} job ${exitPhrase(result.exit)}`);
      times[size] = timeOf(result);
    }
    pairs.push({ whole: times.whole ?? 0, smaller: times.smaller ?? 0 });
  }
  return { facts: growthFacts({ pairs, factor: smaller.factor }) };
}

function timeOf(result: RunResult): number {
  return cpuTimeNs(result) ?? result.wallTimeNs;
}

function requestOf({ bench, baseline, pilot }: Counting, small: boolean): RunRequest {
  const { smaller, ...workload } = bench.surroundings.workload;
  const input = small
    ? {
        ...(smaller?.args === undefined ? {} : { args: smaller.args }),
        ...(smaller?.stdinPath === undefined ? {} : { stdinPath: smaller.stdinPath }),
      }
    : {};
  const surroundings = { ...bench.surroundings, workload: { ...workload, ...input } };
  return runRequest(baseline.invocation, surroundings, pilot.timeoutMs);
}
