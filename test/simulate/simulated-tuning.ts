/** A simulated program with settings, tuned by the same code as a real one. */
import { finalBlocks, finalRepeats } from "../../src/advise/final-blocks.ts";
import { finalPlan, type PlacedArm } from "../../src/advise/round-plan.ts";
import { type Arm, armName, type Option, type SearchProblem } from "../../src/advise/search-problem.ts";
import { createRandom, mixSeeds } from "../../src/base/random.ts";
import { searchSettings } from "../../src/explain/tune-search.ts";
import {
  type FinalComparison,
  judgeFinal,
  judgeOptions,
  type MeasuredOption,
  withdrawUnconfirmed,
} from "../../src/explain/tune-verdicts.ts";
import type { BlockRecord } from "../../src/model/observation.ts";
import type { Plan } from "../../src/model/plan.ts";
import { baselineSetting } from "../../src/model/setting.ts";
import { scheduleBlock } from "../../src/plan/schedule.ts";
import { createWeather, layoutEffect, type NoiseKind } from "./noises.ts";
import { ranFor } from "./observed.ts";

export interface SimulatedProgram {
  readonly options: readonly Option[];
  /** Change of log time with these settings on; negative is faster. */
  readonly change: (settings: ReadonlySet<string>) => number;
  readonly noise: NoiseKind;
  readonly seconds?: number;
  readonly budgetSeconds?: number;
}

export interface SimulatedTuning {
  readonly best?: Arm;
  readonly final?: FinalComparison;
  readonly options: readonly MeasuredOption[];
  readonly spentSeconds: number;
}

const frame = { metrics: ["cpuTime"], precision: 0.02, confidence: 0.95, primary: "cpuTime" } as const;

export async function tuneSimulated(program: SimulatedProgram, seed: number): Promise<SimulatedTuning> {
  const { options, noise, seconds = 0.5, budgetSeconds = 300 } = program;
  const random = createRandom(mixSeeds(seed, 1));
  const weather = createWeather(noise, random);
  const arms = new Map<string, ReadonlySet<string>>();
  let block = 0;
  const spentMs = () => 1000 * weather.elapsedSeconds();
  const measure = (plan: Plan, blocks: number): readonly BlockRecord[] =>
    Array.from({ length: blocks }, () => simulateBlock(plan, block++));
  const simulateBlock = (plan: Plan, index: number): BlockRecord => {
    const columns = new Map(plan.sides.flatMap((side) => side.columns.map((column) => [column.id, column])));
    return {
      block: index,
      observations: scheduleBlock(plan, index).map((run) => {
        const { on = "" } = columns.get(run.column)?.setting.run.env ?? {};
        const own =
          Math.log(seconds) +
          program.change(arms.get(on) ?? new Set()) +
          layoutEffect(noise, run.layoutSeed, false);
        return {
          block: index,
          order: run.order,
          column: run.column,
          subject: "one",
          layoutSeed: run.layoutSeed,
          artifact: "simulated",
          run: ranFor(Math.exp(own + weather.disturb(Math.exp(own)))),
        };
      }),
    };
  };
  const place = (arm: Arm): PlacedArm => {
    arms.set(armName(arm), new Set(arm));
    return { arm, setting: { ...baselineSetting, run: { env: { on: armName(arm) }, preload: [] } } };
  };
  const tuned = { subject: "one", mode: "own", layout: "randomised" } as const;
  const problem: SearchProblem = {
    options,
    budgetMs: 1000 * budgetSeconds,
    precision: frame.precision,
    confidence: frame.confidence,
    canJoin: () => true,
  };
  const plans = { ...frame, seed: mixSeeds(seed, 2) };
  const searched = await searchSettings(problem, tuned, plans, {
    place,
    measure: (plan, round) =>
      Promise.resolve({ plan, blocks: measure(plan, round.blocks), interrupted: false }),
    spentMs,
    columnMs: () => 1000 * seconds,
  });
  const judged = judgeOptions(options, searched.rounds, frame);
  const spent = () => ({ spentSeconds: weather.elapsedSeconds() });
  if (searched.best === undefined) return { options: judged, ...spent() };
  const plan = finalPlan([{ tuned, best: place(searched.best) }], { ...plans, seed: mixSeeds(seed, 3) });
  const count = finalBlocks({
    runVariance: searched.rounds.at(-1)?.result.runVariance ?? 0,
    precision: frame.precision,
    blockMs: 1000 * seconds * (2 * finalRepeats + 1),
    remainingMs: problem.budgetMs - spentMs(),
  });
  const final = judgeFinal(plan, measure(plan, count), "cpuTime").get("one");
  return {
    best: searched.best,
    ...(final === undefined ? {} : { final }),
    options: withdrawUnconfirmed(judged, final),
    ...spent(),
  };
}

/** Whether a reader would be told of a win: a set that fresh blocks confirm, or a setting that gains alone. */
export function claimsWin({ final, options }: SimulatedTuning): boolean {
  return final?.verdict === "gain" || options.some(({ verdict }) => verdict === "gain");
}
