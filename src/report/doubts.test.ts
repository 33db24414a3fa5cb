import { expect, test } from "vitest";
import { threeSubjectReport } from "../../test/support/report-fixture.ts";
import { estimate } from "../../test/support/report-parts.ts";
import type { Report, Warning } from "../model/report.ts";
import { sortDoubts, sortPlacedDoubts } from "./doubts.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderTerminal } from "./render-terminal.ts";

const stays = (percent: number, appliesTo: string): Warning => ({
  code: "unexplained",
  message: `A difference of ${percent} % stays.`,
  appliesTo,
});

function withDoubts(warnings: readonly Warning[]): Report {
  return { ...threeSubjectReport(), warnings };
}

test("of several pairs each doubt says which it is about, unless it is about all", () => {
  const places = ["go against rust, cpuTime", "go against c, cpuTime", "c against rust, cpuTime"];
  const [first = "", second = ""] = places;
  const all = places.map((place): Warning => ({ code: "x", message: "Of all.", appliesTo: place }));
  const host: Warning = { code: "busy-host", message: "Busy.", appliesTo: "host" };
  const report = withDoubts([stays(174, first), stays(74, second), ...all, host]);
  expect(sortPlacedDoubts(report, "cpuTime").special).toEqual([
    "Go over Rust: A difference of 174 % stays.",
    "Go over C: A difference of 74 % stays.",
    "Of all.",
    "Busy.",
  ]);
  // The page has the place beside each.
  expect(sortDoubts(report, "cpuTime").special).toContain("A difference of 74 % stays.");
  const one = { ...report, gaps: report.gaps.slice(0, 1) };
  expect(sortPlacedDoubts(one, "cpuTime").special).toContain("A difference of 174 % stays.");
});

test("a doubt that another metric has too stays told once", () => {
  const report = withDoubts([
    stays(74, "go against rust, cpuTime"),
    stays(74, "go against rust, wallTime"),
    stays(12, "go against rust, wallTime"),
  ]);
  expect(sortPlacedDoubts(report, "cpuTime").elsewhere).toBe(1);
});

test("of several pairs each row of the second opinion says which it is about", () => {
  const row = {
    factor: "allocator",
    ablation: estimate(0.1, 0.02),
    accounting: estimate(0.11, 0.02),
    flag: "agree",
    reading: "both see the same",
  } as const;
  const report = {
    ...threeSubjectReport(),
    agreement: [
      { ...row, slow: "go", fast: "rust" },
      { ...row, slow: "go", fast: "c" },
    ],
  };
  expect(renderTerminal(report)).toContain("Go over C: both see the same");
  expect(renderMarkdown(report)).toMatch(/\| allocator \| Go over C \|/);
  const one = { ...report, gaps: report.gaps.slice(0, 1) };
  expect(renderTerminal(one)).not.toContain("Go over Rust: both");
  expect(renderMarkdown(one)).not.toContain("| Pair |");
});
