import { createRandom, mixSeeds } from "../base/random.ts";
import { type Column, type Plan, type ScheduledRun, type Side, sidesOfBlock } from "../model/plan.ts";

/** Largest padding of the environment: one page moves the stack by every offset that matters (Mytkowicz et al. 2009). */
const paddingLimitBytes = 4096;

/** Streams of one plan's seed, so that order and layout do not depend on each other. */
const streams = { order: 1, layout: 2 } as const;

/** Block `block` (0, 1, ...): all columns of its sides once, in an order of its own. The same for every call. */
export function scheduleBlock(plan: Plan, block: number): readonly ScheduledRun[] {
  const random = createRandom(mixSeeds(plan.seed, streams.order, block));
  const runs = sidesOfBlock(plan, block).flatMap((side, sideIndex) =>
    side.columns.map((column) => ({
      column: column.id,
      layoutSeed: layoutSeed(plan.seed, { side, sideIndex, column }, block),
    })),
  );
  return random.shuffle(runs).map((run, order) => ({
    block,
    order,
    column: run.column,
    layoutSeed: run.layoutSeed,
    environmentPaddingBytes: random.integer(paddingLimitBytes + 1),
  }));
}

interface Place {
  readonly side: Side;
  readonly sideIndex: number;
  readonly column: Column;
}

/** A positive 31-bit number: zero means "the linker's own order" to some toolchains. */
function layoutSeed(seed: number, { side, sideIndex, column }: Place, block: number): number {
  const unit = side.layout === "fixed" ? 0 : Math.floor(block / side.blocksPerLayout);
  return 1 + (mixSeeds(seed, streams.layout, unit, sideIndex, column.binary) % 2147483646);
}
