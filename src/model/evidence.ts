import type { SubjectId } from "./case.ts";
import type { FactorId } from "./factor.ts";

/**
 * Numbers that decide which factors can matter, by name. Names are dotted, the unit last where there is one:
 * "gc.cycles", "heap.allocatedBytes", "threads.max", "writes.calls", "hot.boundsChecks", "hot.packedOps".
 * A name that is absent was not measured: never read it as zero.
 */
export type Facts = Readonly<Record<string, number>>;

export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly function?: string;
}

/** Something a sceptic can check: a remark, a listing, a trace, a count. */
export interface Evidence {
  readonly id: string;
  readonly kind: string;
  readonly subject: SubjectId;
  readonly title: string;
  readonly explains: readonly FactorId[];
  readonly location?: SourceLocation;
  /** Plain text; for listings one instruction a line. */
  readonly detail: string;
}
