import type { Inference, InferenceResult } from "../model/inference.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { MetricId, Plan } from "../model/plan.ts";
import { designPlan, inferTable } from "./infer-table.ts";
import { readingOf, tabulate } from "./table.ts";

/**
 * Everything that the complete blocks say about one metric. Works from the first block on; from the second on the
 * intervals hold layouts and drift too, from the fourth on outlying runs are clipped.
 */
export function infer(plan: Plan, blocks: readonly BlockRecord[], metric: MetricId): InferenceResult {
  const tabulation = tabulate(plan, blocks, readingOf(metric));
  if (tabulation.kind === "unavailable") return { kind: "unavailable", metric, reason: tabulation.reason };
  const inference: Inference = inferTable(designPlan(plan), tabulation.table, metric);
  return { kind: "inferred", inference };
}
