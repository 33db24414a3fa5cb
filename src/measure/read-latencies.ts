import { readFile } from "node:fs/promises";
import { quantileInterval } from "../base/statistics.ts";
import { errorCode } from "../base/storage.ts";
import type { LatencyQuantile, RunLatencies } from "../model/run.ts";

const confidence = 0.95;

/**
 * What a run reported of one operation through PERFGAP_FD, as quantiles: lines `<operation> <nanoseconds>`. Without a
 * name it is the operation that was reported most often. Undefined where nothing was reported, a count of 0 where only
 * other operations were. Other lines are left out: a program that is ended may leave half a line.
 */
export async function readLatencies(path: string, operation?: string): Promise<RunLatencies | undefined> {
  return summariseLatencies(await readReports(path), operation);
}

/** The same for every operation that a run reported, by name; empty where it reported none. */
export async function readOperations(path: string): Promise<ReadonlyMap<string, RunLatencies>> {
  const byOperation = valuesOf(await readReports(path));
  return new Map([...byOperation].map(([operation, values]) => [operation, summarise(operation, values)]));
}

async function readReports(path: string): Promise<string> {
  try {
    return await readFile(path, "latin1");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  }
}

export function summariseLatencies(text: string, operation?: string): RunLatencies | undefined {
  const byOperation = valuesOf(text);
  if (byOperation.size === 0) return undefined;
  if (operation !== undefined) return summarise(operation, byOperation.get(operation) ?? []);
  const [name, values] = [...byOperation].reduce((best, entry) =>
    entry[1].length > best[1].length ? entry : best,
  );
  return summarise(name, values);
}

function valuesOf(text: string): ReadonlyMap<string, readonly number[]> {
  const byOperation = new Map<string, number[]>();
  for (const [, operation = "", nanoseconds] of text.matchAll(/^(\S[^\n]*?) +(\d+(?:\.\d+)?)\r?$/gm)) {
    const known = byOperation.get(operation);
    if (known === undefined) byOperation.set(operation, [Number(nanoseconds)]);
    else known.push(Number(nanoseconds));
  }
  // Digits are read fastest as Latin-1; names are shown to people.
  return new Map(
    [...byOperation].map(([name, values]) => [Buffer.from(name, "latin1").toString("utf8"), values]),
  );
}

function summarise(operation: string, values: readonly number[]): RunLatencies {
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
  if (sorted.length === 0) return undefined;
  const { value, low, high } = quantileInterval(sorted, probability, confidence);
  return low === undefined || high === undefined ? undefined : { valueNs: value, lowNs: low, highNs: high };
}
