import { ensure } from "../base/assert.ts";
import type { Subject, SubjectId } from "../model/case.ts";
import { randomPadding, runRequest, type Surroundings } from "../model/invocation.ts";
import type { BlockRecord, Observation } from "../model/observation.ts";
import type { Column } from "../model/plan.ts";
import type { Runner, RunRequest, RunResult } from "../model/run.ts";
import { exitPhrase, succeeded } from "../model/run-exit.ts";
import type { PreparedBlock, PreparedRun } from "./prepare-block.ts";
import { readLatencies } from "./read-latencies.ts";
import { runOrAbort } from "./run-or-abort.ts";

export interface BlockMeasurement {
  readonly prepared: PreparedBlock;
  readonly runner: Runner;
  readonly subjects: ReadonlyMap<SubjectId, Subject>;
  readonly surroundings: Surroundings;
  readonly timeoutMs: Readonly<Record<SubjectId, number>>;
  /** Hash of the output that a column printed when it was verified; a run that prints another one has failed. */
  readonly outputHash?: (column: Column) => string | undefined;
  /** File for what programs report of their operations; absent: they are not asked. */
  readonly probePath?: string;
  /** The operation whose latencies count; absent: in each run the one that it reports most often. */
  readonly operation?: string;
  /** Keys of artifacts that have run before in this session. */
  readonly warm: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  /** Told after each timed run; must return at once. */
  readonly onRun?: (done: number, all: number) => void;
}

export type BlockOutcome =
  | {
      readonly kind: "measured";
      readonly record: BlockRecord;
      /** Keys of the artifacts that ran: warm from now on. */
      readonly warmed: ReadonlySet<string>;
    }
  /** A column failed twice: nothing of the block counts. `reason` reads after the name of the variant. */
  | { readonly kind: "failed"; readonly column: Column; readonly run: RunResult; readonly reason: string }
  /** The signal was aborted; a run that was under way has been ended. */
  | { readonly kind: "interrupted" };

/** Observations keep this much of what a good run wrote to stderr; a bad one's words are in its failure. */
const keptStderrCharacters = 200;

/**
 * Makes each run of a prepared block once, in the order of the schedule, after one discarded run of every artifact
 * that is new. A run that fails is made again after all others; rejects only when the runner itself is broken.
 */
export async function measureBlock(measurement: BlockMeasurement): Promise<BlockOutcome> {
  const { prepared, signal } = measurement;
  const warmed = await warmUp(measurement);
  if (warmed === "aborted") return { kind: "interrupted" };
  const observations: Observation[] = [];
  const again: PreparedRun[] = [];
  const all = prepared.runs.length;
  for (const run of prepared.runs) {
    const result = await runOrAbort(measurement.runner, requestOf(measurement, run), signal);
    if (result === "aborted") return { kind: "interrupted" };
    if (complaint(measurement, run, result) === undefined)
      observations.push(await observationOf(measurement, run, { order: run.scheduled.order, result }));
    else again.push(run);
    measurement.onRun?.(observations.length, all);
  }
  for (const [place, run] of again.entries()) {
    const result = await runOrAbort(measurement.runner, requestOf(measurement, run), signal);
    if (result === "aborted") return { kind: "interrupted" };
    const reason = complaint(measurement, run, result);
    if (reason !== undefined) return { kind: "failed", column: run.column, run: result, reason };
    const order = lastOrder(prepared) + 1 + place;
    observations.push({ ...(await observationOf(measurement, run, { order, result })), retry: true });
    measurement.onRun?.(observations.length, all);
  }
  return { kind: "measured", record: { block: prepared.block, observations }, warmed };
}

/** A block that fails for a passing reason (a neighbour took all memory) is measured once more before anything is given up. */
export async function measureBlockWithRetry(measurement: BlockMeasurement): Promise<BlockOutcome> {
  const first = await measureBlock(measurement);
  return first.kind === "failed" ? measureBlock(measurement) : first;
}

async function warmUp(measurement: BlockMeasurement): Promise<ReadonlySet<string> | "aborted"> {
  const seen = new Set<string>();
  for (const run of measurement.prepared.runs) {
    const { key } = run.artifact;
    if (seen.has(key)) continue;
    seen.add(key);
    if (measurement.warm.has(key)) continue;
    const result = await runOrAbort(measurement.runner, requestOf(measurement, run), measurement.signal);
    if (result === "aborted") return "aborted";
  }
  return seen;
}

function requestOf(measurement: BlockMeasurement, run: PreparedRun): RunRequest {
  const { column, artifact, scheduled } = run;
  const subject = ensure(measurement.subjects.get(column.subject), `subject ${column.subject}`);
  const timeoutMs = ensure(measurement.timeoutMs[column.subject], `time limit of ${column.subject}`);
  return {
    ...runRequest({ subject, artifact, run: column.setting.run }, measurement.surroundings, timeoutMs),
    ...randomPadding(subject, scheduled.environmentPaddingBytes),
    ...(measurement.probePath === undefined ? {} : { probePath: measurement.probePath }),
  };
}

/** What is wrong with a run; undefined when it counts. */
function complaint(measurement: BlockMeasurement, run: PreparedRun, result: RunResult): string | undefined {
  if (!succeeded(result)) return exitPhrase(result.exit);
  const expected = measurement.outputHash?.(run.column);
  if (expected === undefined || expected === result.stdoutHash) return undefined;
  return "printed something else than when it was verified";
}

async function observationOf(
  { probePath, operation }: BlockMeasurement,
  run: PreparedRun,
  { order, result }: { readonly order: number; readonly result: RunResult },
): Promise<Observation> {
  const latencies = probePath === undefined ? undefined : await readLatencies(probePath, operation);
  return {
    block: run.scheduled.block,
    order,
    column: run.column.id,
    subject: run.column.subject,
    layoutSeed: run.scheduled.layoutSeed,
    artifact: run.artifact.key,
    run: {
      ...result,
      stderrTail: result.stderrTail.slice(-keptStderrCharacters),
      ...(latencies === undefined ? {} : { latencies }),
    },
  };
}

function lastOrder(prepared: PreparedBlock): number {
  return Math.max(...prepared.runs.map(({ scheduled }) => scheduled.order));
}
