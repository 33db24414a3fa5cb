import { Failure } from "../base/failure.ts";
import { decideStop, infer } from "../infer/index.ts";
import { type BlockOutcome, measureBlock } from "../measure/measure-block.ts";
import { type PreparedBlock, prepareBlock } from "../measure/prepare-block.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Inference, StopDecision } from "../model/inference.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { Column } from "../model/plan.ts";
import type { Diagnostics } from "../model/report.ts";
import { scheduleBlock } from "../plan/index.ts";
import { tellBlock } from "./live.ts";
import type { Prepared } from "./prepared.ts";
import type { Workbench } from "./workbench.ts";

export interface Measured {
  readonly blocks: readonly BlockRecord[];
  readonly stoppedBy: Diagnostics["stoppedBy"];
  /** A variant that worked when it was checked and failed later; measuring ended there. */
  readonly failed?: { readonly column: Column; readonly reason: string };
}

/** A plan that is only looked at. */
export const unmeasured: Measured = { blocks: [], stoppedBy: "interrupted" };

type NextBlock =
  | { readonly kind: "block"; readonly record: BlockRecord; readonly tookMs: number }
  | { readonly kind: "interrupted" }
  | { readonly kind: "failed"; readonly column: Column; readonly reason: string };

/** Measures block after block until the plan's precision or budget is reached; each block is on disk before the next. */
export async function measurePlan(bench: Workbench, prepared: Prepared): Promise<Measured> {
  const { plan } = prepared;
  const blocks: BlockRecord[] = [...bench.run.blocks];
  const startedMs = performance.now();
  let blockTimeMs = plan.sides.reduce(
    (sum, { blockCost }) => sum + (blockCost?.runMs ?? 0) + (blockCost?.linkMs ?? 0),
    0,
  );
  for (;;) {
    const decision = decideNext(bench, prepared, {
      blocks,
      blockTimeMs,
      elapsedMs: performance.now() - startedMs,
    });
    if (decision?.kind === "stop") return { blocks, stoppedBy: decision.by };
    if (bench.options.stop.aborted) return { blocks, stoppedBy: "interrupted" };
    const next = await measureNext(bench, prepared, (blocks.at(-1)?.block ?? -1) + 1);
    if (next.kind === "interrupted") return { blocks, stoppedBy: "interrupted" };
    if (next.kind === "failed") return { blocks, stoppedBy: "interrupted", failed: next };
    await bench.run.appendBlock(next.record);
    blocks.push(next.record);
    blockTimeMs += (next.tookMs - blockTimeMs) / Math.min(blocks.length, 4);
  }
}

interface Standing {
  readonly blocks: readonly BlockRecord[];
  readonly blockTimeMs: number;
  readonly elapsedMs: number;
}

/** Looks at what the blocks say so far, tells it, and decides; undefined before the first block. */
function decideNext(bench: Workbench, { plan }: Prepared, standing: Standing): StopDecision | undefined {
  if (standing.blocks.length === 0) return undefined;
  const inference = primaryInference(plan, standing.blocks);
  if (inference === undefined) return undefined;
  const decision = decideStop({
    plan,
    inference,
    elapsedMs: standing.elapsedMs,
    blockTimeMs: standing.blockTimeMs,
  });
  tellBlock(bench, plan, inference, decision);
  return decision;
}

/** Of the first metric that these observations hold. */
function primaryInference(plan: Prepared["plan"], blocks: readonly BlockRecord[]): Inference | undefined {
  for (const metric of plan.metrics) {
    const result = infer(plan, blocks, metric);
    if (result.kind === "inferred") return result.inference;
  }
  return undefined;
}

async function measureNext(bench: Workbench, prepared: Prepared, block: number): Promise<NextBlock> {
  const startedMs = performance.now();
  const schedule = scheduleBlock(prepared.plan, block);
  const columns = new Map(
    prepared.plan.sides.flatMap((side) => side.columns.map((column) => [column.id, column])),
  );
  const ready = await prepareBlock({
    block,
    runs: schedule,
    columns,
    build: (column, layoutSeed) => {
      const contender = contenderOf(bench, column.subject);
      return bench.builder.build({
        subject: contender.subject,
        toolchain: contender.toolchain,
        setting: column.setting.build,
        layoutSeed,
        purpose: "timed",
        signal: bench.options.kill,
      });
    },
  });
  if (ready.kind === "buildFailed") {
    return { kind: "failed", column: ready.column, reason: "could not be built with another layout" };
  }
  bench.emit({ kind: "blockStarted", block });
  const outcome = await measureWithRetry(bench, prepared, ready.prepared);
  await bench.builder.release(ready.prepared.runs.map((run) => run.artifact).filter(unique));
  if (outcome.kind === "interrupted") return { kind: "interrupted" };
  if (outcome.kind === "failed") return failedBlock(outcome);
  return { kind: "block", record: outcome.record, tookMs: performance.now() - startedMs };
}

/** A block that fails for a passing reason (a neighbour took all memory) is made once more before anything is given up. */
async function measureWithRetry(
  bench: Workbench,
  prepared: Prepared,
  ready: PreparedBlock,
): Promise<BlockOutcome> {
  const measurement = {
    prepared: ready,
    runner: bench.runner,
    subjects: new Map(bench.contenders.map(({ subject }) => [subject.id, subject])),
    surroundings: bench.surroundings,
    timeoutMs: prepared.timeoutMs,
    outputHash: (column: Column) => prepared.outputHashes[`${column.subject}/${column.cell}`],
    // The builder has just read every byte of each executable to check its hash: no artifact is cold.
    warm: new Set(ready.runs.map((run) => run.artifact.key)),
    signal: bench.options.kill,
  };
  const first = await measureBlock(measurement);
  return first.kind === "failed" ? measureBlock(measurement) : first;
}

function failedBlock(outcome: Extract<BlockOutcome, { kind: "failed" }>): NextBlock {
  const { column, reason, run } = outcome;
  if (column.cell !== 0) return { kind: "failed", column, reason };
  throw new Failure({
    code: "program-failed",
    exit: "programFailed",
    message: `${column.subject} worked when its output was checked and failed twice while it was measured: it ${reason}.`,
    ...(run.stderrTail.trim() === "" ? {} : { detail: run.stderrTail.trim() }),
    help: "what was measured before is kept: perfgap resume",
  });
}

function contenderOf(bench: Workbench, subject: string) {
  const contender = bench.contenders.find((each) => each.subject.id === subject);
  if (contender === undefined) throw new Error(`bug: no subject ${subject}`);
  return contender;
}

function unique(artifact: Artifact, index: number, all: readonly Artifact[]): boolean {
  return all.findIndex(({ key }) => key === artifact.key) === index;
}
