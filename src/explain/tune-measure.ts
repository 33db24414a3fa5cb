import { Failure } from "../base/failure.ts";
import { measureBlockWithRetry } from "../measure/measure-block.ts";
import { type PreparedBlock, prepareBlock } from "../measure/prepare-block.ts";
import type { Artifact } from "../model/artifact.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { Column, Plan } from "../model/plan.ts";
import type { Toolchain } from "../model/toolchain.ts";
import { scheduleBlock } from "../plan/index.ts";
import type { TuningLog } from "../runs/tuning-log.ts";
import type { VerifiedBaseline } from "./baselines.ts";
import type { MeasuredRound } from "./tune-reading.ts";
import type { Workbench } from "./workbench.ts";

/** What measuring for a search needs; one for all rounds of all subjects, so that no block repeats a layout. */
export interface TuningRig {
  readonly bench: Workbench;
  readonly baselines: readonly VerifiedBaseline[];
  readonly timeoutMs: Readonly<Record<string, number>>;
  /** Compilers of columns whose settings bring one, by column id. */
  readonly toolchains: Map<string, Toolchain>;
  readonly log: TuningLog;
  /** Number of the next block. */
  nextBlock: number;
  /** What the builds of the latest blocks took, by column id. */
  readonly buildTimesMs: Map<string, number[]>;
}

export interface RoundBounds {
  readonly blocks: number;
  /** No further block is begun after so many milliseconds, if there are two. */
  readonly limitMs: number;
  /** Name of the round in the log. */
  readonly name: string;
  readonly onBlock: (done: number, of: number) => void;
  /** Told of a column that failed while it was measured: it is taken out of the plan. */
  readonly onFailed: (column: Column, reason: string) => void;
}

/** Measures a round block by block; each block is on disk before the next begins. */
export async function measureRound(rig: TuningRig, plan: Plan, bounds: RoundBounds): Promise<MeasuredRound> {
  const startedMs = performance.now();
  const blocks: BlockRecord[] = [];
  let current = plan;
  await rig.log.appendPlan(bounds.name, plan);
  while (blocks.length < bounds.blocks) {
    const interrupted = rig.bench.options.stop.aborted;
    const late = blocks.length >= 2 && performance.now() - startedMs > bounds.limitMs;
    if (interrupted || late) return { plan: current, blocks, interrupted };
    const next = await measureTuningBlock(rig, current, rig.nextBlock++);
    if (next.kind === "interrupted") return { plan: current, blocks, interrupted: true };
    if (next.kind === "failed") {
      bounds.onFailed(next.column, next.reason);
      current = withoutColumn(current, next.column);
      continue;
    }
    await rig.log.appendBlock(next.record);
    blocks.push(next.record);
    bounds.onBlock(blocks.length, bounds.blocks);
  }
  return { plan: current, blocks, interrupted: false };
}

type NextTuningBlock =
  | { readonly kind: "block"; readonly record: BlockRecord }
  | { readonly kind: "interrupted" }
  | { readonly kind: "failed"; readonly column: Column; readonly reason: string };

async function measureTuningBlock(rig: TuningRig, plan: Plan, block: number): Promise<NextTuningBlock> {
  const { bench } = rig;
  const columns = new Map(plan.sides.flatMap((side) => side.columns.map((column) => [column.id, column])));
  const ready = await prepareBlock({
    block,
    runs: scheduleBlock(plan, block),
    columns,
    build: (column, layoutSeed) => {
      const { subject, toolchain } = baselineOf(rig, column.subject).contender;
      return bench.builder.build({
        subject,
        toolchain: rig.toolchains.get(column.id) ?? toolchain,
        setting: column.setting.build,
        layoutSeed,
        purpose: "timed",
        signal: bench.options.kill,
      });
    },
  });
  if (ready.kind === "buildFailed")
    return orThrow({
      kind: "failed",
      column: ready.column,
      reason: "could not be built with another layout",
    });
  noteBuildTimes(rig, ready.prepared);
  const outcome = await measureBlockWithRetry({
    prepared: ready.prepared,
    runner: bench.runner,
    subjects: new Map(bench.contenders.map(({ subject }) => [subject.id, subject])),
    surroundings: bench.surroundings,
    timeoutMs: rig.timeoutMs,
    outputHash: (column) => expectedHash(rig, column),
    // The builder has just read every byte of each executable to check its hash: no artifact is cold.
    warm: new Set(ready.prepared.runs.map((run) => run.artifact.key)),
    signal: bench.options.kill,
  });
  await bench.builder.release(distinct(ready.prepared));
  if (outcome.kind === "measured") return { kind: "block", record: outcome.record };
  return outcome.kind === "interrupted"
    ? outcome
    : orThrow({ kind: "failed", column: outcome.column, reason: outcome.reason });
}

/** The subject as written must work: without it there is nothing to hold a setting against. */
function orThrow(failed: Extract<NextTuningBlock, { kind: "failed" }>): NextTuningBlock {
  const { column, reason } = failed;
  if (isArm(column)) return failed;
  throw new Failure({
    code: "program-failed",
    exit: "programFailed",
    message: `${column.subject} worked when its output was checked and failed twice while it was measured: it ${reason}.`,
    help: "a program that fails now and then cannot be measured: run it a few times by hand",
  });
}

function isArm({ role, cell }: Column): boolean {
  return role === "dose" || cell !== 0;
}

/** The plan without the columns that run what failed. */
function withoutColumn(plan: Plan, { subject, dose, cell }: Column): Plan {
  return {
    ...plan,
    sides: plan.sides.map((side) => {
      if (side.subject !== subject) return side;
      const columns = side.columns.filter((column) =>
        dose === undefined ? column.cell !== cell : column.dose?.level !== dose.level,
      );
      return dose === undefined ? { ...side, columns, factors: [] } : { ...side, columns };
    }),
  };
}

/** Only programs that must print the very same bytes can be held to a hash. */
function expectedHash(rig: TuningRig, column: Column): string | undefined {
  return rig.bench.surroundings.workload.compare.kind === "exact"
    ? baselineOf(rig, column.subject).reference.hash
    : undefined;
}

function noteBuildTimes({ buildTimesMs }: TuningRig, { runs }: PreparedBlock): void {
  for (const { column, artifact } of runs)
    buildTimesMs.set(column.id, [...(buildTimesMs.get(column.id) ?? []), artifact.buildTimeMs]);
}

export function baselineOf({ baselines }: Pick<TuningRig, "baselines">, subject: string): VerifiedBaseline {
  const found = baselines.find(({ contender }) => contender.subject.id === subject);
  if (found === undefined) throw new Error(`bug: no baseline of ${subject}`);
  return found;
}

function distinct({ runs }: PreparedBlock): readonly Artifact[] {
  return [...new Map(runs.map(({ artifact }) => [artifact.key, artifact])).values()];
}
