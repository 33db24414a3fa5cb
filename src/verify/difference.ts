/** The first place where two outputs are not the same, ready to be shown. */
export interface OutputDifference {
  /** From 0, in the left output. */
  readonly byte: number;
  /** From 1. */
  readonly line: number;
  /** The lines around the place; "(end of output)" where one output is over. */
  readonly left: string;
  readonly right: string;
  readonly hints: readonly DifferenceHint[];
}

/** What the difference looks like; each has its own help. */
export type DifferenceHint = "numeric" | "order" | "line ends" | "last line end";

export interface Place {
  readonly byte: number;
  readonly line: number;
  readonly lineStart: number;
}

export interface Places {
  readonly left: Place;
  readonly right: Place;
}
