import { type PlacedArm, type PlanFrame, roundPlan, type TunedSubject } from "../advise/round-plan.ts";
import { nextStep, untried } from "../advise/search.ts";
import type { Arm, Option, Round, RoundResult, SearchProblem } from "../advise/search-problem.ts";
import type { Plan, TimeMetric } from "../model/plan.ts";
import { type MeasuredRound, type RoundReading, readRound } from "./tune-reading.ts";

/** The world that a search works on: real programs, or a simulation. */
export interface SearchDriver {
  readonly place: (arm: Arm) => PlacedArm;
  readonly measure: (plan: Plan, round: Pick<Round, "kind" | "blocks" | "limitMs">) => Promise<MeasuredRound>;
  /** Milliseconds of the problem's budget that are gone. */
  readonly spentMs: () => number;
  /** Milliseconds of one run of one column with its link, as seen so far. */
  readonly columnMs: () => number;
}

export interface SearchFrame extends PlanFrame {
  /** The metric that decides. */
  readonly primary: TimeMetric;
}

export interface Searched {
  readonly rounds: readonly RoundReading[];
  readonly best?: Arm;
  readonly untried: readonly Option[];
  readonly blocks: number;
  readonly interrupted: boolean;
}

/** Lets the search ask for rounds until it has found what goes into the final comparison. */
export async function searchSettings(
  problem: SearchProblem,
  tuned: TunedSubject,
  frame: SearchFrame,
  driver: SearchDriver,
): Promise<Searched> {
  const readings: RoundReading[] = [];
  let blocks = 0;
  for (;;) {
    const rounds: readonly RoundResult[] = readings.map(({ result }) => result);
    const standing = { rounds, spentMs: driver.spentMs(), columnMs: driver.columnMs() };
    const step = nextStep(problem, standing);
    const found = { rounds: readings, untried: untried(problem, standing), blocks };
    if (step.kind === "found")
      return { ...found, interrupted: false, ...(step.best === undefined ? {} : { best: step.best }) };
    const { round } = step;
    const measured = await driver.measure(roundPlan(tuned, round.arms.map(driver.place), frame), round);
    blocks += measured.blocks.length;
    readings.push(readRound(round, measured, frame.primary));
    if (measured.interrupted) return { ...found, rounds: readings, blocks, interrupted: true };
  }
}
