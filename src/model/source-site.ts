/** A line of the user's source with what the compiled code or the compiler says of it. */
export interface SourceSite {
  readonly kind: "bounds check" | "call" | "indirect call" | "escape" | "bounds remark" | "not inlined";
  readonly file: string;
  readonly line: number;
  /** The compiled function that it is in; absent where only the compiler spoke. */
  readonly function?: string;
  /** Called function, demangled, or the compiler's words. */
  readonly what: string;
  /** How many such instructions or remarks the line has. */
  readonly count: number;
  /** Whether the hot loop of a hot function holds it; false for the compiler's words. */
  readonly inHotLoop: boolean;
  /** The same, and where no loop of a hot function is hot, whether its hottest part holds it. */
  readonly inHotCode: boolean;
  /** Share of the subject's samples on this line, 0-1. */
  readonly lineShare: number;
}

/** What a line of the user's source was seen to spend in library code: everything sampled below it. */
export interface SampledCall {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** The library function that the line calls. */
  readonly callee: string;
  /** Every function between the sample and the line, innermost first, without repeats. */
  readonly below: readonly string[];
  readonly share: number;
  /** Component of the accounting that the samples count for; absent: not told. */
  readonly component?: string;
}
