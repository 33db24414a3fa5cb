import { at } from "../base/array.ts";
import { medianInPlace } from "../base/statistics.ts";
import type { Table } from "./table.ts";

const neighboursEachSide = 4;
const passes = 4;

/**
 * Takes slow changes of the machine out: every run loses the median residual of the four runs before and the four
 * after it, its own left out. Because columns are in random order within a block, neighbours are other variants and
 * what they share is the machine's.
 *
 * Column locations and trend are fitted in turn (backfitting: Friedman and Stuetzle 1981): the trend is always that
 * of the data as measured, around medians of the data without the last trend. Subtracting one smooth after the other
 * instead would add the smoother's own noise in every pass.
 */
export function detrend(table: Table): Table {
  let values = table.values;
  for (let pass = 0; pass < passes; pass++) values = withoutTrend(table, columnMedians(table, values));
  return { ...table, values };
}

/**
 * Slope of a detrended residual in its own run. The trend leaves the run itself out, but the neighbours' residuals
 * hold their columns' locations, which were detrended with this run: 1/n times 1/8 of it comes back.
 */
export function detrendedSlope(blocks: number): number {
  return 1 - 1 / (2 * neighboursEachSide * blocks);
}

function withoutTrend(table: Table, medians: Float64Array): Float64Array {
  const inTime = residualsInTime(table, medians);
  const detrended = Float64Array.from(table.values);
  const last = inTime.length - 1;
  const window = new Float64Array(2 * neighboursEachSide);
  for (let time = 0; time <= last; time++) {
    const from = Math.max(0, time - neighboursEachSide);
    const to = Math.min(last, time + neighboursEachSide);
    let count = 0;
    for (let other = from; other <= to; other++) if (other !== time) window[count++] = at(inTime, other);
    if (count === 0) continue;
    const index = at(table.timeOrder, time);
    detrended[index] = at(detrended, index) - medianInPlace(window.subarray(0, count));
  }
  return detrended;
}

function residualsInTime(table: Table, medians: Float64Array): Float64Array {
  const residuals = new Float64Array(table.values.length);
  for (let time = 0; time < residuals.length; time++) {
    const index = at(table.timeOrder, time);
    residuals[time] = at(table.values, index) - at(medians, index % table.columns);
  }
  return residuals;
}

function columnMedians({ blocks, columns }: Table, values: Float64Array): Float64Array {
  const scratch = new Float64Array(blocks);
  const medians = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    for (let block = 0; block < blocks; block++) scratch[block] = at(values, block * columns + column);
    medians[column] = medianInPlace(scratch);
  }
  return medians;
}
