import { pool, poolGains } from "../advise/combine.ts";
import { armName, type Option } from "../advise/search-problem.ts";
import { judge } from "../attribute/verdict.ts";
import { ensure } from "../base/assert.ts";
import { halfWidth } from "../base/statistics.ts";
import { infer } from "../infer/index.ts";
import type { Contrast, Inference, SideInference } from "../model/inference.ts";
import { equivalenceMargin } from "../model/margin.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { MetricId, Plan, TimeMetric } from "../model/plan.ts";
import type { Win } from "../model/report.ts";
import type { RoundReading } from "./tune-reading.ts";

export type WinVerdict = NonNullable<Win["verdict"]>;

export interface MeasuredOption {
  readonly option: Option;
  readonly gain: Contrast;
  readonly verdict: WinVerdict;
  /** y(as written) - y(with it), by metric; peak memory with its sign turned is a price. */
  readonly shifts: ReadonlyMap<MetricId, Contrast>;
}

/** Below so many blocks outlying runs are not told from the rest. */
const fewBlocks = 3;

export interface VerdictFrame {
  readonly precision: number;
  readonly confidence: number;
}

/**
 * One verdict for every setting that was measured alone: Holm over all of them for a gain or a loss, equivalence first
 * (METHOD 3.3). A gain that costs time of the other kind gets no verdict.
 */
export function judgeOptions(
  options: readonly Option[],
  readings: readonly RoundReading[],
  frame: VerdictFrame,
): readonly MeasuredOption[] {
  const alone = readings.filter(({ result }) => result.kind === "alone");
  const measured = options.flatMap((option) => {
    const shifts = pooledShifts(alone, armName([option.id]));
    const gain = poolGains(alone.map(({ result }) => result)).get(armName([option.id]));
    return gain === undefined ? [] : [{ option, gain, shifts }];
  });
  const placebos = alone.flatMap(({ placebo }) => placebo ?? []);
  const noiseFloor = placebos.length === 0 ? 0 : halfWidth(pool(placebos), frame.confidence);
  const blocks = Math.min(...measured.map(({ option }) => blocksOf(alone, armName([option.id]))));
  const verdicts = judge(
    measured.map(({ gain }) => ({ moments: gain, slack: 0 })),
    { margin: equivalenceMargin(frame.precision, noiseFloor), early: blocks < fewBlocks },
  );
  return measured.map((one, index) => {
    const verdict = inWords[ensure(verdicts[index], "a verdict")];
    const contradicted = alone.some(({ result }) => result.contradicted.has(armName([one.option.id])));
    return { ...one, verdict: verdict === "gain" && contradicted ? "undetermined" : verdict };
  });
}

function blocksOf(readings: readonly RoundReading[], name: string): number {
  return readings.reduce((sum, { result }) => sum + (result.gains.has(name) ? result.blocks : 0), 0);
}

const inWords = {
  cause: "gain",
  asset: "hurts",
  negligible: "no difference",
  undetermined: "undetermined",
} as const;

function pooledShifts(readings: readonly RoundReading[], name: string): ReadonlyMap<MetricId, Contrast> {
  const metrics = [...new Set(readings.flatMap(({ shifts }) => [...shifts.keys()]))];
  return new Map(
    metrics.flatMap((metric) => {
      const all = readings.flatMap(({ shifts }) => shifts.get(metric)?.get(name) ?? []);
      return all.length === 0 ? [] : [[metric, pool(all)] as const];
    }),
  );
}

/** The best set of one subject against the subject as written, from blocks that the search never saw. */
export interface FinalComparison {
  readonly gain: Contrast;
  readonly verdict: WinVerdict;
  readonly shifts: ReadonlyMap<MetricId, Contrast>;
  readonly blocks: number;
}

/** By subject, for the subjects that have a set in the plan. Empty where no block is complete. */
export function judgeFinal(
  plan: Plan,
  blocks: readonly BlockRecord[],
  primary: TimeMetric,
): ReadonlyMap<string, FinalComparison> {
  const inferences = (["cpuTime", "wallTime", "maxRss"] as const).flatMap((metric) => {
    const result = infer(plan, blocks, metric);
    return result.kind === "inferred" ? [result.inference] : [];
  });
  const deciding = inferences.find(({ metric }) => metric === primary);
  if (deciding === undefined) return new Map();
  return new Map(
    deciding.sides.flatMap((side) => {
      const gain = side.factors[0]?.shapley;
      if (gain === undefined) return [];
      const comparison = {
        gain,
        verdict: finalVerdict(side, gain, plan),
        shifts: shiftsOfSide(inferences, side.subject),
        blocks: deciding.blocks,
      };
      return [[side.subject, comparison] as const];
    }),
  );
}

function finalVerdict(side: SideInference, gain: Contrast, { precision, confidence }: Plan): WinVerdict {
  const margin = equivalenceMargin(precision, halfWidth(side.placebo, confidence));
  const [verdict] = judge([{ moments: gain, slack: 0 }], { margin, early: false });
  return inWords[ensure(verdict, "a verdict")];
}

function shiftsOfSide(inferences: readonly Inference[], subject: string): ReadonlyMap<MetricId, Contrast> {
  return new Map(
    inferences.flatMap(({ metric, sides }) => {
      const gain = sides.find((side) => side.subject === subject)?.factors[0]?.shapley;
      return gain === undefined ? [] : [[metric, gain] as const];
    }),
  );
}

/** A gain alone that fresh blocks of the set it belongs to did not confirm is none. */
export function withdrawUnconfirmed(
  measured: readonly MeasuredOption[],
  final: FinalComparison | undefined,
): readonly MeasuredOption[] {
  if (final === undefined || final.verdict === "gain") return measured;
  return measured.map((one) => (one.verdict === "gain" ? { ...one, verdict: "undetermined" } : one));
}
