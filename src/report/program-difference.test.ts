import { expect, test } from "vitest";
import { codegenReport } from "../../test/support/report-fixture.ts";
import type { ProgramDifference, Report } from "../model/report.ts";
import { stancesOf } from "./evidence-stance.ts";
import { differenceSentence } from "./program-difference.ts";
import { renderHtml } from "./render-html.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderTerminal } from "./render-terminal.ts";
import { plainStyle } from "./style.ts";

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

test("time that the profile names has a sentence of its own, behind other work, and none where no gap is told", () => {
  const hash = difference({
    id: "time-hash",
    component: "maps and hashing",
    title: "Go spends 61 % of its CPU time (0.30 s of 0.49 s) in maps and hashing, Rust none",
    atMost: 1.2,
  });
  const copy = difference({ id: "time-copy", component: "copying", title: "Go spends 20 % in copying" });
  expect(differenceSentence([hash], pair)).toBe(
    "By the profile, Go spends 61 % of its CPU time (0.30 s of 0.49 s) in maps and hashing, Rust none (a cost of at most x3.33).",
  );
  expect(differenceSentence([hash, copy], pair)).toBe(
    "By the profile, Go spends 61 % of its CPU time (0.30 s of 0.49 s) in maps and hashing, Rust none (a cost of at most x3.33); Go spends 20 % in copying.",
  );
  expect(differenceSentence([hash, difference({})], pair)).toBe(
    "These programs do not do the same work: Go allocates 40 times as often as Rust. By the profile, Go spends 61 % of its CPU time (0.30 s of 0.49 s) in maps and hashing, Rust none (a cost of at most x3.33).",
  );
  expect(differenceSentence([hash], pair, false)).toBeUndefined();
  expect(differenceSentence([hash, difference({})], pair, false)).not.toContain("profile");
});

test("every renderer tells it apart from other work, under the name that the profile gives it", () => {
  const report = codegenReport();
  const [gap] = report.gaps;
  if (gap === undefined) throw new Error("the fixture has a gap");
  const place = { slow: gap.slow, fast: gap.fast, atMost: 0.2, evidence: [] };
  const title = "Go spends 61 % of its CPU time (0.30 s of 0.49 s) in maps and hashing, Rust none";
  const hash = difference({ ...place, id: "time-hash", component: "maps and hashing", title });
  const told: Report = { ...report, differences: [hash, difference({ ...place, title: "More work" })] };
  const terminal = renderTerminal(told, { unicode: false, style: plainStyle, columns: 200 });
  expect(terminal).toContain("maps and hashing, see below");
  expect(terminal).toContain("other work, see below");
  expect(terminal).toMatch(/^Not the same work: .*\n {2}! More work$/m);
  expect(terminal).toMatch(/^Time that no cause stands for, by the profile: .*\n {2}! Go spends 61 %/m);
  const markdown = renderMarkdown(told);
  expect(markdown).toContain("Other work: More work");
  expect(markdown).toContain("Time by the profile: Go spends 61 %");
  expect(renderHtml(told)).toContain("Do both programs do the same work?");
  expect(renderHtml({ ...told, differences: [hash] })).toContain(
    "Where is the time that no cause stands for?",
  );
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
