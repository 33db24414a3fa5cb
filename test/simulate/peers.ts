/** How others would look for causes: one factor out at a time, well made and naively made. */
import { createRandom, mixSeeds } from "../../src/base/random.ts";
import { mean, variance } from "../../src/base/statistics.ts";
import { designPlan } from "../../src/infer/infer-table.ts";
import type { Contrast } from "../../src/model/inference.ts";
import type { SimulatedSide } from "./machines.ts";
import { createWeather, exponential, layoutEffect } from "./noises.ts";
import { prepare, type Scenario, type Setup } from "./trial.ts";

/**
 * One factor out with everything else that perfgap does: random blocks, fresh layouts, clipping, detrending, stop at
 * a fixed width. What is left of the difference is the design.
 */
export function prepareOneFactorOut(setup: Setup): Scenario {
  const full = prepare({ ...setup, options: { ...setup.options, fullUpTo: 8 } });
  const kept = (cell: number) => (cell & (cell - 1)) === 0;
  const plan = {
    ...full.design.plan,
    sides: full.design.plan.sides.map((side) => ({
      ...side,
      design: {
        kind: "fraction" as const,
        resolution: 3,
        cells: side.columns.map((column) => column.cell).filter(kept),
      },
      columns: side.columns.filter((column) => kept(column.cell)),
    })),
  };
  const { sides, ...rest } = designPlan(plan);
  const aloneAsContribution = sides.map((side) => ({
    ...side,
    factors: side.factors.map((factor) => ({ ...factor, shapley: factor.alone ?? factor.shapley })),
  }));
  const ids = new Set(plan.sides.flatMap((side) => side.columns.map((column) => column.id)));
  return {
    ...full,
    design: { ...rest, sides: aloneAsContribution },
    columns: full.columns.filter((column) => ids.has(column.id)),
  };
}

export interface NaiveResult {
  readonly estimates: ReadonlyMap<string, Contrast>;
  readonly seconds: number;
}

/** One variant after the other, each `runs` times, one build each, Welch's t: what a patient person does by hand. */
export function runNaively({ machine, noise }: Setup, seed: number, runs: number): NaiveResult {
  const random = createRandom(mixSeeds(seed, 17));
  const weather = createWeather(noise, random);
  const measure = (side: SimulatedSide, neutral: ReadonlySet<string>): Contrast => {
    const layout = layoutEffect(noise, random.integer(2 ** 31), machine.id === "M11");
    const tail = side.tail?.(neutral) ?? 0;
    const logs = Array.from({ length: runs }, () => {
      const own = side.logSeconds(neutral) + layout + (tail > 0 ? exponential(random, tail) : 0);
      return own + weather.disturb(Math.exp(own));
    });
    return { value: mean(logs), variance: variance(logs) / runs, degreesOfFreedom: runs - 1 };
  };
  const estimates = new Map<string, Contrast>();
  for (const [side, sign] of [
    [machine.slow, 1],
    [machine.fast, -1],
  ] as const) {
    const baseline = measure(side, new Set());
    for (const name of side.factors) {
      const off = measure(side, new Set([name]));
      const before = estimates.get(name);
      estimates.set(name, {
        value: (before?.value ?? 0) + sign * (baseline.value - off.value),
        variance: (before?.variance ?? 0) + baseline.variance + off.variance,
        degreesOfFreedom: runs - 1,
      });
    }
  }
  return { estimates, seconds: weather.elapsedSeconds() };
}
