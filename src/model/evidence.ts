import type { SubjectId } from "./case.ts";
import type { FactorId } from "./factor.ts";

export type { Facts } from "./facts.ts";

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
