import { Failure } from "../base/failure.ts";
import { present } from "../base/present.ts";
import { type BlockOutcome, measureBlockWithRetry } from "../measure/measure-block.ts";
import { type PreparedBlock, prepareBlock } from "../measure/prepare-block.ts";
import type { Artifact } from "../model/artifact.ts";
import type { BlockRecord } from "../model/observation.ts";
import { type Column, isLatency, sidesOfBlock } from "../model/plan.ts";
import { scheduleBlock } from "../plan/index.ts";
import type { Prepared } from "./prepared.ts";
import { probeFile } from "./scratch.ts";
import type { Workbench } from "./workbench.ts";

/** What a block needs to know of everything prepared. */
export type BlockPlan = Pick<Prepared, "plan" | "timeoutMs" | "outputHashes" | "operation">;

export type NextBlock =
  | { readonly kind: "block"; readonly record: BlockRecord; readonly tookMs: number }
  | { readonly kind: "interrupted" }
  | { readonly kind: "failed"; readonly column: Column; readonly reason: string };

/** Links what one block needs, then runs every column once; nothing is built while anything is timed. */
export async function measureOneBlock(
  bench: Workbench,
  prepared: BlockPlan,
  block: number,
): Promise<NextBlock> {
  const startedMs = performance.now();
  const schedule = scheduleBlock(prepared.plan, block);
  const columns = new Map(
    sidesOfBlock(prepared.plan, block).flatMap((side) => side.columns.map((column) => [column.id, column])),
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
  const outcome = await measurePrepared(bench, prepared, ready.prepared);
  await bench.builder.release(ready.prepared.runs.map((run) => run.artifact).filter(unique));
  if (outcome.kind === "interrupted") return { kind: "interrupted" };
  if (outcome.kind === "failed") return failedBlock(outcome);
  return { kind: "block", record: outcome.record, tookMs: performance.now() - startedMs };
}

function measurePrepared(bench: Workbench, prepared: BlockPlan, ready: PreparedBlock): Promise<BlockOutcome> {
  const latencies = prepared.plan.metrics.some(isLatency);
  return measureBlockWithRetry({
    prepared: ready,
    ...(latencies ? { probePath: probeFile(bench.run.directory) } : {}),
    ...present({ operation: prepared.operation }),
    runner: bench.runner,
    subjects: new Map(bench.contenders.map(({ subject }) => [subject.id, subject])),
    surroundings: bench.surroundings,
    timeoutMs: prepared.timeoutMs,
    outputHash: (column: Column) => prepared.outputHashes[`${column.subject}/${column.cell}`],
    // The builder has just read every byte of each executable to check its hash: no artifact is cold.
    warm: new Set(ready.runs.map((run) => run.artifact.key)),
    signal: bench.options.kill,
  });
}

function failedBlock(outcome: Extract<BlockOutcome, { kind: "failed" }>): NextBlock {
  const { column, reason, run } = outcome;
  if (column.role === "dose" || column.cell !== 0) return { kind: "failed", column, reason };
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
