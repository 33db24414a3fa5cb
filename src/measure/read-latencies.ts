import { readFile } from "node:fs/promises";
import { quantileInterval } from "../base/statistics.ts";
import { errorCode } from "../base/storage.ts";
import type { LatencyQuantile, RunLatencies } from "../model/run.ts";

const confidence = 0.95;

/**
 * What a run reported through PERFGAP_FD, as quantiles: lines `<operation> <nanoseconds>`. Of several operations the
 * one reported most often counts. Undefined where nothing was reported. Other lines are left out: a program that is
 * ended may leave half a line.
 */
export async function readLatencies(path: string): Promise<RunLatencies | undefined> {
  let text: string;
  try {
    text = await readFile(path, "latin1");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
  return summariseLatencies(text);
}

export function summariseLatencies(text: string): RunLatencies | undefined {
  const byOperation = new Map<string, number[]>();
  for (const [, operation = "", nanoseconds] of text.matchAll(/^(\S[^\n]*?) +(\d+(?:\.\d+)?)\r?$/gm)) {
    const known = byOperation.get(operation);
    if (known === undefined) byOperation.set(operation, [Number(nanoseconds)]);
    else known.push(Number(nanoseconds));
  }
  const most = [...byOperation].reduce<readonly [string, readonly number[]] | undefined>(
    (best, entry) => (best === undefined || entry[1].length > best[1].length ? entry : best),
    undefined,
  );
  if (most === undefined) return undefined;
  const [operation, values] = most;
  const sorted = Float64Array.from(values).sort();
  const quantile = (name: "p50" | "p95" | "p99", probability: number) => {
    const told = quantileOf(sorted, probability);
    return told === undefined ? {} : { [name]: told };
  };
  return {
    operation,
    count: sorted.length,
    ...quantile("p50", 0.5),
    ...quantile("p95", 0.95),
    ...quantile("p99", 0.99),
  };
}

/** Too few values leave the interval without an end: 6 for the median, 72 for p95 and 368 for p99 are the fewest. */
function quantileOf(sorted: Float64Array, probability: number): LatencyQuantile | undefined {
  const { value, low, high } = quantileInterval(sorted, probability, confidence);
  return low === undefined || high === undefined ? undefined : { valueNs: value, lowNs: low, highNs: high };
}
