import { expect, test } from "vitest";
import type { Accounting } from "../model/report.ts";
import { componentShares } from "./component-shares.ts";

/** A profile of a program whose components take so many of `total` seconds, known to 3 % of each. */
function accounting(subject: string, total: number, seconds: Readonly<Record<string, number>>): Accounting {
  const named = Object.values(seconds).reduce((sum, one) => sum + one, 0);
  return {
    subject,
    method: "profile",
    components: Object.entries(seconds).map(([component, value]) => ({
      component,
      share: value / total,
      seconds: { value, low: 0.97 * value, high: 1.03 * value, confidence: 0.95, method: "t" },
    })),
    unexplainedShare: 1 - named / total,
  };
}

const sumOf = (parts: ReturnType<typeof componentShares>) =>
  parts.reduce((sum, { share }) => sum + share.value, 0);

test("what has no name is a part of the gap: all parts give it back", () => {
  const parts = componentShares(
    accounting("slow", 1, { user: 0.5, gc: 0.1 }),
    accounting("fast", 0.5, { user: 0.5 }),
  );
  expect(sumOf(parts)).toBeCloseTo(Math.LN2, 12);
  expect(parts.map(({ component }) => component)).toEqual(["user", "gc", "without a name"]);
  const rest = parts[2]?.share;
  // Four tenths of a second more, over the logarithmic mean of 1 and 0.5.
  expect(rest?.value).toBeCloseTo(0.4 / (0.5 / Math.LN2), 12);
  expect(rest?.high).toBeGreaterThan(rest?.value ?? 0);
});

test("time without a name on both sides cancels where it is the same", () => {
  const parts = componentShares(accounting("slow", 1, { user: 0.8 }), accounting("fast", 0.6, { user: 0.4 }));
  expect(sumOf(parts)).toBeCloseTo(Math.log(1 / 0.6), 12);
  expect(parts.find(({ component }) => component === "without a name")?.share.value).toBeCloseTo(0, 12);
});

test("no row for nothing, and no parts where a side has no name at all", () => {
  const named = accounting("slow", 1, { user: 1 });
  expect(componentShares(named, accounting("fast", 0.5, { user: 0.5 }))).toHaveLength(1);
  expect(componentShares(named, accounting("fast", 0.5, {}))).toEqual([]);
});
