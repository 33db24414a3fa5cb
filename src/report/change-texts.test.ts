import { expect, test } from "vitest";
import { tuneReport } from "../../test/support/closing-fixture.ts";
import { attribution, contribution, estimate, gap, report } from "../../test/support/report-parts.ts";
import type { Contribution, Report } from "../model/report.ts";
import { differenceTexts } from "./closing-texts.ts";
import { renderHtml } from "./render-html.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderTerminal } from "./render-terminal.ts";

const allocator = {
  environment: "LD_PRELOAD=/lib/libmimalloc.so.2",
  "or Cargo.toml [dependencies]": 'mimalloc = "0.1"',
  "and main.rs": "#[global_allocator] static ALLOCATOR: M = M;",
  "rustc flags": "-Clto=fat",
};

function withAllocator(): Report {
  const tuned = tuneReport();
  return {
    ...tuned,
    wins: tuned.wins.map((win) => (win.verdict === "gain" ? { ...win, change: allocator } : win)),
    tuning: (tuned.tuning ?? []).map((one) =>
      one.best === undefined ? one : { ...one, best: { ...one.best, change: allocator } },
    ),
  };
}

test("two ways to have an allocator read as two ways, and the lines of the second as one", () => {
  const other = 'or instead Cargo.toml [dependencies]: mimalloc = "0.1" and main.rs: #[global_allocator]';
  const terminal = renderTerminal(withAllocator()).replaceAll(/\s+/g, " ");
  const markdown = renderMarkdown(withAllocator()).replaceAll("\\", "");
  for (const text of [terminal, markdown]) {
    expect(text).toContain("set environment: LD_PRELOAD=");
    expect(text).toContain(other);
    expect(text).toContain("set rustc flags");
    expect(text).not.toMatch(/set (?:or|and) /);
  }
  expect(renderHtml(withAllocator())).toContain(`\n${other.replaceAll('"', "&quot;")}`);
});

test("a difference that a lever undoes has the cost that was measured of it, not a bound that says nothing", () => {
  const cpu = gap("go", "rust", "cpuTime", estimate(0.3, 0.03));
  const bound = (more: Partial<Contribution>, verdict: Contribution["verdict"] = "cause") => {
    const cause = contribution({
      factor: "stdout-buffering",
      phrase: "unbuffered output",
      value: 0.18,
      verdict,
      more,
    });
    const writes = { id: "writes", slow: "go", fast: "rust", title: "", detail: "", evidence: [] } as const;
    const [text] = differenceTexts(
      report({
        gaps: [cpu],
        attributions: [attribution({ gap: cpu, contributions: [cause] })],
        differences: [{ ...writes, size: 2, weight: "large", atMost: 4 }],
      }),
      cpu,
    );
    return text?.bound;
  };
  expect(bound({ sided: "both" })).toMatch(/^measured as unbuffered output: x1\.\d+ \(.*\) of the gap$/);
  expect(bound({ sided: "both", atMost: 0.02 }, "negligible")).toBe(
    "measured as unbuffered output: it costs less than 2 %",
  );
  expect(bound({ sided: "both" }, "undetermined")).toMatch(
    /^measured as unbuffered output, which is open: x/,
  );
  expect(bound({ sided: "slow" })).toBe("costs at most x55, which is more than the gap: it may be all of it");
});
