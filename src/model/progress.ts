import type { Case, SubjectId } from "./case.ts";
import type { Estimate } from "./estimate.ts";
import type { FactorId } from "./factor.ts";
import type { Host } from "./host.ts";
import type { MetricId } from "./plan.ts";
import type { Contribution, Gap, Warning } from "./report.ts";
import type { RunnerRung } from "./run.ts";

/** What the pipeline is asked to do; the first metric is the primary one. */
export interface ExplainOptions {
  readonly case: Case;
  readonly metrics: readonly MetricId[];
  /** Half width wanted for every contribution, log units; absent: the method's own choice from the gap. */
  readonly precision?: number;
  /** Time that building and measuring may take together. */
  readonly budgetMs: number;
  /** A rougher answer soon: the method may take fewer factors and blocks. */
  readonly quick: boolean;
  /** Factors to consider, in place of screening among all; absent: all. */
  readonly factors?: readonly FactorId[];
  /** Factors to leave out. */
  readonly skip?: readonly FactorId[];
  readonly seed?: number;
  readonly profile: boolean;
  /** Files that stand for the profiles of prebuilt programs: absolute paths by subject. */
  readonly importedProfiles?: Readonly<Record<SubjectId, string>>;
  /** Search the settings that would close the gap, with a part of the budget. */
  readonly wins?: boolean;
  readonly runnerRung?: RunnerRung["id"];
  /** Folder that holds `.perfgap/`. */
  readonly projectDirectory: string;
  /** The run folder to go on with, by id; absent: a new one. */
  readonly resume?: string;
  /** Stop before measuring and answer with the plan only (`planMade` is the last event). */
  readonly planOnly?: boolean;
  /** The command that the reader of the report can paste. */
  readonly command: string;
  /** Aborted once: finish what is under way, answer with what is known, keep the run resumable. */
  readonly stop: AbortSignal;
  /** Aborted: end everything now. */
  readonly kill: AbortSignal;
}

/** One line of the plan for people. */
export interface PlannedSide {
  readonly subject: SubjectId;
  readonly factors: readonly FactorId[];
  readonly columns: number;
  readonly builds: number;
}

/** A contribution while blocks still arrive. */
export type LiveContribution = Pick<
  Contribution,
  "factor" | "title" | "phrase" | "value" | "low" | "high" | "verdict"
>;

/** What the pipeline tells while it works, in order; listeners must return at once: runs are being timed. */
export type ProgressEvent =
  | { readonly kind: "hostDescribed"; readonly host: Host; readonly rung: RunnerRung }
  /** The run folder exists from here on; `resumed` counts the blocks that it already holds. */
  | {
      readonly kind: "runOpened";
      readonly runId: string;
      readonly directory: string;
      readonly resumed: number;
    }
  | { readonly kind: "buildStarted"; readonly builds: number; readonly what: string }
  | { readonly kind: "buildDone"; readonly done: number; readonly builds: number; readonly cached: number }
  | { readonly kind: "verified"; readonly subjects: number; readonly outputBytes: number }
  | {
      readonly kind: "pilotDone";
      readonly typicalWallTimeNs: Readonly<Record<SubjectId, number>>;
      readonly runSd: number;
    }
  | {
      readonly kind: "screened";
      readonly subject: SubjectId;
      readonly considered: number;
      readonly kept: readonly FactorId[];
    }
  /** The first answer: from the pilot or the first blocks, before any cause is known. */
  | { readonly kind: "gapKnown"; readonly gap: Gap }
  | {
      readonly kind: "planMade";
      readonly sides: readonly PlannedSide[];
      readonly forecastBlocks: number;
      readonly forecastMs: number;
    }
  | { readonly kind: "blockStarted"; readonly block: number }
  | {
      readonly kind: "blockDone";
      readonly block: number;
      readonly blocksForecast: number;
      readonly etaMs: number;
      readonly gap?: Estimate;
      readonly contributions: readonly LiveContribution[];
      /** Widest half width among the contributions, log units, and the one that is wanted. */
      readonly halfWidth?: number;
      readonly wantedHalfWidth: number;
    }
  /** The search for settings that ship: how far one of its steps is. */
  | {
      readonly kind: "tuningStep";
      readonly subject: SubjectId;
      readonly step: "checking" | "alone" | "together" | "final";
      readonly done: number;
      readonly of: number;
    }
  /** A stage that has no numbers of its own began (verify, pilot, profile...). */
  | { readonly kind: "stageStarted"; readonly stage: string }
  | { readonly kind: "warning"; readonly warning: Warning }
  | { readonly kind: "note"; readonly message: string }
  | {
      readonly kind: "finished";
      readonly runId: string;
      readonly reportJsonPath: string;
      readonly reportHtmlPath?: string;
      readonly resumable: boolean;
    };

export type ProgressListener = (event: ProgressEvent) => void;
