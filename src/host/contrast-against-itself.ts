import { tmpdir } from "node:os";
import { Failure } from "../base/failure.ts";
import { createRandom } from "../base/random.ts";
import { halfWidth } from "../base/statistics.ts";
import { trimmedMean } from "../base/trimmed-mean.ts";
import type { Estimate } from "../model/estimate.ts";
import type { Runner, RunRequest, RunResult } from "../model/run.ts";
import { cpuTimeNs, exitPhrase, succeeded } from "../model/run-exit.ts";
import { openRunner } from "../runner/open-runner.ts";

export interface ContrastPlan {
  readonly pairs: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** Log ratios of a program against itself, one per pair of runs in random order. */
export interface PairedContrast {
  readonly wallTime: Estimate;
  /** Absent where the runner cannot tell CPU time. */
  readonly cpuTime?: Estimate;
}

/**
 * Runs one request against itself. Both contrasts should contain 0; their half widths are the smallest contrasts that
 * this host shows in that many pairs. Rejects with a Failure when the program does not end well.
 */
export async function contrastOfPairs(
  runner: Runner,
  request: RunRequest,
  plan: ContrastPlan,
): Promise<PairedContrast> {
  const random = createRandom(plan.seed);
  const wall: number[] = [];
  const cpu: number[] = [];
  await runWell(runner, request, plan.signal);
  for (let pair = 0; pair < plan.pairs; pair++) {
    const first = await runWell(runner, request, plan.signal);
    const second = await runWell(runner, request, plan.signal);
    const [left, right] = random.uniform() < 0.5 ? [first, second] : [second, first];
    wall.push(Math.log(left.wallTimeNs / right.wallTimeNs));
    const cpuRatio = Math.log((cpuTimeNs(left) ?? Number.NaN) / (cpuTimeNs(right) ?? Number.NaN));
    if (Number.isFinite(cpuRatio)) cpu.push(cpuRatio);
  }
  const wallTime = estimateOf(wall);
  return cpu.length === plan.pairs ? { wallTime, cpuTime: estimateOf(cpu) } : { wallTime };
}

const confidence = 0.95;

function estimateOf(logRatios: readonly number[]): Estimate {
  const location = trimmedMean(logRatios);
  const half = halfWidth(location, confidence);
  const { value } = location;
  return { value, low: value - half, high: value + half, confidence, method: "trimmed mean (20 %)" };
}

const loopTargetMs = 20;
const firstIterations = 20_000;

/**
 * A short loop against itself, for `doctor`: the smallest contrast that this host shows now, log units, of CPU time where
 * that is known. Opens a runner of its own. Rejects with the signal's reason when it is aborted.
 */
export async function contrastAgainstItself(signal?: AbortSignal, pairs = 20): Promise<Estimate> {
  const runner = await openRunner();
  try {
    const trial = await runWell(runner, loopRequest(firstIterations), signal);
    const spentMs = (cpuTimeNs(trial) ?? trial.wallTimeNs) / 1e6;
    const iterations = Math.ceil((firstIterations * loopTargetMs) / Math.max(spentMs, 1));
    const plan = { pairs, seed: Date.now() % 2 ** 31, ...(signal === undefined ? {} : { signal }) };
    const contrast = await contrastOfPairs(runner, loopRequest(iterations), plan);
    return contrast.cpuTime ?? contrast.wallTime;
  } finally {
    await runner.close();
  }
}

function loopRequest(iterations: number): RunRequest {
  return {
    argv: ["/bin/sh", "-c", 'i=0; while [ "$i" -lt "$0" ]; do i=$((i+1)); done', String(iterations)],
    env: {},
    workingDirectory: tmpdir(),
    timeoutMs: 60_000,
    outputLimitBytes: 65_536,
  };
}

export async function runWell(runner: Runner, request: RunRequest, signal?: AbortSignal): Promise<RunResult> {
  const result = await runner.run(request, signal);
  if (succeeded(result)) return result;
  throw new Failure({
    code: "contrast-failed",
    exit: "programFailed",
    message: `${request.argv[0] ?? "The program"} ${exitPhrase(result.exit)}: it cannot be compared with itself.`,
  });
}
