import { describe, expect, test } from "vitest";
import { halfWidth } from "../../src/base/statistics.ts";
import { noiseKinds } from "./noises.ts";
import { claimsWin, type SimulatedProgram, type SimulatedTuning, tuneSimulated } from "./simulated-tuning.ts";

/** Twelve settings in eight dimensions. */
const options = Array.from({ length: 12 }, (_, index) => ({
  id: `s${index}`,
  dimension: `d${Math.floor(index / 1.5)}`,
  promise: 12 - index,
  burden: 1,
}));

function noise(id: string) {
  const found = noiseKinds.find((kind) => kind.id === id);
  if (found === undefined) throw new Error(`no noise ${id}`);
  return found;
}

async function seeds(program: SimulatedProgram, count = 20): Promise<readonly SimulatedTuning[]> {
  const all: SimulatedTuning[] = [];
  for (let seed = 0; seed < count; seed++) all.push(await tuneSimulated(program, seed));
  return all;
}

const withBest = (runs: readonly SimulatedTuning[], ...ids: readonly string[]) =>
  runs.filter(({ best = [] }) => ids.every((id) => best.includes(id))).length;

describe("where no setting helps", () => {
  test.each(["gauss3", "layout", "outliers", "bursts", "mess"])(
    "at most one of 20 searches claims a win: %s",
    async (id) => {
      const runs = await seeds({ options, change: () => 0, noise: noise(id) });
      expect(runs.filter(claimsWin).length).toBeLessThanOrEqual(1);
    },
  );

  test("and settings that cost are told from those that do nothing", async () => {
    const change = (on: ReadonlySet<string>) => (on.has("s3") ? 0.12 : 0);
    const runs = await seeds({ options, change, noise: noise("layout") });
    const verdicts = runs.flatMap((run) => run.options);
    expect(verdicts.filter(({ option, verdict }) => option.id === "s3" && verdict === "hurts").length).toBe(
      20,
    );
    const others = verdicts.filter(({ option }) => option.id !== "s3");
    expect(others.filter(({ verdict }) => verdict === "hurts").length).toBeLessThanOrEqual(2);
    expect(runs.filter(claimsWin).length).toBeLessThanOrEqual(1);
  });
});

describe("settings that interact", () => {
  /** s0 and s2 are worth 10 % each, together no more; s7 helps on its own, s4 hurts. */
  const change = (on: ReadonlySet<string>) =>
    (on.has("s0") || on.has("s2") ? -0.2 : 0) + (on.has("s7") ? -0.1 : 0) + (on.has("s4") ? 0.1 : 0);

  test("substitutes: one of them is enough, and the reported gain covers the truth", async () => {
    const runs = await seeds({ options, change, noise: noise("layout") });
    expect(withBest(runs, "s7")).toBeGreaterThanOrEqual(19);
    expect(runs.filter(({ best = [] }) => best.includes("s0") || best.includes("s2")).length).toBe(20);
    expect(withBest(runs, "s0", "s2")).toBeLessThanOrEqual(6);
    expect(withBest(runs, "s4")).toBe(0);
    const confirmed = runs.filter(({ final }) => final?.verdict === "gain");
    expect(confirmed.length).toBe(20);
    const covering = confirmed.filter(({ best = [], final }) => {
      if (final === undefined) return false;
      return Math.abs(final.gain.value + change(new Set(best))) <= halfWidth(final.gain, 0.95);
    });
    expect(covering.length).toBeGreaterThanOrEqual(17);
  });

  test("two that help only together are found when both are what one would advise", async () => {
    const gate = (on: ReadonlySet<string>) => (on.has("s0") && on.has("s2") ? -0.2 : 0);
    const runs = await seeds({ options, change: gate, noise: noise("gauss3") });
    expect(withBest(runs, "s0", "s2")).toBeGreaterThanOrEqual(18);
  });

  test("one that hurts alone is found where it helps beside one that helps alone", async () => {
    const paired = (on: ReadonlySet<string>) =>
      (on.has("s2") ? -0.2 : 0) + (on.has("s9") ? (on.has("s2") ? -0.15 : 0.08) : 0);
    const runs = await seeds({ options, change: paired, noise: noise("gauss3"), budgetSeconds: 600 });
    expect(withBest(runs, "s2", "s9")).toBeGreaterThanOrEqual(15);
  });

  test("out of reach: two that help only together, each hurting alone, neither being the first advice", async () => {
    const hidden = (on: ReadonlySet<string>) =>
      (on.has("s1") && on.has("s4") ? -0.3 : 0) + (on.has("s1") ? 0.05 : 0) + (on.has("s4") ? 0.05 : 0);
    const runs = await seeds({ options, change: hidden, noise: noise("gauss3") }, 5);
    expect(withBest(runs, "s1", "s4")).toBe(0);
  });
});

test("the budget holds, also where it does not reach for all settings", async () => {
  for (const budgetSeconds of [15, 30, 60, 120]) {
    const change = (on: ReadonlySet<string>) => (on.has("s0") ? -0.3 : 0);
    const run = await tuneSimulated({ options, change, noise: noise("gauss3"), budgetSeconds }, 3);
    expect(run.spentSeconds).toBeLessThanOrEqual(1.1 * budgetSeconds);
    expect(run.best).toContain("s0");
  }
});
