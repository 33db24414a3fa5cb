import { expect, test } from "vitest";
import { budgetToMeasure, measurableSettings } from "./search.ts";

test.each([1, 2, 3, 5, 8, 13, 30])(
  "the budget for %i settings measures them, and less does not",
  (settings) => {
    const budgetMs = budgetToMeasure(settings, 700);
    expect(measurableSettings(1.001 * budgetMs, 700)).toBe(settings);
    expect(measurableSettings(0.98 * budgetMs, 700)).toBeLessThan(settings);
  },
);

test("a budget that is used up measures nothing", () => {
  expect(measurableSettings(0, 700)).toBe(0);
  expect(measurableSettings(-5000, 700)).toBe(0);
});
