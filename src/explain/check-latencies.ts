import { mkdir } from "node:fs/promises";
import { Failure } from "../base/failure.ts";
import { readOperations } from "../measure/read-latencies.ts";
import type { SubjectId } from "../model/case.ts";
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
 * the whole session would be for nothing. Resolves to the operation that is measured in every run of every program;
 * undefined where no latencies were asked for. Rejects with a Failure otherwise.
 */
export async function checkLatencies(
  bench: Workbench,
  baselines: readonly Baseline[],
): Promise<string | undefined> {
  const wanted = bench.options.metrics.filter(isLatency);
  if (wanted.length === 0) return undefined;
  const probePath = probeFile(bench.run.directory);
  await mkdir(scratchDirectory(bench.run.directory), { recursive: true });
  const reports: Reported[] = [];
  for (const { invocation } of baselines) {
    const timeoutMs = bench.surroundings.workload.timeoutMs ?? defaultTimeoutMs;
    const request = { ...runRequest(invocation, bench.surroundings, timeoutMs), probePath };
    await bench.runner.run(request, bench.options.kill);
    const subject = invocation.subject.id;
    const operations = await readOperations(probePath);
    if (operations.size === 0) throw nothingReported(subject);
    reports.push({ subject, operations });
  }
  const operation = commonOperation(reports);
  if (operation === undefined) throw nothingInCommon(reports);
  for (const report of reports) requireEnough(report, operation, wanted);
  return operation;
}

interface Reported {
  readonly subject: SubjectId;
  /** At least one, by name. */
  readonly operations: ReadonlyMap<string, RunLatencies>;
}

/**
 * The operation that every program reports, most often where it is reported least. Fixed for the session: where two
 * are about as frequent, the most frequent one changes from run to run and from language to language.
 */
function commonOperation(reports: readonly Reported[]): string | undefined {
  const least = (name: string) =>
    Math.min(...reports.map(({ operations }) => operations.get(name)?.count ?? 0));
  const names = [...new Set(reports.flatMap(({ operations }) => [...operations.keys()]))].toSorted();
  return names.filter((name) => least(name) > 0).toSorted((left, right) => least(right) - least(left))[0];
}

const defaultTimeoutMs = 60_000;

const help =
  "let the program write a line for each operation, or more operations: docs/latency.md has the few lines it takes";

function nothingReported(subject: SubjectId): Failure {
  return new Failure({
    code: "no-latencies",
    exit: "programFailed",
    message: `${subject} reports no operations, so its latencies cannot be measured: it wrote no line "<operation> <nanoseconds>" to the descriptor named by PERFGAP_FD.`,
    help,
  });
}

const mostNamed = 3;

function nothingInCommon(reports: readonly Reported[]): Failure {
  const named = reports.map(({ subject, operations }) => {
    const names = [...operations.keys()].map((name) => `"${name}"`);
    const more = names.length > mostNamed ? ", ..." : "";
    return `${subject} reports ${names.slice(0, mostNamed).join(", ")}${more}`;
  });
  return new Failure({
    code: "no-common-operation",
    exit: "programFailed",
    message: `No operation is reported by every program, so no latencies can be compared: ${named.join("; ")}.`,
    help: "give the same operation the same name in every program",
  });
}

function requireEnough(
  { subject, operations }: Reported,
  operation: string,
  wanted: readonly LatencyMetric[],
): void {
  const latencies = operations.get(operation);
  const missing = wanted.find((metric) => latencies?.[quantiles[metric].key] === undefined);
  if (missing === undefined) return;
  const { key, fewest } = quantiles[missing];
  throw new Failure({
    code: "too-few-operations",
    exit: "programFailed",
    message: `A run of ${subject} reports ${latencies?.count ?? 0} operations ("${operation}"), too few to tell the ${key} of one run: that takes ${fewest}.`,
    help,
  });
}
