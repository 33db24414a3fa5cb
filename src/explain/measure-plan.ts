import { decideStop, infer, sidesNotAddingUp } from "../infer/index.ts";
import type { Inference, StopDecision } from "../model/inference.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { Column, Plan } from "../model/plan.ts";
import type { Diagnostics } from "../model/report.ts";
import { withComplement } from "../plan/index.ts";
import type { FailedDose } from "./choose-sides.ts";
import { failedDose, lostDoses, withoutDose } from "./doses.ts";
import { tellBlock } from "./live.ts";
import { type BlockPlan, measureOneBlock, type NextBlock } from "./measure-one-block.ts";
import type { Prepared } from "./prepared.ts";
import type { Workbench } from "./workbench.ts";

export interface Measured {
  /** As made, or with the other half of fractions that did not add up; without doses that failed. */
  readonly plan: Plan;
  readonly blocks: readonly BlockRecord[];
  readonly stoppedBy: Diagnostics["stoppedBy"];
  /** Of one more block with its links; absent where none was measured. */
  readonly blockTimeMs?: number;
  /** A variant that worked when it was checked and failed later; measuring ended there. */
  readonly failed?: { readonly column: Column; readonly reason: string };
  /** Doses that worked when they were checked and failed later. */
  readonly failedDoses?: readonly FailedDose[];
}

/** A plan that is only looked at. */
export function unmeasured({ plan }: Prepared): Measured {
  return { plan, blocks: [], stoppedBy: "interrupted" };
}

/** Measures block after block until the plan's precision or budget is reached; each block is on disk before the next. */
export async function measurePlan(bench: Workbench, prepared: Prepared): Promise<Measured> {
  const blocks: BlockRecord[] = [...bench.run.blocks];
  const lost = lostDoses(prepared.plan, blocks);
  const failedDoses = lost.flatMap((column) => failedDose(column, "failed in an earlier session"));
  let plan = planSoFar(lost.reduce(withoutDose, prepared.plan), blocks);
  const startedMs = performance.now();
  let blockTimeMs = plan.sides.reduce(
    (sum, { blockCost }) => sum + (blockCost?.runMs ?? 0) + (blockCost?.linkMs ?? 0),
    0,
  );
  for (;;) {
    const standing = { blocks, blockTimeMs, elapsedMs: performance.now() - startedMs };
    const look = lookAt(plan, blocks);
    const nextBlock = (blocks.at(-1)?.block ?? -1) + 1;
    if (look !== undefined) plan = completeFractions(plan, look, nextBlock);
    const decision = look && decideNext(bench, plan, look, standing);
    if (decision?.kind === "stop" && !(decision.by === "precision" && awaitsOtherHalf(plan, nextBlock)))
      return { plan, blocks, stoppedBy: decision.by, blockTimeMs, failedDoses };
    if (bench.options.stop.aborted) return { plan, blocks, stoppedBy: "interrupted", failedDoses };
    const attempt = await measureWithoutFailing(bench, { ...prepared, plan }, nextBlock);
    const { next } = attempt;
    plan = attempt.plan;
    failedDoses.push(...attempt.failedDoses);
    if (next.kind === "interrupted") return { plan, blocks, stoppedBy: "interrupted", failedDoses };
    if (next.kind === "failed") return { plan, blocks, stoppedBy: "interrupted", failed: next, failedDoses };
    await bench.run.appendBlock(next.record);
    blocks.push(next.record);
    blockTimeMs += (next.tookMs - blockTimeMs) / Math.min(blocks.length, 4);
  }
}

interface Attempt {
  readonly plan: Plan;
  readonly next: NextBlock;
  readonly failedDoses: readonly FailedDose[];
}

/** A block is measured again without each dose that fails in it: no cell of the design leans on a dose. */
async function measureWithoutFailing(
  bench: Workbench,
  blockPlan: BlockPlan,
  block: number,
): Promise<Attempt> {
  const failedDoses: FailedDose[] = [];
  let { plan } = blockPlan;
  for (;;) {
    const next = await measureOneBlock(bench, { ...blockPlan, plan }, block);
    if (next.kind !== "failed" || next.column.role !== "dose") return { plan, next, failedDoses };
    failedDoses.push(...failedDose(next.column, next.reason));
    plan = withoutDose(plan, next.column);
  }
}

interface Standing {
  readonly blocks: readonly BlockRecord[];
  readonly blockTimeMs: number;
  readonly elapsedMs: number;
}

/** What the blocks say so far in the first metric that they hold; undefined before the first block. */
function lookAt(plan: Plan, blocks: readonly BlockRecord[]): Inference | undefined {
  if (blocks.length === 0) return undefined;
  for (const metric of plan.metrics) {
    const result = infer(plan, blocks, metric);
    if (result.kind === "inferred") return result.inference;
  }
  return undefined;
}

/**
 * The plan with the other half of fractions that do not add up (METHOD step 20). It follows from the blocks alone, so
 * that a resumed run comes to the same plan by going through its blocks again.
 */
function completeFractions(plan: Plan, look: Inference, next: number): Plan {
  return withComplement(plan, sidesNotAddingUp(plan, look), next);
}

/** What looks precise enough is so for half of the variants only. */
const awaitsOtherHalf = ({ complement }: Plan, nextBlock: number) => complement?.fromBlock === nextBlock;

function planSoFar(plan: Plan, blocks: readonly BlockRecord[]): Plan {
  if (plan.sides.every(({ design }) => design.kind === "full")) return plan;
  return blocks.reduce((current, { block }, index) => {
    const look = lookAt(current, blocks.slice(0, index + 1));
    return look === undefined ? current : completeFractions(current, look, block + 1);
  }, plan);
}

/** Tells what the blocks say and decides. */
function decideNext(bench: Workbench, plan: Plan, inference: Inference, standing: Standing): StopDecision {
  const decision = decideStop({
    plan,
    inference,
    elapsedMs: standing.elapsedMs,
    blockTimeMs: standing.blockTimeMs,
  });
  tellBlock(bench, plan, inference, decision);
  return decision;
}
