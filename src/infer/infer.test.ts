import { expect, test } from "vitest";
import { machines } from "../../test/simulate/machines.ts";
import { noiseKinds } from "../../test/simulate/noises.ts";
import { ranFor, recordBlocks } from "../../test/simulate/observed.ts";
import { prepare, type Setup } from "../../test/simulate/trial.ts";
import { ensure } from "../base/assert.ts";
import type { Inference } from "../model/inference.ts";
import type { BlockRecord, Observation } from "../model/observation.ts";
import type { Plan } from "../model/plan.ts";
import { makePlan } from "../plan/make-plan.ts";
import { infer } from "./infer.ts";
import { decideStop } from "./stop.ts";

const machine = (id: string) =>
  ensure(
    machines.find((each) => each.id === id),
    id,
  );
const noise = (id: string) =>
  ensure(
    noiseKinds.find((each) => each.id === id),
    id,
  );

function session(
  setup: Setup,
  blocks: number,
): { readonly plan: Plan; readonly records: readonly BlockRecord[] } {
  const scenario = prepare(setup);
  return { plan: scenario.design.plan, records: recordBlocks(scenario, 3, blocks) };
}

function inferred(plan: Plan, records: readonly BlockRecord[]): Inference {
  const result = infer(plan, records, "cpuTime");
  if (result.kind === "unavailable") throw new Error(result.reason);
  return result.inference;
}

const values = (inference: Inference) =>
  inference.sides.flatMap((side) => side.factors.map((effect) => effect.shapley.value));

const mapSeconds = (
  records: readonly BlockRecord[],
  change: (seconds: number, each: Observation) => number,
) =>
  records.map((record) => ({
    ...record,
    observations: record.observations.map((each) => ({
      ...each,
      run: ranFor(change((each.run.userTimeNs ?? 0) / 1e9, each)),
    })),
  }));

test.each(["M1", "M2", "M3", "M5", "M8", "M9"])(
  "contributions and neutral gap give the gap back on %s",
  (id) => {
    const { plan, records } = session({ machine: machine(id), noise: noise("mess") }, 5);
    const inference = inferred(plan, records);
    const [slow, fast] = inference.sides;
    const phi = (side: typeof slow) =>
      (side?.factors ?? []).reduce(
        (sum, effect) => sum + effect.shapley.value,
        side?.higherOrder?.value ?? 0,
      );
    const [pair] = inference.pairs;
    expect(phi(slow) - phi(fast) + (pair?.neutralGap.value ?? 0)).toBeCloseTo(
      pair?.gap.value ?? Number.NaN,
      11,
    );
  },
);

test("without noise every estimate is exact", () => {
  const still = { ...noise("gauss1"), runSd: 0 };
  const { plan, records } = session({ machine: machine("M3"), noise: still }, 4);
  const inference = inferred(plan, records);
  const [slow, fast] = inference.sides;
  const [a, b, c] = slow?.factors ?? [];
  expect(a?.shapley.value).toBeCloseTo(0.15, 9);
  expect(b?.shapley.value).toBeCloseTo(0.15, 9);
  expect(a?.alone?.value).toBeCloseTo(0, 9);
  expect(a?.last?.value).toBeCloseTo(0.3, 9);
  expect(c?.shapley.value).toBeCloseTo(0.05, 9);
  expect(fast?.interactions.find(({ factors }) => factors.join() === "a,b")?.index.value).toBeCloseTo(
    -0.2,
    9,
  );
  expect(slow?.placebo.value).toBeCloseTo(0, 9);
});

test("a faster clock changes nothing but the typical time", () => {
  const { plan, records } = session({ machine: machine("M8"), noise: noise("layout") }, 5);
  const before = inferred(plan, records);
  const after = inferred(
    plan,
    mapSeconds(records, (seconds) => 1000 * seconds),
  );
  values(after).forEach((value, index) => {
    expect(value).toBeCloseTo(values(before)[index] ?? Number.NaN, 10);
  });
  expect(after.pairs[0]?.gap.value).toBeCloseTo(before.pairs[0]?.gap.value ?? Number.NaN, 10);
  expect(after.pairs[0]?.gap.variance).toBeCloseTo(before.pairs[0]?.gap.variance ?? Number.NaN, 10);
});

