import type { SubjectId } from "./case.ts";
import type { RunResult } from "./run.ts";

/** One run of one column, as it stands in observations.ndjson. */
export interface Observation {
  readonly block: number;
  readonly order: number;
  readonly column: string;
  readonly subject: SubjectId;
  readonly layoutSeed: number;
  readonly artifact: string;
  readonly run: RunResult;
  /** Set on the run that replaced a failed one at the block's end. */
  readonly retry?: true;
}

/** A finished block: only blocks that are whole are inferred from. */
export interface BlockRecord {
  readonly block: number;
  readonly observations: readonly Observation[];
}
