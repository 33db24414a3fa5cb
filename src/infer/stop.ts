/** When to stop: fixed width on the pooled variance, never significance (METHOD step 14). */
import { halfWidth, subtractMoments } from "../base/statistics.ts";
import type { Contrast, Inference, SideInference, StopDecision } from "../model/inference.ts";
import type { Plan } from "../model/plan.ts";

export interface Progress {
  readonly plan: Plan;
  /** Of the first metric of the plan that could be inferred. */
  readonly inference: Inference;
  readonly elapsedMs: number;
  /** Milliseconds of one more block with its links, as seen so far. */
  readonly blockTimeMs: number;
}

/** Largest half width over contributions of all pairs with the fastest; of the gap where there is no factor. */
function precisionReached(inference: Inference): number {
  const fastest = inference.sides.reduce((best, side) =>
    side.typical.value < best.typical.value ? side : best,
  );
  const widths = inference.sides
    .filter((side) => side !== fastest)
    .flatMap((side) => contributionsOf(side, fastest).map((value) => halfWidth(value, inference.confidence)));
  if (widths.length > 0) return Math.max(...widths);
  return Math.max(...inference.pairs.map(({ gap }) => halfWidth(gap, inference.confidence)));
}

/** phi of every factor that either side has. */
function contributionsOf(slow: SideInference, fast: SideInference): readonly Contrast[] {
  const names = new Set([...slow.factors, ...fast.factors].map((effect) => effect.factor));
  const find = (side: SideInference, name: string) =>
    side.factors.find((effect) => effect.factor === name)?.shapley;
  return [...names].flatMap((name) => {
    const value = subtractMoments(find(slow, name), find(fast, name));
    return value === undefined ? [] : [value];
  });
}

/**
 * A session that ends exactly at a half width h has a standard error of .51 h. A little less is asked for than the
 * plan says, so that errors stay below .475 of its precision (METHOD's bar of .95 points for 2).
 */
const endsAt = 0.94;

/**
 * One block less will do where all variants together leave this many degrees of freedom and the width is half of what
 * was asked for: such a session is not picked out for a width that happens to be low.
 */
const manyDegreesOfFreedom = 30;

function hasFewestBlocks({ minBlocks, precision }: Plan, inference: Inference, reached: number): boolean {
  const calm =
    reached <= precision / 2 &&
    inference.sides.every(({ degreesOfFreedom }) => degreesOfFreedom >= manyDegreesOfFreedom);
  return inference.units >= (calm ? Math.min(minBlocks, Math.max(2, minBlocks - 1)) : minBlocks);
}

export function decideStop({ plan, inference, elapsedMs, blockTimeMs }: Progress): StopDecision {
  const reached = precisionReached(inference);
  const target = endsAt * plan.precision;
  // The width falls with the root of the number of blocks.
  const wanted = Math.ceil(inference.blocks * (reached / target) ** 2);
  const enough = hasFewestBlocks(plan, inference, reached);
  const blocksNeeded = Math.max(
    enough ? 0 : plan.minBlocks,
    reached <= target ? inference.blocks : Math.max(wanted, inference.blocks + 1),
  );
  const wouldNeedMs = Math.max(0, blocksNeeded - inference.blocks) * blockTimeMs;
  const stop = (by: "precision" | "budget" | "maxBlocks"): StopDecision => ({
    kind: "stop",
    by,
    reached,
    blocksNeeded,
    wouldNeedMs,
  });
  if (enough && reached <= target) return stop("precision");
  if (inference.blocks >= plan.maxBlocks) return stop("maxBlocks");
  if (inference.blocks >= 2 && elapsedMs + blockTimeMs > plan.budgetMs) return stop("budget");
  const blocksLeft =
    blockTimeMs > 0 ? Math.floor((plan.budgetMs - elapsedMs) / blockTimeMs) : Number.POSITIVE_INFINITY;
  // Two blocks are measured whatever the budget says, and this one is not the last.
  const expectable = Math.max(2, inference.blocks + Math.max(1, blocksLeft));
  const blocksExpected = Math.min(blocksNeeded, expectable, plan.maxBlocks);
  return {
    kind: "continue",
    reached,
    blocksNeeded,
    blocksExpected,
    etaMs: (blocksExpected - inference.blocks) * blockTimeMs,
  };
}
