import type { SubjectId, TitleOf } from "../model/case.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Factor, FactorId } from "../model/factor.ts";
import type { Inference } from "../model/inference.ts";
import type { MetricId, Plan } from "../model/plan.ts";
import type { Accounting, Diagnostics, Exclusion } from "../model/report.ts";

export type FactorText = Pick<Factor, "id" | "title" | "phrase" | "group" | "caveat">;

/** What a hole may hide: the factor's effect on that side lies in [low, high], by the evidence named. */
export interface HoleBound {
  readonly factor: FactorId;
  readonly side: SubjectId;
  /** A profile of the processor time bounds no memory. Absent: the bound holds for every metric. */
  readonly metrics?: readonly MetricId[];
  readonly low: number;
  /** Log units, e.g. -ln(1 - upper share of the processor time). */
  readonly high: number;
  readonly reason: string;
}

/** Share of a subject's processor time that its runtime itself counts for a factor, beside the profile. */
export interface Witness {
  readonly factor: FactorId;
  readonly subject: SubjectId;
  readonly share: number;
}

export interface AttributeInput {
  readonly plan: Plan;
  /** One per metric; the first decides who is slow. */
  readonly inferences: readonly Inference[];
  /** Every factor of the plan at least. */
  readonly factors: readonly FactorText[];
  readonly excluded: readonly Exclusion[];
  readonly bounds?: readonly HoleBound[];
  readonly evidence?: readonly Evidence[];
  readonly stoppedBy: Diagnostics["stoppedBy"];
  /** Milliseconds of one more block with its links, to say what the width asked for would take. */
  readonly blockTimeMs?: number;
  readonly accounting?: readonly Accounting[];
  readonly witnesses?: readonly Witness[];
  /** Components of the profile that a factor removes, e.g. gc -> ["gc"]; factors without any have one lens only. */
  readonly componentsOf?: Readonly<Record<FactorId, readonly string[]>>;
  /** For the words of readings and doubts; absent: ids. */
  readonly titleOf?: TitleOf;
}
