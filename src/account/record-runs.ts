import type { ProfiledRun } from "../model/profile.ts";
import type { RunResult } from "../model/run.ts";

export interface Recorded<S> {
  readonly runs: readonly { readonly run: ProfiledRun; readonly samples: S }[];
  /** Why runs are missing, each reason once. */
  readonly problems: readonly string[];
}

interface Asked {
  readonly runs: number;
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

/** What one attempt gave: samples with the run they are of, or the reason why there are none. */
export type Attempt<S> =
  | {
      readonly kind: "recorded";
      readonly result: RunResult;
      readonly samples: S;
      readonly malformed: number;
      readonly count: number;
    }
  | { readonly kind: "failed"; readonly reason: string };

/** Repeats a recording until the runs, the time or the caller's patience are at an end. A first failure ends it: the next would fail too. */
export async function recordRuns<S>(
  asked: Asked,
  record: (index: number) => Promise<Attempt<S>>,
): Promise<Recorded<S>> {
  const runs: Recorded<S>["runs"][number][] = [];
  const problems = new Set<string>();
  const deadline = performance.now() + (asked.budgetMs ?? Number.POSITIVE_INFINITY);
  for (let index = 0; index < asked.runs; index++) {
    if (asked.signal?.aborted === true || (index > 0 && performance.now() > deadline)) break;
    const attempt = await record(index);
    if (attempt.kind === "failed") {
      problems.add(attempt.reason);
      if (runs.length === 0) break;
      continue;
    }
    const { result, samples, malformed, count } = attempt;
    runs.push({
      run: { samples: count, malformed, wallTimeNs: result.wallTimeNs, stdoutHash: result.stdoutHash },
      samples,
    });
  }
  if (runs.length === 0 && problems.size === 0) problems.add("no run was made before the time was over");
  return { runs, problems: [...problems] };
}

/** In words, why a run that is looked into is of no use; undefined for one that ended well. */
export function exitProblem(
  { exit, stderrTail }: RunResult,
  who = "the program under the profiler",
): string | undefined {
  if (exit.kind === "exited" && exit.code === 0) return undefined;
  const words = stderrTail.trim().split("\n").at(-1) ?? "";
  return `${who} ${exitText(exit)}${words === "" ? "" : `: ${words}`}`;
}

function exitText(exit: RunResult["exit"]): string {
  switch (exit.kind) {
    case "exited":
      return `ended with code ${exit.code}`;
    case "signaled":
      return `was ended by ${exit.signal}`;
    case "timedOut":
      return `took longer than ${exit.limitMs} ms`;
    case "flooded":
      return `wrote more than ${exit.limitBytes} bytes`;
    case "notStarted":
      return `did not start (${exit.errno})`;
  }
}