test("the order in which blocks are handed over does not matter", () => {
  const { plan, records } = session({ machine: machine("M8"), noise: noise("mess") }, 6);
  expect(inferred(plan, [...records].reverse())).toEqual(inferred(plan, records));
});

test("which block came first does not matter where nothing drifts", () => {
  const { plan, records } = session({ machine: machine("M8"), noise: noise("layout") }, 6);
  const [first, ...rest] = records.map(({ observations }) => observations);
  const turned = [...rest, first ?? []].map((observations, block) => ({ block, observations }));
  const [before, after] = [inferred(plan, records), inferred(plan, turned)];
  expect([before.detrended, after.detrended]).toEqual([false, false]);
  values(after).forEach((value, index) => {
    expect(value).toBeCloseTo(values(before)[index] ?? Number.NaN, 12);
  });
  expect(after.pairs[0]?.gap.variance).toBeCloseTo(before.pairs[0]?.gap.variance ?? Number.NaN, 12);
});

test("only whole blocks count, and a retry stands in for the run that failed", () => {
  const { plan, records } = session({ machine: machine("M8"), noise: noise("layout") }, 5);
  const [first, ...others] = records;
  const partial = { block: 9, observations: (first?.observations ?? []).slice(1) };
  expect(inferred(plan, [...records, partial])).toEqual(inferred(plan, records));
  const [failing, ...rest] = first?.observations ?? [];
  if (first === undefined || failing === undefined) throw new Error("a block has runs");
  const failed = {
    ...failing,
    run: { ...failing.run, exit: { kind: "signaled", signal: "SIGSEGV" } },
  } as const;
  const retry = { ...failing, order: 1000, retry: true } as const;
  const retried = { ...first, observations: [failed, ...rest, retry] };
  const inference = inferred(plan, [retried, ...others]);
  expect(inference.blocks).toBe(5);
  expect(inferred(plan, [{ ...first, observations: [failed, ...rest] }, ...others]).blocks).toBe(4);
});

test("a metric that the runner cannot read, or a clock that stands still, is said, not guessed", () => {
  const { plan, records } = session({ machine: machine("M8"), noise: noise("layout") }, 2);
  const blind = records.map((record) => ({
    ...record,
    observations: record.observations.map((each) => {
      const run = Object.fromEntries(Object.entries(each.run).filter(([name]) => name !== "userTimeNs"));
      return { ...each, run: run as unknown as Observation["run"] };
    }),
  }));
  expect(infer(plan, blind, "cpuTime").kind).toBe("unavailable");
  expect(infer(plan, blind, "wallTime").kind).toBe("inferred");
  const zero = infer(
    plan,
    mapSeconds(records, () => 0),
    "cpuTime",
  );
  expect(zero).toMatchObject({ kind: "unavailable", metric: "cpuTime" });
  expect(infer(plan, [], "cpuTime")).toMatchObject({ reason: "no block is complete" });
});

test("one block is enough for a first gap with an interval, and three sides share it", () => {
  const plan = makePlan({
    sides: ["go", "rust", "c"].map((subject) => ({
      subject,
      factors: [],
      pilot: { runTimeMs: 300, linkTimeMs: 100 },
    })),
    options: { seed: 5, metrics: ["cpuTime"] },
  });
  const seconds = { go: 0.9, rust: 0.3, c: 0.29 } as Readonly<Record<string, number>>;
  const observations = plan.sides.flatMap((side) =>
    side.columns.map(
      (column, index): Observation => ({
        block: 0,
        order: index,
        column: column.id,
        subject: side.subject,
        layoutSeed: 1,
        artifact: "x",
        run: ranFor((seconds[side.subject] ?? 1) * (1 + 0.01 * (index % 3))),
      }),
    ),
  );
  const inference = inferred(plan, [{ block: 0, observations }]);
  expect(inference.pairs.map(({ left, right }) => `${left} ${right}`)).toEqual(["go rust", "go c", "rust c"]);
  const [gap] = inference.pairs.map((pair) => pair.gap);
  expect(gap?.value).toBeCloseTo(Math.log(3), 2);
  expect(gap?.variance).toBeGreaterThan(0);
  expect(gap?.degreesOfFreedom).toBeGreaterThan(5);
});

