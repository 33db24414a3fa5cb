import type { SubjectId } from "./case.ts";
import type { FactorGroup, FactorId } from "./factor.ts";
import type { MetricId } from "./plan.ts";

/** A linear combination of column means in log units, with the variance of its estimate. */
export interface Contrast {
  readonly value: number;
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

/** Location of the log metric in one cell of a side. */
export interface CellMean {
  /** Bit i set = factor i neutralised. */
  readonly cell: number;
  readonly mean: number;
}

/** What one factor does on one side; all in log units, positive = the cause costs. */
export interface FactorEffect {
  readonly factor: FactorId;
  readonly group?: FactorGroup;
  readonly shapley: Contrast;
  /** y(baseline) - y(only this neutral); absent in a fraction without that cell. */
  readonly alone?: Contrast;
  /** y(all others neutral) - y(all neutral). */
  readonly last?: Contrast;
  /** Smallest and largest marginal over contexts, from the effects that stand out of the noise. */
  readonly range: { readonly low: number; readonly high: number };
  /** Only where cells could not be run: half width to add for what they may hide. */
  readonly unseen?: number;
}

export interface DoseShift {
  readonly factor: FactorId;
  readonly level: string;
  /** y(baseline) - y(level). */
  readonly shift: Contrast;
}

/** How outlying runs of a side were treated. */
export type TailTreatment = "clipped" | "variants differ" | "too many" | "too few blocks";

export interface SideInference {
  readonly subject: SubjectId;
  readonly factors: readonly FactorEffect[];
  readonly cells: readonly CellMean[];
  readonly groups: readonly { readonly group: FactorGroup; readonly sum: Contrast }[];
  /** Shapley interaction indices of all pairs that the design can tell. */
  readonly interactions: readonly {
    readonly factors: readonly [FactorId, FactorId];
    readonly index: Contrast;
  }[];
  /** What all neutralisations together remove: y(baseline) - y(all neutral). */
  readonly total: Contrast;
  /** Fractions only: total minus the sum of contributions, the mass of higher orders that belongs to nobody. */
  readonly higherOrder?: Contrast;
  /** As written minus baseline with the scheme; absent without a scheme. */
  readonly schemeShift?: Contrast;
  /** Baseline minus placebo: must cover zero. */
  readonly placebo: Contrast;
  readonly doses: readonly DoseShift[];
  /** Log of the metric as written (seconds or bytes), block effects included in the variance. */
  readonly typical: Contrast;
  /** ln of mean exp minus mean log at the subject as written: how much heavy tails lift the arithmetic mean. */
  readonly tailLift: number;
  readonly runSd: number;
  readonly layoutSd: number;
  /** Of the stratum with the fewest, as used. */
  readonly degreesOfFreedom: number;
  readonly clippedShare: number;
  readonly tails: TailTreatment;
}

/** Contrasts between two sides at the same time: left minus right. */
export interface PairInference {
  readonly left: SubjectId;
  readonly right: SubjectId;
  readonly gap: Contrast;
  readonly neutralGap: Contrast;
}

/** Everything that the observations of one metric say, without words. */
export interface Inference {
  readonly metric: MetricId;
  readonly blocks: number;
  /** Independent units: blocks, or layouts where layouts are recycled. */
  readonly units: number;
  readonly sides: readonly SideInference[];
  /** Every pair left < right in the plan's order of sides. */
  readonly pairs: readonly PairInference[];
  readonly detrended: boolean;
  /** Share of the variance inside columns that slow changes of the machine explain, 0-1. */
  readonly driftShare: number;
  readonly confidence: number;
}

/** The metric cannot be had from these observations. */
export interface InferenceUnavailable {
  readonly kind: "unavailable";
  readonly metric: MetricId;
  readonly reason: string;
}

export type InferenceResult =
  | { readonly kind: "inferred"; readonly inference: Inference }
  | InferenceUnavailable;

/** What to do after a block. Never decided by significance. */
export type StopDecision =
  | {
      readonly kind: "stop";
      readonly by: "precision" | "budget" | "maxBlocks";
      /** Largest half width of a contribution now, log units. */
      readonly reached: number;
      /** Blocks that the precision wanted would need in all. */
      readonly blocksNeeded: number;
      /** Milliseconds that they would still need; 0 when the precision is reached. */
      readonly wouldNeedMs: number;
    }
  | {
      readonly kind: "continue";
      readonly reached: number;
      readonly blocksNeeded: number;
      /** Blocks that there will be in all; fewer than needed where the budget or the most blocks end the session. */
      readonly blocksExpected: number;
      /** Milliseconds until those are done. */
      readonly etaMs: number;
    };
