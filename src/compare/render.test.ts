import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { afterTheChange, beforeTheChange } from "../../test/support/compared-reports.ts";
import { hostileReport, hostileText, tieReport } from "../../test/support/report-fixture.ts";
import { attribution, contribution, estimate, gap, host } from "../../test/support/report-parts.ts";
import type { Comparison } from "../model/comparison.ts";
import type { Attribution, Report } from "../model/report.ts";
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

  it("names what may have moved the gap where no cause is certain", () => {
    const open = (value: number, halfWidth: number) =>
      contribution({
        factor: "stdout-buffering",
        phrase: "writes",
        value,
        halfWidth,
        verdict: "undetermined",
      });
    const run = (ratio: number, more: Partial<Attribution>) => {
      const cpu = gap("go", "rust", "cpuTime", estimate(ratio, 0.1));
      return beforeTheChange({
        gaps: [cpu],
        attributions: [attribution({ gap: cpu, contributions: [], more })],
      });
    };
    const text = terminal(
      compared(
        run(1.8, { contributions: [open(1.2, 1.1)] }),
        run(0.7, {
          excluded: [
            {
              factor: "stdout-buffering",
              side: "go",
              kind: "screened out",
              reason: "359 writes are too few",
            },
          ],
        }),
      ),
    ).replaceAll(/\s+/g, " ");
    expect(text).toContain(
      "Which cause did it is not certain; it may have been writes (x1.1-10.0 before, cannot matter after).",
    );
    expect(text).toContain("was open, now none");
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
