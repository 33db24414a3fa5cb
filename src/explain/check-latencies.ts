import { mkdir } from "node:fs/promises";
import { Failure } from "../base/failure.ts";
import { readLatencies } from "../measure/read-latencies.ts";
import { runRequest } from "../model/invocation.ts";
import { isLatency, type LatencyMetric } from "../model/plan.ts";
import type { RunLatencies } from "../model/run.ts";
import type { Baseline } from "./baselines.ts";
import { probeFile, scratchDirectory } from "./scratch.ts";
import type { Workbench } from "./workbench.ts";

const quantiles = {
  latencyP50: { key: "p50", fewest: 6 },
  latencyP95: { key: "p95", fewest: 72 },
  latencyP99: { key: "p99", fewest: 368 },
} as const satisfies Readonly<Record<LatencyMetric, { key: string; fewest: number }>>;

/**
 * Where latencies were asked for, each program as written is run once and must report enough operations: without them
 * the whole session would be for nothing. Rejects with a Failure otherwise.
 */
export async function checkLatencies(bench: Workbench, baselines: readonly Baseline[]): Promise<void> {
  const wanted = bench.options.metrics.filter(isLatency);
  if (wanted.length === 0) return;
  const probePath = probeFile(bench.run.directory);
  await mkdir(scratchDirectory(bench.run.directory), { recursive: true });
  for (const { invocation } of baselines) {
    const timeoutMs = bench.surroundings.workload.timeoutMs ?? defaultTimeoutMs;
    const request = { ...runRequest(invocation, bench.surroundings, timeoutMs), probePath };
    await bench.runner.run(request, bench.options.kill);
    requireEnough(invocation.subject.id, await readLatencies(probePath), wanted);
  }
}

const defaultTimeoutMs = 60_000;

function requireEnough(
  subject: string,
  latencies: RunLatencies | undefined,
  wanted: readonly LatencyMetric[],
): void {
  const help =
    "let the program write a line for each operation, or more operations: docs/latency.md has the few lines it takes";
  if (latencies === undefined)
    throw new Failure({
      code: "no-latencies",
      exit: "programFailed",
      message: `${subject} reports no operations, so its latencies cannot be measured: it wrote no line "<operation> <nanoseconds>" to the descriptor named by PERFGAP_FD.`,
      help,
    });
  const missing = wanted.find((metric) => latencies[quantiles[metric].key] === undefined);
  if (missing === undefined) return;
  const { key, fewest } = quantiles[missing];
  throw new Failure({
    code: "too-few-operations",
    exit: "programFailed",
    message: `A run of ${subject} reports ${latencies.count} operations ("${latencies.operation}"), too few to tell the ${key} of one run: that takes ${fewest}.`,
    help,
  });
}
