import { expect, test } from "vitest";
import { simulatedFactor } from "../../test/simulate/trial.ts";
import { ensure } from "../base/assert.ts";
import { bitCount } from "../base/statistics.ts";
import type { Plan } from "../model/plan.ts";
import { chooseDesign } from "./design.ts";
import { blockVariance } from "./forecast.ts";
import { forecastPlan, makePlan, type PlanInput, type PlanOptions, type SideInput } from "./make-plan.ts";
import { scheduleBlock } from "./schedule.ts";

const pilot = { runTimeMs: 500, linkTimeMs: 300 };
const factors = (...names: readonly string[]) => names.map((name) => simulatedFactor(name, "build"));
const input = (sides: readonly SideInput[], options: Partial<PlanOptions> = {}): PlanInput => ({
  sides,
  options: { seed: 7, metrics: ["cpuTime"], ...options },
});
const small = input([
  { subject: "go", factors: factors("checks", "inlining"), pilot },
  { subject: "rust", factors: [], pilot },
]);
const columnsOf = (plan: Plan, index: number) => ensure(plan.sides[index], "side").columns;

test("a small question costs few runs", () => {
  const plan = makePlan(small);
  expect(columnsOf(plan, 0).map((column) => column.id)).toEqual([
    "go/00#1",
    "go/00#2",
    "go/00#3",
    "go/10#1",
    "go/01#1",
    "go/11#1",
    "go/11#2",
    "go/placebo#1",
  ]);
  expect(columnsOf(plan, 1).map((column) => column.id)).toEqual([
    "rust/baseline#1",
    "rust/baseline#2",
    "rust/baseline#3",
    "rust/placebo#1",
  ]);
  expect(plan.precision).toBe(0.02);
});

test("a column's setting carries the patches of its neutral factors and the scheme, plain columns neither", () => {
  const scheme = { build: { switches: ["linker-plugin-lto"] } };
  const plan = makePlan(
    input([
      { subject: "rust", factors: factors("a", "b"), scheme, pilot },
      { subject: "go", factors: [], pilot },
    ]),
  );
  const find = (id: string) =>
    ensure(
      columnsOf(plan, 0).find((column) => column.id === id),
      id,
    ).setting.build;
  expect(find("rust/11#1")).toMatchObject({
    flags: { compile: ["-no-a", "-no-b"] },
    switches: ["linker-plugin-lto"],
  });
  expect(find("rust/00#1")).toMatchObject({ flags: {}, switches: ["linker-plugin-lto"] });
  expect(find("rust/plain#3")).toMatchObject({ flags: {}, switches: [] });
});

test("a dose is the baseline with one factor at another level", () => {
  const gc = simulatedFactor("gc", "run");
  const lever = { ...gc.lever, patch: { run: { env: { GOGC: "400" } } } };
  const plan = makePlan(
    input([
      { subject: "go", factors: [gc], doses: [{ factor: "gc", level: "2.5 times the heap", lever }], pilot },
      { subject: "rust", factors: [], pilot },
    ]),
  );
  const dose = columnsOf(plan, 0).find((column) => column.role === "dose");
  expect(dose).toMatchObject({ cell: 0, setting: { run: { env: { GOGC: "400" } } } });
});

test("shared links: run-time variants use their build's binary, the placebo has one of its own", () => {
  const mixed = [...factors("a"), simulatedFactor("gc", "run")];
  const shared = makePlan(
    input(
      [
        { subject: "go", factors: mixed, pilot },
        { subject: "rust", factors: [], pilot },
      ],
      { mode: "shared" },
    ),
  );
  const binaries = new Map(columnsOf(shared, 0).map((column) => [column.id, column.binary]));
  expect(binaries.get("go/01#1")).toBe(binaries.get("go/00#1"));
  expect(binaries.get("go/11#1")).toBe(binaries.get("go/10#1"));
  expect(new Set(binaries.values()).size).toBe(3);
  const own = makePlan(
    input(
      [
        { subject: "go", factors: mixed, pilot },
        { subject: "rust", factors: [], pilot },
      ],
      { mode: "own" },
    ),
  );
  expect(new Set(columnsOf(own, 0).map((column) => column.binary)).size).toBe(columnsOf(own, 0).length);
});

test("links of each column's own are chosen where they are cheap or layouts are noisy", () => {
  const mixed = [...factors("a", "b", "c"), simulatedFactor("gc", "run"), simulatedFactor("cores", "run")];
  const modeFor = (figures: SideInput["pilot"]) =>
    makePlan(
      input([
        { subject: "go", factors: mixed, pilot: figures },
        { subject: "rust", factors: [], pilot },
      ]),
    ).sides[0]?.mode;
  expect(modeFor({ runTimeMs: 500, linkTimeMs: 50 })).toBe("own");
  expect(modeFor({ runTimeMs: 200, linkTimeMs: 1000, layoutSd: 0.002 })).toBe("shared");
  expect(modeFor({ runTimeMs: 500, linkTimeMs: 500, layoutSd: 0.06 })).toBe("own");
});

