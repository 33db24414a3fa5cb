/** The observations of one metric as a table: one row per block, one column per column of the sides. */
import { assert } from "../base/assert.ts";
import type { BlockRecord, Observation } from "../model/observation.ts";
import type { MetricId, Side } from "../model/plan.ts";
import type { LatencyQuantile, RunResult } from "../model/run.ts";

export interface Table {
  readonly blocks: number;
  readonly columns: number;
  /** Natural logs, block after block. */
  readonly values: Float64Array;
  /** Places in `values` in the order of time. */
  readonly timeOrder: Int32Array;
}

/** Reads one number out of a run; undefined where this run does not have it. */
export type Reading = (run: RunResult) => number | undefined;

const readings: Readonly<Record<MetricId, Reading>> = {
  cpuTime: (run) =>
    run.userTimeNs === undefined || run.systemTimeNs === undefined
      ? undefined
      : (run.userTimeNs + run.systemTimeNs) / 1e9,
  wallTime: (run) => run.wallTimeNs / 1e9,
  maxRss: (run) => run.maxRssBytes,
  latencyP50: (run) => seconds(run.latencies?.p50),
  latencyP95: (run) => seconds(run.latencies?.p95),
  latencyP99: (run) => seconds(run.latencies?.p99),
};

const seconds = (quantile: LatencyQuantile | undefined) =>
  quantile === undefined ? undefined : quantile.valueNs / 1e9;

export const readingOf = (metric: MetricId): Reading => readings[metric];

export type Tabulation =
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "unavailable"; readonly reason: string };

/** Only blocks in which every column has a run that ended well are used: a partial block would unbalance the design. */
export function tabulate(
  { sides }: { readonly sides: readonly Side[] },
  blocks: readonly BlockRecord[],
  reading: Reading,
): Tabulation {
  const ids = sides.flatMap((side) => side.columns.map((column) => column.id));
  const place = new Map(ids.map((id, index) => [id, index]));
  const rows: Row[] = [];
  for (const block of [...blocks].sort((left, right) => left.block - right.block)) {
    const runs = lastGoodRuns(block.observations);
    if (ids.some((id) => !runs.has(id))) continue;
    const row = readRow([...runs.values()], place, reading);
    if (row.kind === "unavailable") return row;
    rows.push(row.row);
  }
  if (rows.length === 0) return { kind: "unavailable", reason: "no block is complete" };
  return { kind: "table", table: joinRows(rows, ids.length) };
}

/** A retry replaces the run that failed. */
function lastGoodRuns(observations: readonly Observation[]): ReadonlyMap<string, Observation> {
  const runs = new Map<string, Observation>();
  for (const observation of [...observations].sort((left, right) => left.order - right.order)) {
    const { exit } = observation.run;
    if (exit.kind === "exited" && exit.code === 0) runs.set(observation.column, observation);
  }
  return runs;
}

interface Row {
  readonly values: Float64Array;
  /** Columns in order of time. */
  readonly order: readonly number[];
}

function readRow(
  runs: readonly Observation[],
  place: ReadonlyMap<string, number>,
  reading: Reading,
): { readonly kind: "row"; readonly row: Row } | { readonly kind: "unavailable"; readonly reason: string } {
  const values = new Float64Array(place.size);
  const order: number[] = [];
  for (const observation of [...runs].sort((left, right) => left.order - right.order)) {
    const index = place.get(observation.column);
    if (index === undefined) continue;
    const value = reading(observation.run);
    if (value === undefined) return { kind: "unavailable", reason: whyAbsent(observation) };
    if (!(value > 0))
      return { kind: "unavailable", reason: `a run of ${observation.column} is too small for the clock` };
    values[index] = Math.log(value);
    order.push(index);
  }
  return { kind: "row", row: { values, order } };
}

/** Operations are reported by programs, everything else is counted by the runner. */
function whyAbsent({ column, run: { latencies } }: Observation): string {
  return latencies === undefined
    ? "the runner of this host cannot read it, or the program does not report it"
    : `a run of ${column} reported only ${latencies.count} operations`;
}

function joinRows(rows: readonly Row[], columns: number): Table {
  const values = new Float64Array(rows.length * columns);
  const timeOrder = new Int32Array(rows.length * columns);
  rows.forEach((row, block) => {
    assert(row.order.length === columns, "a complete block has every column once");
    values.set(row.values, block * columns);
    timeOrder.set(
      row.order.map((index) => block * columns + index),
      block * columns,
    );
  });
  return { blocks: rows.length, columns, values, timeOrder };
}
