/** One simulated session: plan, blocks, stop, and the estimates that stand at its end. */
import { createRandom, mixSeeds } from "../../src/base/random.ts";
import { halfWidth, subtractMoments } from "../../src/base/statistics.ts";
import { designPlan, inferTable, type PlanDesign } from "../../src/infer/infer-table.ts";
import { decideStop } from "../../src/infer/stop.ts";
import type { Table } from "../../src/infer/table.ts";
import type { Lever } from "../../src/model/factor.ts";
import type { Contrast, Inference } from "../../src/model/inference.ts";
import type { Column, Plan, SideFactor } from "../../src/model/plan.ts";
import { makePlan, type PlanOptions } from "../../src/plan/make-plan.ts";
import { scheduleBlock } from "../../src/plan/schedule.ts";
import { coalitionShapley, type Machine, type SimulatedSide } from "./machines.ts";
import { createWeather, exponential, layoutEffect, type NoiseKind } from "./noises.ts";

export interface Setup {
  readonly machine: Machine;
  readonly noise: NoiseKind;
  readonly options?: Partial<PlanOptions>;
}

/** What a scenario is, apart from its seed. */
export interface Scenario extends Setup {
  readonly design: PlanDesign;
  readonly columns: readonly SimulatedColumn[];
  readonly truth: Truth;
}

interface SimulatedColumn {
  readonly id: string;
  readonly logSeconds: number;
  readonly tail: number;
}

export interface Truth {
  readonly contributions: ReadonlyMap<string, number>;
  readonly gap: number;
  readonly neutralGap: number;
}

export interface Trial {
  readonly inference: Inference;
  readonly estimates: ReadonlyMap<string, Contrast>;
  readonly gap: Contrast;
  readonly neutralGap: Contrast;
  /** Of runs; links are not simulated. */
  readonly seconds: number;
  readonly blocks: number;
  readonly stoppedBy: string;
}

export function simulatedFactor(factor: string, stage: Lever["stage"]): SideFactor {
  const proof = { fact: `simulated.${factor}`, expect: "changes", title: `switch ${factor}` } as const;
  return {
    factor,
    lever: {
      kind: "lever",
      stage,
      patch:
        stage === "build"
          ? { build: { flags: { compile: [`-no-${factor}`] } } }
          : { run: { env: { [factor]: "off" } } },
      proof,
      scope: ["user"],
      safety: "safe",
      deployable: false,
    },
    proof: { proof, before: 1, after: 0, applied: true },
  };
}

export function prepare(setup: Setup): Scenario {
  const { machine, noise, options } = setup;
  const sides = [machine.slow, machine.fast];
  const plan = makePlan({
    sides: sides.map((side) => ({
      subject: side.subject,
      factors: side.factors.map((name) =>
        simulatedFactor(name, side.runTime?.includes(name) === true ? "run" : "build"),
      ),
      pilot: { runTimeMs: 500, linkTimeMs: 400, runSd: noise.runSd, layoutSd: noise.layoutSd },
    })),
    options: {
      seed: 1,
      metrics: ["cpuTime"],
      precision: 0.02,
      budgetMs: Number.POSITIVE_INFINITY,
      mode: "own",
      ...options,
    },
  });
  const columns = plan.sides.flatMap((side, index) => {
    const simulated = sides[index];
    return simulated === undefined ? [] : side.columns.map((column) => simulateColumn(simulated, column));
  });
  return { ...setup, design: designPlan(plan), columns, truth: truthOf(machine) };
}

function simulateColumn(side: SimulatedSide, column: Column): SimulatedColumn {
  const neutral = new Set(side.factors.filter((_, bit) => ((column.cell >> bit) & 1) === 1));
  return { id: column.id, logSeconds: side.logSeconds(neutral), tail: side.tail?.(neutral) ?? 0 };
}

