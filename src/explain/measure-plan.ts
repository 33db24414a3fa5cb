import { decideStop, infer } from "../infer/index.ts";
import type { Inference, StopDecision } from "../model/inference.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { Column } from "../model/plan.ts";
import type { Diagnostics } from "../model/report.ts";
import { tellBlock } from "./live.ts";
import { measureOneBlock } from "./measure-one-block.ts";
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
    const next = await measureOneBlock(bench, prepared, (blocks.at(-1)?.block ?? -1) + 1);
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
