import { err, ok, type Result } from "../base/result.ts";
import type { Facts } from "../model/evidence.ts";

type Metrics = Readonly<Record<string, unknown>>;

/** Counts at the program's end, before the probe's own collection. */
const counts: readonly (readonly [fact: string, metrics: readonly string[]])[] = [
  ["gc.cycles", ["/gc/cycles/total:gc-cycles"]],
  ["allocations.count", ["/gc/heap/allocs:objects", "/gc/heap/tiny/allocs:objects"]],
  ["allocations.bytes", ["/gc/heap/allocs:bytes"]],
  ["allocations.frees", ["/gc/heap/frees:objects"]],
  ["heap.goalBytes", ["/gc/heap/goal:bytes"]],
  ["memory.totalBytes", ["/memory/classes/total:bytes"]],
  ["mutex.waitSeconds", ["/sync/mutex/wait/total:seconds"]],
  ["go.maxProcs", ["/sched/gomaxprocs:threads"]],
];

/** Parts of the processor time, as shares of all but idle: the runtime counts wall time of its processors here. */
const classes: readonly (readonly [fact: string, metric: string])[] = [
  ["gc.class.assistShare", "/cpu/classes/gc/mark/assist:cpu-seconds"],
  ["gc.class.dedicatedShare", "/cpu/classes/gc/mark/dedicated:cpu-seconds"],
  ["gc.class.idleMarkShare", "/cpu/classes/gc/mark/idle:cpu-seconds"],
  ["gc.class.pauseShare", "/cpu/classes/gc/pause:cpu-seconds"],
  ["gc.class.scavengeShare", "/cpu/classes/scavenge/total:cpu-seconds"],
];

const histograms: readonly (readonly [fact: string, metric: string])[] = [
  ["gc.pauseP99Seconds", "/sched/pauses/total/gc:seconds"],
  ["scheduler.latencyP99Seconds", "/sched/latencies:seconds"],
];

/** Everything that the collector does; marking on idle processors takes processor time like any other. */
const collectorClasses = [
  "/cpu/classes/gc/mark/assist:cpu-seconds",
  "/cpu/classes/gc/mark/dedicated:cpu-seconds",
  "/cpu/classes/gc/mark/idle:cpu-seconds",
  "/cpu/classes/gc/pause:cpu-seconds",
];

/**
 * Reads what the Go probe wrote. Metrics that this Go does not have are absent. `gc.cpuShare` is the collector's part of
 * the processor time at the program's end, the probe's own collection left out. Never throws.
 */
export function goMetricFacts(text: string): Result<Facts, string> {
  const whole = parseObject(text);
  const atExit = asObject(whole?.["atExit"]);
  const after = asObject(whole?.["afterCollection"]);
  if (atExit === undefined || after === undefined)
    return err("what the probe wrote is cut off or is no JSON");
  const facts: Record<string, number> = {};
  for (const [fact, names] of counts) {
    const values = names.map((name) => atExit[name]).filter(isCount);
    if (values.length > 0) facts[fact] = values.reduce((sum, one) => sum + one, 0);
  }
  const total = busySeconds(atExit, after);
  for (const [fact, name] of classes) {
    const seconds = atExit[name];
    if (total !== undefined && isCount(seconds)) facts[fact] = Math.min(1, seconds / total);
  }
  for (const [fact, name] of histograms) {
    const value = quantile(atExit[name], 0.99);
    if (value !== undefined) facts[fact] = value;
  }
  const pauses = whole?.["pauseTotalNs"];
  if (isCount(pauses)) facts["gc.pauseSeconds"] = pauses / 1e9;
  const share = collectorShare(atExit, total);
  if (share !== undefined) facts["gc.cpuShare"] = share;
  return ok(facts);
}

function collectorShare(atExit: Metrics, total: number | undefined): number | undefined {
  if (atExit["/gc/cycles/total:gc-cycles"] === 0) return 0;
  const seconds = collectorSeconds(atExit);
  return total === undefined || seconds === undefined ? undefined : Math.min(1, seconds / total);
}

/**
 * Seconds of all classes but idle up to the exit. There the collector's are those of all cycles that ended, while the
 * program's own are as old as the last cycle; the closing collection brings the latter up to date and adds itself to
 * the former.
 */
function busySeconds(atExit: Metrics, after: Metrics): number | undefined {
  const busy = difference(after["/cpu/classes/total:cpu-seconds"], after["/cpu/classes/idle:cpu-seconds"]);
  const closing = difference(collectorSeconds(after), collectorSeconds(atExit));
  const total = difference(busy, closing);
  return total !== undefined && total > 0 ? total : undefined;
}

function collectorSeconds(metrics: Metrics): number | undefined {
  const seconds = collectorClasses.map((name) => metrics[name]).filter(isCount);
  return seconds.length === collectorClasses.length ? seconds.reduce((sum, one) => sum + one, 0) : undefined;
}

function parseObject(text: string): Metrics | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Metrics | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as Metrics)
    : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function difference(left: unknown, right: unknown): number | undefined {
  return isCount(left) && isCount(right) ? left - right : undefined;
}

/** Upper bound of the bucket that holds the quantile; the last bucket may have none. */
function quantile(histogram: unknown, probability: number): number | undefined {
  if (!Array.isArray(histogram)) return undefined;
  const buckets = histogram.filter(
    (one): one is readonly [number | null, number] => Array.isArray(one) && isCount(one[1]),
  );
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [bound, count] of buckets) {
    seen += count;
    if (seen >= probability * total) return isCount(bound) ? bound : undefined;
  }
  return undefined;
}
