import type { SubjectId } from "../model/case.ts";
import type { Estimate } from "../model/estimate.ts";
import type { SideInference } from "../model/inference.ts";
import type { Contribution, Diagnostics } from "../model/report.ts";
import { methods, toEstimate } from "./estimate.ts";
import type { AttributeInput } from "./input.ts";
import type { Pair } from "./pair.ts";

/** The self-test that stands in every report (METHOD step 22). */
export function makeDiagnostics(
  input: AttributeInput,
  pair: Pair,
  contributions: readonly Contribution[],
): Diagnostics {
  const { inference, slow, fast } = pair;
  const bySide = <T>(read: (side: SideInference) => T): Readonly<Record<SubjectId, T>> =>
    Object.fromEntries([slow, fast].map((side) => [side.subject, read(side)]));
  const widths = contributions.map(({ low, high }) => (high - low) / 2);
  const gap = toEstimate(pair.gap, inference.confidence, methods.blocks);
  return {
    aa: bySide((side): Estimate => toEstimate(side.placebo, inference.confidence, methods.strata)),
    noiseFloor: pair.noiseFloor,
    layoutSd: bySide((side) => side.layoutSd),
    runSd: bySide((side) => side.runSd),
    blocks: inference.blocks,
    degreesOfFreedom: Math.min(slow.degreesOfFreedom, fast.degreesOfFreedom),
    clippedShare: (slow.clippedShare + fast.clippedShare) / 2,
    detrended: inference.detrended,
    driftShare: inference.driftShare,
    precisionWanted: input.plan.precision,
    precisionReached: widths.length > 0 ? Math.max(...widths) : (gap.high - gap.low) / 2,
    stoppedBy: input.stoppedBy,
    seed: input.plan.seed,
    units: inference.units,
    tails: bySide((side) => side.tails),
  };
}
