import type { LanguageId, SubjectId } from "./case.ts";
import type { Estimate } from "./estimate.ts";
import type { FactorGroup, FactorId } from "./factor.ts";
import type { MetricId } from "./plan.ts";
import type { CauseVerdict } from "./report.ts";

export const comparisonSchemaId = "perfgap/comparison@1";

/** Something besides the change under test that differs between two runs, or that neither run can tell. */
export interface ComparisonDoubt {
  readonly code: string;
  /** refuses: the numbers below mean nothing. serious: they may mean something else. note: as it should be. */
  readonly weight: "refuses" | "serious" | "note";
  readonly message: string;
  /** Subject that it is about; absent: the whole comparison. */
  readonly subject?: SubjectId;
}

/** One figure in both runs. */
export interface Change {
  /** Absent: not measured in that run. */
  readonly before?: Estimate;
  readonly after?: Estimate;
  /** after - before, in log units: intervals of independent runs combined. Absent where one of them is. */
  readonly difference?: Estimate;
  readonly verdict: "up" | "down" | "unchanged" | "undetermined";
}

/** Typical time or memory of one subject in both runs. */
export interface SubjectChange {
  readonly subject: SubjectId;
  /** What texts call it: a title that no other subject of the runs has, else its id. */
  readonly title: string;
  readonly language: LanguageId;
  readonly metric: MetricId;
  /** Seconds, or bytes for maxRss; `difference` is the log of after over before. */
  readonly typical: Change;
  /** Whether its sources are the same in both runs; absent: a run does not say. */
  readonly sameSource?: boolean;
}

export type CauseChangeKind =
  /** Nothing was seen before and a cause is there now; and the other way round. */
  | "appeared"
  | "vanished"
  /** It was there before and is there now, and pulls harder or less hard, or the other way. */
  | "grew"
  | "shrank"
  | "turned"
  /** The difference is surely too small to matter. */
  | "unchanged"
  | "undetermined"
  /** It was not measured in one of the runs, and `reason` says why. */
  | "not compared";

/** One cause in both runs, in log units, seen from the slow side of the first run. */
export interface CauseChange {
  readonly factor: FactorId;
  readonly title: string;
  readonly phrase: string;
  readonly group: FactorGroup;
  readonly kind: CauseChangeKind;
  readonly contribution: Change;
  readonly verdicts: { readonly before?: CauseVerdict; readonly after?: CauseVerdict };
  /** What it costs each side: where the change took place. */
  readonly slowSide: Change;
  readonly fastSide: Change;
  /** Why it was not measured in one of the runs, or why its difference is no number. */
  readonly reason?: string;
}

/** Two subjects in one metric. `slow` and `fast` as in the first run; the second is turned to match. */
export interface PairChange {
  readonly slow: SubjectId;
  readonly fast: SubjectId;
  readonly metric: MetricId;
  /** Log of the ratio of the two subjects, and how it changed. */
  readonly gap: Change;
  readonly neutralGap: Change;
  /** The largest change first, what was not compared last; empty where a run has no causes for this metric. */
  readonly causes: readonly CauseChange[];
}

export interface ComparedRun {
  /** How the user named it: a run's id, or a file. */
  readonly label: string;
  readonly name: string;
  readonly command: string;
  readonly version: string;
  readonly blocks: number;
}

/** What a change did, cause by cause: two finished runs of one case, or of a case and its patched copy. */
export interface Comparison {
  readonly schema: typeof comparisonSchemaId;
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  /** What differs between the runs, the worst first. */
  readonly doubts: readonly ComparisonDoubt[];
  readonly subjects: readonly SubjectChange[];
  /** The deciding metric's pairs first. */
  readonly pairs: readonly PairChange[];
  /** What no comparison of two runs can tell. */
  readonly caveats: readonly string[];
}
