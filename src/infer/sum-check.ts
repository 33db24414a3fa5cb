import { halfWidth } from "../base/statistics.ts";
import type { SubjectId } from "../model/case.ts";
import type { Inference } from "../model/inference.ts";
import type { Plan } from "../model/plan.ts";

/**
 * Sides whose fraction does not add up: the mass D that belongs to no cause is beyond its own half width by more than
 * the precision wanted (METHOD step 20). Their other half has to be run. None before the fewest blocks are there.
 */
export function sidesNotAddingUp(plan: Plan, inference: Inference): readonly SubjectId[] {
  if (plan.complement !== undefined || inference.units < plan.minBlocks) return [];
  return inference.sides
    .filter(
      ({ higherOrder }) =>
        higherOrder !== undefined &&
        Math.abs(higherOrder.value) - halfWidth(higherOrder, inference.confidence) > plan.precision,
    )
    .map(({ subject }) => subject);
}
