/** Many sessions of one scenario, held against its planted truth. */
import { at } from "../../src/base/array.ts";
import { holm, studentUpperTail } from "../../src/base/statistics.ts";
import type { Contrast } from "../../src/model/inference.ts";
import { covers, runTrial, type Scenario, type Trial, type Truth } from "./trial.ts";

export interface Score {
  readonly machine: string;
  readonly noise: string;
  readonly replicates: number;
  /** Share of 95 % intervals that hold the truth, per factor. */
  readonly coverage: Readonly<Record<string, number>>;
  readonly meanCoverage: number;
  readonly worstCoverage: number;
  readonly gapCoverage: number;
  readonly neutralGapCoverage: number;
  /** Largest absolute mean error of a factor, log units. */
  readonly worstBias: number;
  readonly rmse: number;
  /** Share of sessions in which a null factor was significant on its own; absent without null factors. */
  readonly falseCauseRate?: number;
  /** Share of sessions in which any null factor stood out after Holm's correction. */
  readonly anyFalseCauseRate?: number;
  /** Mean seconds of simulated runs and mean blocks until the stop. */
  readonly seconds: number;
  readonly blocks: number;
  readonly detrendedShare: number;
  /** Largest miss of contributions + neutral gap = gap. */
  readonly identityError: number;
}

export interface Sessions {
  readonly replicates: number;
  /** Seeds are this one, by default 1, and the ones after it, so that scores are the same on every machine. */
  readonly firstSeed?: number;
  readonly patience?: number;
}

export function scoreScenario(
  scenario: Scenario,
  { replicates, firstSeed = 1, patience = 0 }: Sessions,
): Score {
  const trials = Array.from({ length: replicates }, (_, index) =>
    runTrial(scenario, firstSeed + index, patience),
  );
  return scoreTrials(scenario, trials);
}

function scoreTrials(
  { machine, noise, truth }: Pick<Scenario, "machine" | "noise" | "truth">,
  trials: readonly Trial[],
): Score {
  const names = [...truth.contributions.keys()];
  const coverage = Object.fromEntries(
    names.map((name) => [
      name,
      share(trials, (trial) => covers(estimateOf(trial, name), truthOf(truth, name))),
    ]),
  );
  const errors = names.map((name) =>
    trials.map((trial) => estimateOf(trial, name).value - truthOf(truth, name)),
  );
  const all = Object.values(coverage);
  const nulls = names.filter((name) => Math.abs(truthOf(truth, name)) < 1e-12);
  return {
    machine: machine.id,
    noise: noise.id,
    replicates: trials.length,
    coverage,
    meanCoverage: average(all),
    worstCoverage: Math.min(...all),
    gapCoverage: share(trials, (trial) => covers(trial.gap, truth.gap)),
    neutralGapCoverage: share(trials, (trial) => covers(trial.neutralGap, truth.neutralGap)),
    worstBias: Math.max(...errors.map((values) => Math.abs(average(values)))),
    rmse: Math.sqrt(average(errors.flat().map((error) => error ** 2))),
    ...(nulls.length === 0 ? {} : falseCauses(trials, nulls)),
    seconds: average(trials.map((trial) => trial.seconds)),
    blocks: average(trials.map((trial) => trial.blocks)),
    detrendedShare: share(trials, (trial) => trial.inference.detrended),
    identityError: Math.max(...trials.map(identityError)),
  };
}

function falseCauses(trials: readonly Trial[], nulls: readonly string[]) {
  const pOf = (trial: Trial, name: string) => pValue(estimateOf(trial, name));
  return {
    falseCauseRate: average(nulls.map((name) => share(trials, (trial) => pOf(trial, name) < 0.05))),
    anyFalseCauseRate: share(trials, (trial) =>
      holm(nulls.map((name) => pOf(trial, name))).some((p) => p < 0.05),
    ),
  };
}

const pValue = ({ value, variance, degreesOfFreedom }: Contrast) =>
  2 * studentUpperTail(Math.abs(value) / Math.sqrt(variance), degreesOfFreedom);

function identityError(trial: Trial): number {
  const [slow, fast] = trial.inference.sides;
  const explained = [...trial.estimates.values()].reduce((total, each) => total + each.value, 0);
  const unallocated = (slow?.higherOrder?.value ?? 0) - (fast?.higherOrder?.value ?? 0);
  return Math.abs(explained + unallocated + trial.neutralGap.value - trial.gap.value);
}

function estimateOf(trial: Trial, name: string): Contrast {
  const estimate = trial.estimates.get(name);
  if (estimate === undefined) throw new Error(`no estimate of ${name}`);
  return estimate;
}

const truthOf = (truth: Truth, name: string) => truth.contributions.get(name) ?? 0;
export const average = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const share = <T>(values: readonly T[], holds: (value: T) => boolean) =>
  values.filter(holds).length / values.length;

/** Middle of a list of numbers. */
export const middle = (values: readonly number[]) =>
  at(
    [...values].sort((a, b) => a - b),
    values.length >> 1,
  );
