import { open } from "node:fs/promises";
import { Failure } from "../base/failure.ts";
import { type Invocation, randomPadding, runRequest, type Surroundings } from "../model/invocation.ts";
import type { Runner, RunRequest, RunResult } from "../model/run.ts";
import { succeeded } from "../model/run-exit.ts";
import { visible } from "./excerpt.ts";
import { type LimitSource, programFailed } from "./failures.ts";

export interface Verifying {
  readonly runner: Runner;
  readonly surroundings: Surroundings;
  /** A folder for kept outputs; it is made, and it is the caller's to remove. */
  readonly scratchDirectory: string;
  /** Limit of a subject's first run when the workload has none. Default 60 s. */
  readonly firstRunLimitMs?: number;
  readonly signal?: AbortSignal;
}

const leastTimeoutMs = 10_000;
export const mostFirstRunMs = 60_000;

/** Who allows little time for everything wants to hear soon of a program that does not end. */
export function firstRunLimitMs(budgetMs: number): number {
  return Math.min(mostFirstRunMs, Math.max(leastTimeoutMs, budgetMs));
}

/** How one run is made whose output is kept. */
export interface KeptRun {
  readonly path: string;
  readonly timeoutMs: number;
  readonly limit: LimitSource;
  /** Whether stack and heap lie elsewhere than in a run without, as they do in every timed run. */
  readonly padded?: boolean;
}

/** Rejects with a Failure in the program's own words when it does not end well. */
export async function runWell(
  verifying: Verifying,
  invocation: Invocation,
  kept: KeptRun,
): Promise<RunResult> {
  const { request, result } = await runKept(verifying, invocation, kept);
  if (succeeded(result)) return result;
  throw programFailed({
    subject: invocation.subject.id,
    request,
    result,
    stdoutStart: await startOf(kept.path),
    limit: kept.limit,
  });
}

/** Rejects with the Failure "interrupted" when the signal was aborted. */
export async function runKept(
  verifying: Verifying,
  invocation: Invocation,
  { path, timeoutMs, padded = false }: Pick<KeptRun, "path" | "timeoutMs" | "padded">,
): Promise<{ readonly request: RunRequest; readonly result: RunResult }> {
  const request = {
    ...runRequest(invocation, verifying.surroundings, timeoutMs),
    ...(padded ? randomPadding(invocation.subject, 1) : {}),
    stdoutPath: path,
  };
  try {
    return { request, result: await verifying.runner.run(request, verifying.signal) };
  } catch (error) {
    if (verifying.signal?.aborted !== true) throw error;
    throw new Failure({
      code: "interrupted",
      exit: "interrupted",
      message: "Interrupted while outputs were compared.",
    });
  }
}

/** Limit of the runs after the first. */
export function limitAfter(verifying: Verifying, firstWallTimeNs: number): number {
  const { timeoutMs } = verifying.surroundings.workload;
  return timeoutMs ?? Math.max(leastTimeoutMs, Math.ceil((10 * firstWallTimeNs) / 1e6));
}

/** Enough of a kept output to find a usage text in; empty when nothing was kept. */
async function startOf(path: string): Promise<string> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return "";
  try {
    const bytes = Buffer.alloc(2000);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes
      .subarray(0, bytesRead)
      .toString("utf8")
      .split("\n")
      .map((line) => visible(Buffer.from(line)))
      .join("\n");
  } finally {
    await file.close();
  }
}
