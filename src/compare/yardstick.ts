import { equivalenceMargin } from "../model/margin.ts";
import type { MetricId } from "../model/plan.ts";
import type { Diagnostics, Report } from "../model/report.ts";
import type { Yardstick } from "./difference.ts";

/** Where no attribution says how much is noise. */
const defaultMargin = 0.03;
const fewDegrees = 2;

/** The worse of what both runs can tell: no difference is called small that one of them could not have seen. */
export function yardstick(diagnostics: readonly Diagnostics[]): Yardstick {
  const margins = diagnostics.map(({ noiseFloor, precisionWanted }) =>
    equivalenceMargin(precisionWanted, Number.isFinite(noiseFloor) ? noiseFloor : 0),
  );
  const degrees = diagnostics.map(({ degreesOfFreedom }) => degreesOfFreedom).filter((one) => one > 0);
  return {
    margin: margins.length === 0 ? defaultMargin : Math.max(...margins),
    degreesOfFreedom: degrees.length === 0 ? fewDegrees : Math.min(...degrees),
  };
}

/** For figures of whole programs: their intervals rest on blocks. */
export function yardstickOf(before: Report, after: Report, metric: MetricId): Yardstick {
  const all = [before, after].flatMap(({ attributions }) =>
    attributions.filter((one) => one.metric === metric).map(({ diagnostics }) => diagnostics),
  );
  return onBlocks(all);
}

export function onBlocks(all: readonly Diagnostics[]): Yardstick {
  return yardstick(
    all.map((one) => ({ ...one, degreesOfFreedom: Math.max(1, (one.units ?? one.blocks) - 1) })),
  );
}
