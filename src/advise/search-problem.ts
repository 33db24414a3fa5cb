import type { Contrast } from "../model/inference.ts";

/** A setting that can be built, runs, and prints what the subject as written prints. */
export interface Option {
  readonly id: string;
  /** Options of one dimension exclude each other. */
  readonly dimension: string;
  /** Larger is tried first. */
  readonly promise: number;
  /** 1, and one more for each cost that is known without measuring. */
  readonly burden: number;
}

/** Ids of the settings that are on together, at least one. */
export type Arm = readonly string[];

export interface SearchProblem {
  readonly options: readonly Option[];
  /** Milliseconds that the search and the final comparison may take together. */
  readonly budgetMs: number;
  /** Half width wanted for a gain, log units. */
  readonly precision: number;
  readonly confidence: number;
  /** Whether settings of different dimensions can be on together at all. */
  readonly canJoin: (arm: Arm) => boolean;
}

/** What is to be measured next: the subject as written and every arm, once in each block. */
export interface Round {
  /** alone: one setting each. together: the best set so far and its neighbours. */
  readonly kind: "alone" | "together";
  readonly arms: readonly Arm[];
  readonly blocks: number;
  /** Milliseconds after which no further block of the round is begun, if there are two. */
  readonly limitMs: number;
}

export interface RoundResult extends Pick<Round, "kind" | "arms"> {
  readonly blocks: number;
  /** Log of the ratio of times, as it is over with the arm, by name of the arm; an arm that failed is absent. */
  readonly gains: ReadonlyMap<string, Contrast>;
  /** Names of arms that surely cost time by the other measure of time: faster and slower at once is no gain. */
  readonly contradicted: ReadonlySet<string>;
  /** Variance of the log of one run in a layout of its own. */
  readonly runVariance: number;
}

export interface Standing {
  readonly rounds: readonly RoundResult[];
  readonly spentMs: number;
  /** Milliseconds of one run of one column with its link. */
  readonly columnMs: number;
}

export type SearchStep =
  | { readonly kind: "round"; readonly round: Round }
  /** The set that goes into the final comparison; absent: nothing looks better than the subject as written. */
  | { readonly kind: "found"; readonly best?: Arm };

/** Equal for equal sets. */
export function armName(arm: Arm): string {
  return arm.toSorted().join("+");
}

/**
 * Repeats of the subject as written in a block of `arms` arms, besides the placebo. All contrasts share it: Dunnett
 * (1955) gives it the root of the number of arms.
 */
export function baselineRepeats(arms: number): number {
  return Math.min(4, Math.max(2, Math.round(Math.sqrt(arms))));
}

/** Runs in one block. */
export function columnCount(arms: number): number {
  return arms + baselineRepeats(arms) + 1;
}
