import { finalBlocks } from "../advise/final-blocks.ts";
import { finalPlan, type PlacedArm } from "../advise/round-plan.ts";
import { toEstimate, toRatio } from "../attribute/estimate.ts";
import { judgeGap } from "../attribute/verdict.ts";
import { mixSeeds } from "../base/random.ts";
import { halfWidth } from "../base/statistics.ts";
import { infer } from "../infer/index.ts";
import type { Contrast, Inference } from "../model/inference.ts";
import { equivalenceMargin } from "../model/margin.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { Plan } from "../model/plan.ts";
import type { Gap } from "../model/report.ts";
import { candidatesOf, settingOfSet, toolchainOfSet } from "./tune-candidates.ts";
import { measureRound, type TuningRig } from "./tune-measure.ts";
import type { SearchFrame } from "./tune-search.ts";
import type { SearchedSide } from "./tune-side.ts";
import { type FinalComparison, judgeFinal } from "./tune-verdicts.ts";

export interface Finals {
  readonly plan: Plan;
  readonly blocks: readonly BlockRecord[];
  /** By subject, for the subjects whose search found a set. */
  readonly comparisons: ReadonlyMap<string, FinalComparison>;
  readonly interrupted: boolean;
  /** The budget did not reach for even two blocks. */
  readonly skipped: boolean;
}

const none = { blocks: [], comparisons: new Map<string, FinalComparison>() };

/** Measures the best sets of all sides beside the subjects as written, in the same blocks that no search has seen. */
export async function compareBest(
  rig: TuningRig,
  sides: readonly SearchedSide[],
  frame: SearchFrame,
  remainingMs: number,
): Promise<Finals> {
  const plan = finalPlan(
    sides.map(({ tuned, searched, candidates }) => {
      if (searched.best === undefined) return { tuned };
      const set = candidatesOf(candidates, searched.best);
      const toolchain = toolchainOfSet(set);
      const best: PlacedArm = {
        arm: searched.best,
        setting: settingOfSet(set),
        ...(toolchain === undefined ? {} : { toolchain: toolchain.digest }),
      };
      return { tuned, best };
    }),
    { ...frame, seed: mixSeeds(frame.seed, 2) },
  );
  if (sides.every(({ searched }) => searched.best === undefined))
    return { plan, ...none, interrupted: false, skipped: false };
  const blocks = finalBlocks({
    runVariance: Math.max(...sides.map(({ searched }) => searched.rounds.at(-1)?.result.runVariance ?? 0)),
    precision: frame.precision,
    blockMs: plan.sides.reduce(
      (sum, side, index) => sum + side.columns.length * (sides[index]?.columnMs ?? 0),
      0,
    ),
    remainingMs,
  });
  const interrupted = rig.bench.options.stop.aborted;
  if (blocks === 0 || interrupted) return { plan, ...none, interrupted, skipped: blocks === 0 };
  rememberToolchains(rig, plan, sides);
  const names = sides.map(({ tuned }) => tuned.subject).join(" and ");
  const measured = await measureRound(rig, plan, {
    blocks,
    limitMs: 2 * remainingMs,
    name: "final",
    onBlock: (done, of) => rig.bench.emit({ kind: "tuningStep", subject: names, step: "final", done, of }),
    onFailed: ({ subject }, reason) =>
      rig.bench.emit({ kind: "note", message: `The best set of ${subject} ${reason} on fresh blocks.` }),
  });
  const comparisons = judgeFinal(measured.plan, measured.blocks, frame.primary);
  return { ...measured, comparisons, skipped: false };
}

function rememberToolchains(rig: TuningRig, plan: Plan, sides: readonly SearchedSide[]): void {
  plan.sides.forEach((side, index) => {
    const { searched, candidates = [] } = sides[index] ?? {};
    const toolchain = toolchainOfSet(candidatesOf(candidates, searched?.best ?? []));
    if (toolchain === undefined) return;
    for (const { id, cell } of side.columns) if (cell !== 0) rig.toolchains.set(id, toolchain);
  });
}

/** The gap of two sides with the sets that fresh blocks confirmed, oriented as the gap as written; undefined where none was. */
export function closingGaps(finals: Finals, { slow, fast }: Pick<Gap, "slow" | "fast">): readonly Gap[] {
  const confirmed = (subject: string) => finals.comparisons.get(subject)?.verdict === "gain";
  if (!confirmed(slow) && !confirmed(fast)) return [];
  const plan: Plan = {
    ...finals.plan,
    sides: finals.plan.sides.map((side) =>
      confirmed(side.subject)
        ? side
        : { ...side, factors: [], columns: side.columns.filter(({ cell }) => cell === 0) },
    ),
  };
  return plan.metrics.flatMap((metric) => {
    const result = infer(plan, finals.blocks, metric);
    return result.kind === "inferred" ? closingGap(plan, result.inference, { slow, fast }) : [];
  });
}

function closingGap(
  plan: Plan,
  inference: Inference,
  { slow, fast }: Pick<Gap, "slow" | "fast">,
): readonly Gap[] {
  const pair = inference.pairs.find(
    ({ left, right }) => (left === slow && right === fast) || (left === fast && right === slow),
  );
  if (pair === undefined) return [];
  const sign = pair.left === slow ? 1 : -1;
  const contrast: Contrast = { ...pair.neutralGap, value: sign * pair.neutralGap.value };
  const noiseFloor = Math.max(
    ...inference.sides.map(({ placebo }) => halfWidth(placebo, inference.confidence)),
  );
  const logRatio = toEstimate(contrast, inference.confidence, "t on blocks that the search did not see");
  return [
    {
      slow,
      fast,
      metric: inference.metric,
      logRatio,
      ratio: toRatio(logRatio),
      verdict: judgeGap(contrast, equivalenceMargin(plan.precision, noiseFloor)),
    },
  ];
}
