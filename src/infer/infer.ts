import type { Inference, InferenceResult } from "../model/inference.ts";
import type { BlockRecord } from "../model/observation.ts";
import { halfOfBlock, type MetricId, type Plan } from "../model/plan.ts";
import { designPlan, inferTable } from "./infer-table.ts";
import { readingOf, tabulate } from "./table.ts";

/**
 * Everything that the complete blocks say about one metric. Works from the first block on; from the second on the
 * intervals hold layouts and drift too, from the fourth on outlying runs are clipped. The other half of a fraction
 * counts from its first whole block on.
 */
export function infer(plan: Plan, blocks: readonly BlockRecord[], metric: MetricId): InferenceResult {
  const reading = readingOf(metric);
  const ofHalf = (half: "first" | "other") => blocks.filter(({ block }) => halfOfBlock(plan, block) === half);
  const first = tabulate(plan, ofHalf("first"), reading);
  if (first.kind === "unavailable") return { kind: "unavailable", metric, reason: first.reason };
  const { complement, ...withoutOther } = plan;
  const other = complement && tabulate(complement, ofHalf("other"), reading);
  const inference: Inference =
    other?.kind === "table"
      ? inferTable(designPlan(plan), { first: first.table, other: other.table }, metric)
      : inferTable(designPlan(withoutOther), { first: first.table }, metric);
  return { kind: "inferred", inference };
}
