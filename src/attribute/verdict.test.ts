import { expect, test } from "vitest";
import { equivalenceMargin } from "../model/margin.ts";
import { judge, judgeGap } from "./verdict.ts";

const effect = (value: number, sd: number) => ({
  moments: { value, variance: sd * sd, degreesOfFreedom: 40 },
  slack: 0,
});

test.each([
  [0.2, 0.05, "cause", "undetermined"],
  [0.5, 0.05, "cause", "cause"],
  [-0.5, 0.05, "asset", "asset"],
  [0.01, 0.005, "negligible", "undetermined"],
  [0.1, 0.08, "undetermined", "undetermined"],
] as const)("%d with sd %d: %s, and %s while blocks are too few", (value, sd, settled, early) => {
  // Five more candidates: Holm's correction makes the first one earn its name.
  const family = [effect(value, sd), ...Array.from({ length: 5 }, () => effect(0, 0.05))];
  expect(judge(family, { margin: 0.03, early: false })[0]).toBe(settled);
  expect(judge(family, { margin: 0.03, early: true })[0]).toBe(early);
});

test("a cause stands out beyond what its slack leaves open", () => {
  const { moments } = effect(0.03, 0.005);
  const verdictWith = (slack: number) => judge([{ moments, slack }], { margin: 0.01, early: false })[0];
  expect([0, 0.01, 0.025, 0.04].map(verdictWith)).toEqual(["cause", "cause", "undetermined", "undetermined"]);
});

test("a machine that tells nothing calls nothing equal", () => {
  const { moments } = effect(0.1, 0.2);
  expect(judgeGap(moments, equivalenceMargin(0.02, 0.68))).toBe("undetermined");
  expect(judgeGap(effect(0.005, 0.01).moments, equivalenceMargin(0.02, 0.03))).toBe("equal");
});
