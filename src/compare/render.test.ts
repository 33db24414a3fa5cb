import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { afterTheChange, beforeTheChange } from "../../test/support/compared-reports.ts";
import { hostileReport, hostileText, tieReport } from "../../test/support/report-fixture.ts";
import { host } from "../../test/support/report-parts.ts";
import type { Comparison } from "../model/comparison.ts";
import type { Report } from "../model/report.ts";
import { plainStyle } from "../report/style.ts";
import { compareReports } from "./compare-reports.ts";
import { renderComparisonMarkdown } from "./render-markdown.ts";
import { renderComparisonTerminal } from "./render-terminal.ts";

const golden = (name: string) => join(import.meta.dirname, "../../test/golden/report", name);
const terminal = (comparison: Comparison) =>
  renderComparisonTerminal(comparison, { columns: 80, style: plainStyle });

function compared(before: Report, after: Report, label = "20261124-120500-bbbb"): Comparison {
  const result = compareReports({ label: "20261124-114200-aaaa", report: before }, { label, report: after });
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe("a comparison", () => {
  it.each<readonly [string, Comparison]>([
    ["comparison", compared(beforeTheChange(), afterTheChange())],
    ["comparison-machines", compared(tieReport(), { ...tieReport(), host: { ...host, cpuCount: 8 } })],
  ])("%s reads well", async (name, comparison) => {
    await expect(terminal(comparison)).toMatchFileSnapshot(golden(`${name}.txt`));
    await expect(renderComparisonMarkdown(comparison)).toMatchFileSnapshot(golden(`${name}.md`));
  });

  it("fits 80 columns", () => {
    const lines = terminal(compared(beforeTheChange(), afterTheChange())).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("lets no word from outside act", () => {
    const comparison = compared(hostileReport(), hostileReport(), hostileText);
    const text = terminal(comparison);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    const markdown = renderComparisonMarkdown(comparison);
    expect(markdown).not.toContain("<img");
    expect(markdown).not.toMatch(/(?<!\\)\]\(/);
  });
});