test("nothing is linked anew for a prebuilt command", () => {
  const cmd: SideInput = {
    subject: "cmd",
    factors: [simulatedFactor("gc", "run")],
    layout: "fixed",
    pilot: { runTimeMs: 100, linkTimeMs: 0 },
  };
  const plan = makePlan(input([cmd, { subject: "rust", factors: [], pilot }]));
  expect(new Set(columnsOf(plan, 0).map((column) => column.binary)).size).toBe(1);
  const seeds = [0, 1].flatMap((block) =>
    scheduleBlock(plan, block)
      .filter((run) => run.column.startsWith("cmd/"))
      .map((run) => run.layoutSeed),
  );
  expect(new Set(seeds).size).toBe(1);
});

test.each([
  [6, 32, 4],
  [7, 16, 2],
  [8, 16, 2],
])(
  "the fraction for %i factors has %i cells with both corners, effects below its resolution apart",
  (k, size, strength) => {
    const design = chooseDesign(k, 5);
    if (design.kind !== "fraction") throw new Error("a fraction was expected");
    expect(design.cells).toHaveLength(size);
    expect(design.cells).toContain(0);
    expect(design.cells).toContain((1 << k) - 1);
    // Strength t: no product of up to t+1 factors is constant, so main effects are clear of lower interactions.
    for (let subset = 1; subset < 1 << k; subset++) {
      if (bitCount(subset) > strength + 1) continue;
      const balance = design.cells.reduce(
        (sum, cell) => sum + (bitCount(cell & subset) % 2 === 0 ? 1 : -1),
        0,
      );
      expect(balance, `subset ${subset}`).toBe(0);
    }
  },
);

test("the planning formula has the published weights", () => {
  // S_k of 2 to 6 factors with three baselines and two neutral runs, as the placebo makes four baselines of three.
  const variance = (k: number) => {
    const plan = makePlan(
      input(
        [
          { subject: "go", factors: factors(...["a", "b", "c", "d", "e"].slice(0, k)), pilot },
          { subject: "rust", factors: [], pilot },
        ],
        { repeats: { baseline: 2, neutral: 2, single: 1 }, mode: "own" },
      ),
    );
    return blockVariance(columnsOf(plan, 0), k, { runSd: 1, layoutSd: 0 });
  };
  expect([2, 3, 4, 5].map((k) => Number(variance(k).toFixed(3)))).toEqual([0.708, 0.426, 0.26, 0.167]);
});

test("a noisy machine gets more repeats of the cells that contributions lean on", () => {
  const size = (runSd: number) => {
    const noisy = { ...pilot, runSd };
    const five = factors("a", "b", "c", "d", "e");
    const sides = [
      { subject: "go", factors: five, pilot: noisy },
      { subject: "rust", factors: [], pilot: noisy },
    ];
    return columnsOf(makePlan(input(sides)), 0).length;
  };
  expect(size(0.02)).toBe(36);
  expect(size(0.1)).toBe(49);
  expect(columnsOf(makePlan(small), 0)).toHaveLength(8);
});

test("a block runs every column once, in an order, with layouts and paddings that its seed decides", () => {
  const plan = makePlan(input(small.sides, { mode: "own" }));
  const block = scheduleBlock(plan, 3);
  expect(scheduleBlock(plan, 3)).toEqual(block);
  expect(block.map((run) => run.column).toSorted()).toEqual(
    plan.sides.flatMap((side) => side.columns.map((column) => column.id)).toSorted(),
  );
  expect(scheduleBlock(plan, 4).map((run) => run.column)).not.toEqual(block.map((run) => run.column));
  expect(new Set([...block, ...scheduleBlock(plan, 4)].map((run) => run.layoutSeed)).size).toBe(24);
  for (const run of block) {
    expect(run.environmentPaddingBytes).toBeGreaterThanOrEqual(0);
    expect(run.environmentPaddingBytes).toBeLessThanOrEqual(4096);
    expect(run.layoutSeed).toBeGreaterThan(0);
  }
});

test("recycled layouts change every second block", () => {
  const slowLinks = input(
    [
      { subject: "rust", factors: factors("a"), pilot: { runTimeMs: 100, linkTimeMs: 900 } },
      { subject: "go", factors: [], pilot },
    ],
    { mode: "shared" },
  );
  const plan = makePlan(slowLinks);
  const seedIn = (block: number) =>
    scheduleBlock(plan, block).find((run) => run.column === "rust/1#1")?.layoutSeed;
  expect(plan.sides[0]?.blocksPerLayout).toBe(2);
  expect(seedIn(0)).toBe(seedIn(1));
  expect(seedIn(1)).not.toBe(seedIn(2));
});

test("the forecast is the formula's", () => {
  const plan = makePlan(input(small.sides, { mode: "own" }));
  const forecast = forecastPlan(small, plan);
  expect(forecast.runsPerBlock).toBe(12);
  const variance = blockVariance(columnsOf(plan, 0), 2, { runSd: 0.03, layoutSd: 0.02 });
  expect(forecast.blocks).toBe(Math.max(3, Math.ceil((1.959964 / 0.02) ** 2 * variance)));
  expect(forecast.timeMs).toBe(forecast.blocks * 12 * 800);
});
