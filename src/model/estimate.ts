/** A number with the interval that says how far it may be trusted. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Coverage the interval was made for, e.g. 0.95. */
  readonly confidence: number;
  /** How the interval was made, e.g. "pooled strata t" or "block t". */
  readonly method: string;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}
