import { describe, expect, test } from "vitest";
import type { Plant } from "../../bench/planted/plant.ts";
import { scorePlant } from "../../bench/planted/score.ts";
import { type Measured, shapley, type Truth } from "../../bench/planted/truth.ts";
import type { Contribution, Report } from "../../src/model/report.ts";

const around = (value: number, half = 0.02): Measured => ({ value, low: value - half, high: value + half });

function plantOf(more: Partial<Plant> = {}): Plant {
  return {
    id: "P",
    title: "a plant",
    language: "go",
    program: "a-a/go-first",
    args: [],
    plantedFlags: [],
    cleanFlags: [],
    causes: [{ factors: ["gc", "memory-reclamation"] }],
    expectation: { kind: "named" },
    ...more,
  };
}

const truth: Truth = { gap: around(0.5), causes: [around(0.5)], cleanSeconds: 0.2, rounds: 9 };

interface Said {
  readonly gap?: number;
  readonly slow?: "planted" | "clean";
  readonly contributions?: readonly (Measured & Pick<Contribution, "factor" | "verdict">)[];
  readonly excluded?: readonly { factor: string; side: string; kind: string; reason: string }[];
}

/** As much of a report as scoring reads. */
function reportOf({ gap = 0.5, slow = "planted", contributions = [], excluded = [] }: Said): Report {
  const sum = contributions.reduce((total, { value }) => total + value, 0);
  return {
    gaps: [{ metric: "cpuTime", slow, logRatio: around(gap) }],
    attributions: [
      {
        metric: "cpuTime",
        slow,
        contributions,
        neutralGap: around(gap - sum),
        excluded,
        diagnostics: { blocks: 8 },
      },
    ],
  } as unknown as Report;
}

describe("scorePlant", () => {
  test("passes a plant whose cause is first and whose share is right", () => {
    const report = reportOf({ contributions: [{ factor: "gc", verdict: "cause", ...around(0.49) }] });
    expect(scorePlant(plantOf(), truth, report)).toMatchObject({
      passed: true,
      first: "gc",
      falseCauses: [],
      causes: [{ truthShare: 1, estimateShare: 0.98, withinFivePoints: true, covered: true }],
    });
  });

  test("takes the cause under any of its names", () => {
    const report = reportOf({
      contributions: [{ factor: "memory-reclamation", verdict: "cause", ...around(0.5) }],
    });
    expect(scorePlant(plantOf(), truth, report).passed).toBe(true);
  });

  test("fails a plant that comes second, whatever its share", () => {
    const report = reportOf({
      gap: 1.2,
      contributions: [
        { factor: "gc", verdict: "cause", ...around(0.5) },
        { factor: "cores", verdict: "cause", ...around(0.7) },
      ],
    });
    expect(scorePlant(plantOf(), truth, report)).toMatchObject({
      passed: false,
      first: "cores",
      falseCauses: ["cores"],
      remark: expect.stringContaining("first is cores, not gc") as string,
    });
  });

  test("fails a confident wrong share and forgives one whose interval says so", () => {
    const confident = reportOf({ contributions: [{ factor: "gc", verdict: "cause", ...around(0.4) }] });
    expect(scorePlant(plantOf(), truth, confident)).toMatchObject({ passed: false });
    const wide = reportOf({ contributions: [{ factor: "gc", verdict: "cause", ...around(0.4, 0.15) }] });
    expect(scorePlant(plantOf(), truth, wide)).toMatchObject({ passed: true });
  });

  test("says why a planted cause was left out", () => {
    const report = reportOf({
      excluded: [{ factor: "gc", side: "planted", kind: "not applied", reason: "collections stayed" }],
    });
    expect(scorePlant(plantOf(), truth, report).remark).toBe(
      "gc left out: planted not applied (collections stayed); first is nothing, not gc",
    );
  });

  test("turns signs when perfgap finds the planted program to be the fast one", () => {
    const report = reportOf({
      slow: "clean",
      gap: 0.5,
      contributions: [{ factor: "gc", verdict: "cause", ...around(0.5) }],
    });
    const score = scorePlant(plantOf(), truth, report);
    expect(score.gap.estimate.value).toBe(-0.5);
    expect(score.causes[0]?.estimate).toMatchObject({ value: -0.5, low: -0.52, high: -0.48 });
    expect(score.passed).toBe(false);
  });

  test("wants what no lever reaches under the neutral gap", () => {
    const plant = plantOf({ causes: [], expectation: { kind: "unexplained" } });
    const named = reportOf({ contributions: [{ factor: "gc", verdict: "cause", ...around(0.2) }] });
    expect(scorePlant(plant, { ...truth, causes: [] }, named).passed).toBe(false);
    const silent = reportOf({ contributions: [{ factor: "gc", verdict: "negligible", ...around(0.01) }] });
    expect(scorePlant(plant, { ...truth, causes: [] }, silent).passed).toBe(true);
  });

  test("counts every named cause of a null as a false alarm", () => {
    const plant = plantOf({ causes: [], expectation: { kind: "silent" } });
    const report = reportOf({
      gap: 0.03,
      contributions: [{ factor: "bounds-checks", verdict: "cause", ...around(0.03) }],
    });
    expect(scorePlant(plant, { ...truth, causes: [] }, report)).toMatchObject({
      passed: false,
      remark: "false alarm: bounds-checks",
    });
  });
});

test("a Shapley value of measured cells splits what two causes save together", () => {
  // Overflow checks 11.0x alone, vectorisation off 3.5x alone, both 5.6x: logs of time, masks of causes taken away.
  const logs = [5.6, 3.5, 11, 1].map(Math.log);
  const [first, second] = [shapley(logs, 0), shapley(logs, 1)];
  expect(first).toBeCloseTo((Math.log(5.6 / 3.5) + Math.log(11 / 1)) / 2, 12);
  expect(first + second).toBeCloseTo(Math.log(5.6), 12);
});
