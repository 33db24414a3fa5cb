import { expect, test } from "vitest";
import { tuneReport } from "../../test/support/closing-fixture.ts";
import type { Report } from "../model/report.ts";
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
