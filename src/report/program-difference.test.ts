import { expect, test } from "vitest";
import type { ProgramDifference } from "../model/report.ts";
import { stancesOf } from "./evidence-stance.ts";
import { differenceSentence } from "./program-difference.ts";

function difference(over: Partial<ProgramDifference>): ProgramDifference {
  return {
    id: "allocations",
    slow: "go",
    fast: "rust",
    title: "Go allocates 40 times as often as Rust",
    detail: "",
    size: 3.7,
    weight: "large",
    evidence: ["go-rust-difference-allocations"],
    ...over,
  };
}

const logRatio = { value: 3.5, low: 3.4, high: 3.6, confidence: 0.95, method: "test" };
const pair = { slow: "go", fast: "rust", logRatio };

test("large differences of the pair make one sentence, small ones and those of other pairs none", () => {
  const width = difference({
    id: "width",
    title: "The hot loop works on 64-bit numbers in Go",
    atMost: 0.272,
  });
  const third = difference({ id: "growth", title: "Time grows" });
  expect(differenceSentence([difference({}), width], pair)).toBe(
    "These programs do not do the same work: Go allocates 40 times as often as Rust; the hot loop works on 64-bit numbers in Go (a cost of at most x1.32).",
  );
  expect(differenceSentence([difference({}), width, third], pair)).toMatch(/; and 1 more\.$/);
  expect(
    differenceSentence([difference({ weight: "small" }), difference({ slow: "c" })], pair),
  ).toBeUndefined();
  expect(differenceSentence(undefined, pair)).toBeUndefined();
  expect(differenceSentence([difference({ atMost: 3.6 })], pair)).not.toContain("at most");
  expect(differenceSentence([difference({ atMost: 3 })], pair)).toContain("at most x21)");
});

test("evidence for and against a cause, and that there is none", () => {
  const piece = (id: string) => ({ id, kind: "listing", subject: "go", title: id, explains: [], detail: "" });
  const all = [piece("a"), piece("b"), piece("c")];
  const both = stancesOf({ evidence: ["a", "b"], evidenceAgainst: ["c"] }, all);
  expect(both.text).toBe("2 for it, 1 against it");
  expect(both.speaksAgainst.map(({ id }) => id)).toEqual(["c"]);
  expect(stancesOf({ evidence: [], evidenceAgainst: ["c"] }, all).text).toBe("1 against it");
  expect(stancesOf({ evidence: [] }, all).text).toBe("no evidence found");
});
