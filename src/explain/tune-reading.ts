import { settingsFactor } from "../advise/round-plan.ts";
import type { Round, RoundResult } from "../advise/search-problem.ts";
import { mean, studentQuantile, variance } from "../base/statistics.ts";
import { infer } from "../infer/index.ts";
import { readingOf } from "../infer/table.ts";
import type { Contrast, SideInference } from "../model/inference.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { MetricId, Plan, TimeMetric } from "../model/plan.ts";

/** What became of a round: blocks of the plan that was left after arms had failed. */
export interface MeasuredRound {
  readonly plan: Plan;
  readonly blocks: readonly BlockRecord[];
  readonly interrupted: boolean;
}

/** A round as the search needs it, and what its runs say besides. */
export interface RoundReading {
  readonly result: RoundResult;
  /** y(as written) - y(arm) of every metric that the runs hold, by name of the arm. */
  readonly shifts: ReadonlyMap<MetricId, ReadonlyMap<string, Contrast>>;
  /** The subject as written; absent where no block is complete. */
  readonly typical: ReadonlyMap<MetricId, Contrast>;
  readonly placebo?: Contrast;
}

const allMetrics: readonly MetricId[] = ["cpuTime", "wallTime", "maxRss"];
/** Below it, more wall time at less processor time (or the reverse) is not worth a word. */
const noticeable = 0.03;

export function readRound(round: Round, { plan, blocks }: MeasuredRound, primary: TimeMetric): RoundReading {
  const shifts = new Map<MetricId, ReadonlyMap<string, Contrast>>();
  const typical = new Map<MetricId, Contrast>();
  let deciding: SideInference | undefined;
  for (const metric of allMetrics) {
    const inferred = infer(plan, blocks, metric);
    const [side] = inferred.kind === "inferred" ? inferred.inference.sides : [];
    if (side === undefined) continue;
    if (metric === primary) deciding = side;
    typical.set(metric, side.typical);
    shifts.set(metric, shiftsOf(side, { plan, blocks, metric }));
  }
  return {
    result: {
      kind: round.kind,
      arms: round.arms,
      blocks: blocks.length,
      gains: shifts.get(primary) ?? new Map(),
      contradicted: contradicted(shifts, primary),
      runVariance: deciding === undefined ? 0 : deciding.runSd ** 2 + deciding.layoutSd ** 2,
    },
    shifts,
    typical,
    ...(deciding === undefined ? {} : { placebo: deciding.placebo }),
  };
}

interface Measurements {
  readonly plan: Plan;
  readonly blocks: readonly BlockRecord[];
  readonly metric: MetricId;
}

function shiftsOf(side: SideInference, measurements: Measurements): ReadonlyMap<string, Contrast> {
  const pooledVariance = side.runSd ** 2 + side.layoutSd ** 2;
  return new Map(
    side.doses.map(({ level, shift }) => [level, withOwnSpread(shift, level, measurements, pooledVariance)]),
  );
}

/** An arm this many times as noisy as the rest gets an interval from its own runs. */
const outOfTheCommon = 3;

/**
 * The variance is pooled over all arms. An arm that is noisier by itself (a collector that seldom runs) would get too
 * narrow an interval by it.
 */
function withOwnSpread(
  shift: Contrast,
  level: string,
  measurements: Measurements,
  pooledVariance: number,
): Contrast {
  const columns = measurements.plan.sides.flatMap((side) => side.columns);
  const own = columns.find(({ dose }) => dose?.factor === settingsFactor && dose.level === level);
  const baselines = columns.filter(({ role }) => role !== "dose");
  if (own === undefined) return shift;
  const differences = measurements.blocks.map((block) => {
    const logs = logsOf(block, measurements.metric);
    return (logs.get(own.id) ?? Number.NaN) - mean(baselines.map(({ id }) => logs.get(id) ?? Number.NaN));
  });
  const whole = differences.filter(Number.isFinite);
  if (whole.length < 3) return shift;
  const seen = variance(whole);
  const expected = pooledVariance * (1 + 1 / baselines.length);
  return seen <= outOfTheCommon * expected
    ? shift
    : { ...shift, variance: seen / whole.length, degreesOfFreedom: whole.length - 1 };
}

/** Log of the metric by column; a retry stands in the place of the run that failed. */
function logsOf({ observations }: BlockRecord, metric: MetricId): ReadonlyMap<string, number> {
  return new Map(
    observations.map(({ column, run }) => [column, Math.log(readingOf(metric)(run) ?? Number.NaN)]),
  );
}

/** Arms that save time of the deciding kind and surely cost time of the other. */
function contradicted(
  shifts: ReadonlyMap<MetricId, ReadonlyMap<string, Contrast>>,
  primary: TimeMetric,
): ReadonlySet<string> {
  const other = shifts.get(primary === "cpuTime" ? "wallTime" : "cpuTime");
  return new Set([...(other ?? [])].flatMap(([name, shift]) => (surelyCosts(shift) ? [name] : [])));
}

function surelyCosts({ value, variance: squared, degreesOfFreedom }: Contrast): boolean {
  if (value > -noticeable) return false;
  return value + studentQuantile(0.995, degreesOfFreedom) * Math.sqrt(squared) < 0;
}
