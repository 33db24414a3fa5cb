import type { SubjectId } from "./case.ts";
import type { FactorGroup, FactorId, Lever, ProofResult } from "./factor.ts";
import type { Setting, SettingPatch } from "./setting.ts";

/** A factor in the design of one side; its bit in a cell mask is its place in `Side.factors`. */
export interface SideFactor {
  readonly factor: FactorId;
  readonly lever: Lever;
  readonly proof: ProofResult;
  /** Factors of one group share one sum that does not depend on how finely the cause is cut; absent: a group of its own. */
  readonly group?: FactorGroup;
}

/** One column of a block: what is run once in every block. */
export interface Column {
  /** Unique in the plan, e.g. "go/0101#1" (mask in factor order, repeat). */
  readonly id: string;
  readonly subject: SubjectId;
  /**
   * cell: a variant of the design. plain: the subject exactly as written, present only where a lever needs a
   * scheme. placebo: the baseline cell once more with a layout of its own. dose: the baseline with one factor at
   * a level between baseline and neutral.
   */
  readonly role: "cell" | "plain" | "placebo" | "dose";
  /** dose only. */
  readonly dose?: { readonly factor: FactorId; readonly level: string };
  /** Bit i set = factors[i] neutralised. */
  readonly cell: number;
  readonly repeat: number;
  /** Columns of one side with equal binary run one artifact within a block. */
  readonly binary: number;
  readonly setting: Setting;
}

/** One subject's part of the design. */
export interface Side {
  readonly subject: SubjectId;
  readonly factors: readonly SideFactor[];
  /** What every cell but "plain" carries because some lever needs it. */
  readonly scheme?: SettingPatch;
  /** Cells (masks) in the design: all 2^k, or a fraction. */
  readonly design:
    | {
        readonly kind: "full";
        /** Cells that cannot be run: what they would show follows from the others (METHOD step 2). */
        readonly missing?: readonly number[];
      }
    | { readonly kind: "fraction"; readonly resolution: number; readonly cells: readonly number[] };
  readonly columns: readonly Column[];
  /** own: each column has its own link in every block. shared: one link per distinct binary. */
  readonly mode: "own" | "shared";
  /** Blocks that share one layout; 1: fresh layouts in every block. */
  readonly blocksPerLayout: number;
  /** fixed: nothing can be linked anew (prebuilt commands), so layout is not part of any interval. Absent: randomised. */
  readonly layout?: "randomised" | "fixed";
  /** Milliseconds that this side's columns need for one block, and its links before it, as the pilot saw them. */
  readonly blockCost?: { readonly runMs: number; readonly linkMs: number };
}

export interface Plan {
  readonly seed: number;
  readonly sides: readonly Side[];
  /** Half width wanted for every contribution, log units. */
  readonly precision: number;
  readonly confidence: number;
  readonly minBlocks: number;
  readonly maxBlocks: number;
  readonly budgetMs: number;
  readonly metrics: readonly MetricId[];
  /** Set while measuring, once a fraction was found not to add up (METHOD step 20). */
  readonly complement?: Complement;
}

/** The other half of fractions. From `fromBlock` on, blocks of it make up for those before, then both take turns. */
export interface Complement {
  readonly fromBlock: number;
  /** Only the sides that need it: the cells of the other half, with baseline and neutral cell as the link. */
  readonly sides: readonly Side[];
}

/** Which half a block runs; without a complement there is only the first. */
export function halfOfBlock({ complement }: Plan, block: number): "first" | "other" {
  if (complement === undefined || block < complement.fromBlock) return "first";
  const since = block - complement.fromBlock;
  return since < complement.fromBlock || (since - complement.fromBlock) % 2 === 1 ? "other" : "first";
}

/** The sides whose columns a block runs. */
export function sidesOfBlock(plan: Plan, block: number): readonly Side[] {
  return halfOfBlock(plan, block) === "first" ? plan.sides : (plan.complement?.sides ?? []);
}

/** Latencies are quantiles of operations that the program reports itself, one value a run. */
export const metricIds = ["cpuTime", "wallTime", "maxRss", "latencyP50", "latencyP95", "latencyP99"] as const;
export type MetricId = (typeof metricIds)[number];

export type LatencyMetric = Extract<MetricId, `latency${string}`>;

export function isLatency(metric: MetricId): metric is LatencyMetric {
  return metric.startsWith("latency");
}

/** What can be faster or slower; settings and lines of the source are told in it, whatever else a gap is asked in. */
export type TimeMetric = Extract<MetricId, "cpuTime" | "wallTime">;

export function isTime(metric: MetricId): metric is TimeMetric {
  return metric === "cpuTime" || metric === "wallTime";
}

/** A run to make: place in the block's random order, layout and environment padding all from the plan's seed. */
export interface ScheduledRun {
  readonly block: number;
  readonly order: number;
  readonly column: string;
  readonly layoutSeed: number;
  readonly environmentPaddingBytes: number;
}