test("equal values everywhere (peak memory) give zero width, never NaN", () => {
  const { plan, records } = session({ machine: machine("M8"), noise: noise("layout") }, 4);
  const result = infer(plan, records, "maxRss");
  if (result.kind === "unavailable") throw new Error(result.reason);
  for (const side of result.inference.sides)
    for (const effect of side.factors) {
      expect(effect.shapley.value).toBeCloseTo(0, 12);
      expect(effect.shapley.variance).toBe(0);
      expect(Number.isFinite(effect.shapley.degreesOfFreedom)).toBe(true);
    }
});

test("tails that follow a variant are left in, tails of the machine are not", () => {
  const gcLike = session({ machine: machine("M7"), noise: noise("gauss1") }, 24);
  const machines24 = session({ machine: machine("M1"), noise: noise("outliers") }, 24);
  expect(inferred(gcLike.plan, gcLike.records).sides[0]?.tails).toBe("variants differ");
  const side = inferred(machines24.plan, machines24.records).sides[0];
  expect(side?.tails).toBe("clipped");
  expect(side?.clippedShare).toBeGreaterThan(0.02);
});

test("recycled layouts: the layout is the unit", () => {
  const scenario = prepare({ machine: machine("M8"), noise: noise("layout"), options: { mode: "shared" } });
  const plan = {
    ...scenario.design.plan,
    sides: scenario.design.plan.sides.map((side) => ({ ...side, blocksPerLayout: 2 })),
  };
  const inference = inferred(plan, recordBlocks(scenario, 4, 9));
  expect(inference).toMatchObject({ blocks: 9, units: 5 });
});

test("measuring ends at the width, at the budget or at the last block, and says what more would need", () => {
  const { plan, records } = session({ machine: machine("M8"), noise: noise("layout") }, 8);
  const at = (blocks: number, precision: number, budgetMs: number) =>
    decideStop({
      plan: { ...plan, precision, budgetMs, maxBlocks: 8 },
      inference: inferred(plan, records.slice(0, blocks)),
      elapsedMs: blocks * 1000,
      blockTimeMs: 1000,
    });
  expect(at(8, 0.2, 1e9)).toMatchObject({ kind: "stop", by: "precision", wouldNeedMs: 0 });
  expect(at(2, 0.2, 1e9)).toMatchObject({ kind: "continue" });
  expect(at(8, 0.001, 1e9)).toMatchObject({ kind: "stop", by: "maxBlocks" });
  expect(at(5, 0.001, 5500)).toMatchObject({ kind: "stop", by: "budget" });
  const going = at(5, 0.01, 1e9);
  if (going.kind !== "continue") throw new Error("it should go on");
  const reached = going.reached;
  expect(going.blocksNeeded).toBe(Math.ceil(5 * (reached / (0.94 * 0.01)) ** 2));
  expect(going.blocksNeeded).toBeGreaterThan(8);
  // Of what it would take, there will be what budget and most blocks allow.
  expect(going).toMatchObject({ blocksExpected: 8, etaMs: 3000 });
  expect(at(5, 0.01, 7500)).toMatchObject({ kind: "continue", blocksExpected: 7, etaMs: 2000 });
  expect(at(1, 0.01, 1)).toMatchObject({ kind: "continue", blocksExpected: 2, etaMs: 1000 });
});