/** Tails count with their mean: the location that is asked for is the mean log time. */
function truthOf({ slow, fast }: Machine): Truth {
  const withTail = (side: SimulatedSide): SimulatedSide => ({
    ...side,
    logSeconds: (neutral) => side.logSeconds(neutral) + (side.tail?.(neutral) ?? 0),
  });
  const [left, right] = [withTail(slow), withTail(fast)];
  const names = new Set([...left.factors, ...right.factors]);
  const phi = (side: SimulatedSide, name: string) =>
    side.factors.includes(name) ? coalitionShapley(side, name) : 0;
  const all = (side: SimulatedSide) => side.logSeconds(new Set(side.factors));
  return {
    contributions: new Map([...names].map((name) => [name, phi(left, name) - phi(right, name)])),
    gap: left.logSeconds(new Set()) - right.logSeconds(new Set()),
    neutralGap: all(left) - all(right),
  };
}

/** Rows of a session, one block after the other. */
export function createSession(scenario: Scenario, seed: number) {
  const random = createRandom(mixSeeds(seed, 11));
  const weather = createWeather(scenario.noise, random);
  const plan: Plan = { ...scenario.design.plan, seed: mixSeeds(seed, 13) };
  const place = new Map(scenario.columns.map((column, index) => [column.id, index]));
  const width = scenario.columns.length;
  const bimodal = scenario.machine.id === "M11";
  let values = new Float64Array(16 * width);
  let timeOrder = new Int32Array(16 * width);
  let blocks = 0;
  const addBlock = (): Table => {
    const start = blocks * width;
    if (start + width > values.length) {
      values = grow(values, new Float64Array(2 * values.length));
      timeOrder = grow(timeOrder, new Int32Array(2 * timeOrder.length));
    }
    scheduleBlock(plan, blocks).forEach((run, order) => {
      const index = place.get(run.column) ?? 0;
      const column = scenario.columns[index];
      if (column === undefined) return;
      const own =
        column.logSeconds +
        layoutEffect(scenario.noise, run.layoutSeed, bimodal) +
        (column.tail > 0 ? exponential(random, column.tail) : 0);
      values[start + index] = own + weather.disturb(Math.exp(own));
      timeOrder[start + order] = start + index;
    });
    blocks++;
    return {
      blocks,
      columns: width,
      values: values.subarray(0, blocks * width),
      timeOrder: timeOrder.subarray(0, blocks * width),
    };
  };
  return { plan, addBlock, elapsedSeconds: weather.elapsedSeconds };
}

function grow<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/**
 * Blocks until the stopping rule ends the session. The rule looks after every block; with `patience` it looks only
 * after that share of the blocks that it said are still needed, which long sessions of peers are simulated with.
 */
export function runTrial(scenario: Scenario, seed: number, patience = 0): Trial {
  const session = createSession(scenario, seed);
  const { plan } = scenario.design;
  let nextLook = plan.minBlocks - 1;
  for (;;) {
    const table = session.addBlock();
    if (table.blocks < nextLook) continue;
    const inference = inferTable(scenario.design, { first: table }, "cpuTime");
    const decision = decideStop({ plan, inference, elapsedMs: 0, blockTimeMs: 1 });
    if (decision.kind === "stop")
      return { ...readEstimates(inference), seconds: session.elapsedSeconds(), stoppedBy: decision.by };
    nextLook = table.blocks + Math.max(1, Math.floor(patience * (decision.blocksNeeded - table.blocks)));
  }
}

function readEstimates(inference: Inference): Omit<Trial, "seconds" | "stoppedBy"> {
  const [slow, fast] = inference.sides;
  const [pair] = inference.pairs;
  if (slow === undefined || fast === undefined || pair === undefined)
    throw new Error("two sides are simulated");
  const names = [...new Set([...slow.factors, ...fast.factors].map((effect) => effect.factor))];
  const find = (side: typeof slow, name: string) =>
    side.factors.find((effect) => effect.factor === name)?.shapley;
  const estimates = new Map<string, Contrast>();
  for (const name of names) {
    const value = subtractMoments(find(slow, name), find(fast, name));
    if (value !== undefined) estimates.set(name, value);
  }
  return { inference, estimates, gap: pair.gap, neutralGap: pair.neutralGap, blocks: inference.blocks };
}

/** Whether a contrast's interval holds the truth. */
export function covers(contrast: Contrast, truth: number, confidence = 0.95): boolean {
  return Math.abs(contrast.value - truth) <= halfWidth(contrast, confidence);
}
