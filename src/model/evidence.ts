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
  /** Factors that it speaks for. */
  readonly explains: readonly FactorId[];
  /** Factors that it speaks against: it shows that they can cost little here. */
  readonly against?: readonly FactorId[];
  readonly location?: SourceLocation;
  /** Plain text; for listings one instruction a line. */
  readonly detail: string;
  /** The same listing, for those who mark and sort its lines. */
  readonly listing?: Listing;
  /** Source lines around the hot ones. */
  readonly source?: SourceExcerpt;
  /** Which hot functions of `subject` do the work of which of another subject. */
  readonly pairing?: FunctionPairing;
}

export interface FunctionPairing {
  /** The other subject. */
  readonly beside: SubjectId;
  /** Symbols as in listings; those that are in no pair have no counterpart. */
  readonly pairs: readonly {
    readonly own: string;
    readonly other: string;
    readonly doubt: "sure" | "likely" | "doubtful";
  }[];
}

/** Machine code of one hot loop or function, in address order. */
export interface Listing {
  readonly symbol: string;
  readonly lines: readonly {
    readonly address: number;
    readonly text: string;
    /** "packed", "scalar", "branch", "call", "conditional move", "bounds check"... */
    readonly class: string;
    /** Share of the subject's samples that fell here, 0-1. */
    readonly share: number;
    readonly inLoop: boolean;
    readonly sourceLine?: number;
  }[];
}

export interface SourceExcerpt {
  readonly file: string;
  readonly firstLine: number;
  readonly lines: readonly string[];
  /** Share of the subject's samples by line, and what compilers said there. */
  readonly marks: readonly {
    readonly line: number;
    readonly share?: number;
    readonly remark?: string;
    /** Id of the evidence that the remark is from. */
    readonly evidence?: string;
  }[];
}
