/** Repeats of the subject as written and of the best set in a block of the final comparison. */
export const finalRepeats = 3;

const fewest = 5;
const most = 24;
/** Times are forecasts: two blocks are begun where so many fit by them. */
const enoughForTwo = 1.3;
/** About the t quantile of a 95 % interval with the degrees of freedom of so many blocks. */
const quantile = 2.05;

export interface FinalForecast {
  /** Variance of the log of one run in a layout of its own, from the search. */
  readonly runVariance: number;
  /** Half width wanted, log units. */
  readonly precision: number;
  readonly blockMs: number;
  readonly remainingMs: number;
}

/**
 * How many fresh blocks the final comparison gets. Fixed before the first of them, from the search's variance and the
 * budget: two cells only are too few to stop by the width that one sees (METHOD 2.5). Zero: not even two can be had.
 */
export function finalBlocks({ runVariance, precision, blockMs, remainingMs }: FinalForecast): number {
  const perBlock = (2 * runVariance) / finalRepeats;
  const wanted = Math.ceil(perBlock * (quantile / precision) ** 2);
  const affordable = Math.max(
    Math.floor(remainingMs / blockMs),
    remainingMs >= enoughForTwo * blockMs ? 2 : 0,
  );
  const blocks = Math.min(Math.max(wanted, fewest), most, affordable);
  return blocks < 2 ? 0 : blocks;
}
