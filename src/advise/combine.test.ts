import { expect, test } from "vitest";
import type { Contrast } from "../model/inference.ts";
import { bestArm } from "./combine.ts";
import { armName, type Option, type RoundResult, type SearchProblem } from "./search-problem.ts";

const flag: Option = { id: "o3", dimension: "level", promise: 5, burden: 1 };
const training: Option = { id: "pgo", dimension: "pgo", promise: 9, burden: 3 };
const compiler: Option = { id: "clang", dimension: "compiler", promise: 2, burden: 2 };

const problem: SearchProblem = {
  options: [flag, training, compiler],
  budgetMs: 60_000,
  precision: 0.02,
  confidence: 0.95,
  canJoin: () => true,
};

function round(gains: readonly (readonly [readonly string[], number])[]): RoundResult {
  const contrast = (value: number): Contrast => ({ value, variance: 0.01 ** 2, degreesOfFreedom: 20 });
  return {
    kind: "alone",
    arms: gains.map(([arm]) => arm),
    blocks: 4,
    gains: new Map(gains.map(([arm, gain]) => [armName(arm), contrast(gain)])),
    contradicted: new Set(),
    runVariance: 1e-4,
  };
}

test.each([
  [
    "a flag before a training run that gains no more",
    [
      [["pgo"], 0.711],
      [["o3"], 0.7],
    ],
    ["o3"],
  ],
  [
    "a training run that surely gains more",
    [
      [["pgo"], 0.8],
      [["o3"], 0.7],
    ],
    ["pgo"],
  ],
  [
    "one setting before two",
    [
      [["clang"], 0.12],
      [["o3", "clang"], 0.13],
    ],
    ["clang"],
  ],
  ["nothing where nothing stands out", [[["o3"], 0.005]], undefined],
] as const)("%s", (_title, gains, best) => {
  expect(bestArm(problem, [round(gains)])).toEqual(best);
});
