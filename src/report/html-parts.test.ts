import { expect, it } from "vitest";
import { pageDetails, pageReport } from "../../test/support/page-fixture.ts";
import { threeSubjectReport } from "../../test/support/report-fixture.ts";
import { estimate } from "../../test/support/report-parts.ts";
import type { Report } from "../model/report.ts";
import type { ReportDetails } from "../model/report-details.ts";
import { htmlText } from "./html.ts";
import { htmlTable } from "./html-table.ts";
import { renderHtml } from "./render-html.ts";

const markupOf = (report: Report, details?: ReportDetails) =>
  renderHtml(report, details).replaceAll(/(<script[^>]*>).*?<\/script>/gs, "$1</script>");

/** Texts of the rows of the first table whose caption begins so, the head first. */
function tableOf(markup: string, caption: string): readonly (readonly string[])[] {
  const at = markup.indexOf(`<caption>${caption}`);
  const table = markup.slice(at, markup.indexOf("</table>", at));
  return table
    .slice(table.indexOf("</caption>"))
    .split("</tr>")
    .slice(0, -1)
    .map((row) =>
      row
        .split(/<\/t[hd]>/)
        .slice(0, -1)
        .map((cell) => cell.replaceAll(/<[^>]*>/g, "")),
    );
}

/** The first runs of each column only, with these CPU times in milliseconds, over and over. */
function fewRuns(milliseconds: readonly number[]): ReportDetails {
  const details = pageDetails();
  const blocks = details.blocks.slice(0, milliseconds.length).map((block, at) => ({
    ...block,
    observations: block.observations.map((one) => ({
      ...one,
      run: { ...one.run, userTimeNs: (milliseconds[at] ?? 0) * 1e6 },
    })),
  }));
  return { ...details, blocks, rounds: [] };
}

it("shows the median of two runs between them, as the chart does, and no more quantiles than runs", () => {
  const [head, row] = tableOf(markupOf(pageReport(), fewRuns([124, 132])), "Variants of Go");
  expect(head).toEqual(["Column", "Switched off", "How", "Runs", "Fastest", "Median", "Slowest"]);
  expect(row?.slice(3)).toEqual(["2", "124", "128", "132"]);
});

it("interpolates every quantile of many runs, and names the definition", () => {
  const markup = markupOf(pageReport(), fewRuns([100, 101, 102, 103, 104, 105, 106, 107]));
  const [head, row] = tableOf(markup, "Variants of Go");
  expect(head?.slice(3)).toEqual(["Runs", "Fastest", "5 %", "25 %", "Median", "75 %", "95 %", "Slowest"]);
  expect(row?.slice(3)).toEqual(["8", "100", "100", "102", "104", "105", "107", "107"]);
  expect(markup).toContain("Hyndman and Fan, type 7");
});

it("calls nothing measured that was not: no common build, no spread over layouts", () => {
  const report = pageReport();
  const exact = { value: 0, low: 0, high: 0, confidence: 0.95, method: "no scheme" };
  const attributions = report.attributions.map((one) => ({
    ...one,
    schemeShift: { go: exact, rust: estimate(0.01, 0.02) },
    diagnostics: { ...one.diagnostics, layoutSd: { go: 0, rust: 0.01 } },
  }));
  const row = (what: string, details?: ReportDetails) =>
    tableOf(markupOf({ ...report, attributions }, details), "Go over Rust, CPU time").find(
      ([first]) => first === what,
    )?.[1];
  expect(row("Shift of the common build")).toBe("Go none, Rust x1.01 (0.99-1.03)");
  expect(row("Spread over code layouts")).toBe("Go not told from the spread over runs, Rust 1 %");
  expect(row("Spread over code layouts", pageDetails())).toBe(
    "Go not estimated: it is within the spread over runs, Rust 1 %",
  );
});

it("says what is not in a page that was made from a report alone, and where it is", () => {
  const alone = markupOf(pageReport());
  expect(alone).toContain('Call trees are <a href="#download">not in this file</a>.');
  expect(alone).toContain('Single runs and variants are <a href="#download">not in this file</a>.');
  expect(alone).toContain(
    "Not in this file: the call trees, single runs and variants. The folder of the run",
  );
  expect(alone).not.toContain("page-data</code>");
  const whole = markupOf(pageReport(), pageDetails());
  expect(whole).toContain("<code>page-data</code> (call trees and every run).");
  expect(whole).not.toMatch(/Not in this file:|href="#download"/);
  const runsOnly = markupOf(pageReport(), { ...pageDetails(), profiles: [] });
  expect(runsOnly).toContain("<code>page-data</code> (every run). Not in this file: the call trees.");
});

it("folds nothing where there is nothing to unfold, and says that the texts are elsewhere", () => {
  const report = pageReport();
  const evidence = report.evidence.map(({ id, kind, subject, title, explains }) => ({
    id,
    kind,
    subject,
    title,
    explains,
    detail: "",
  }));
  const markup = markupOf({ ...report, evidence });
  expect(markup).not.toContain('<details id="evidence-');
  expect(markup).toContain("Code and texts of the evidence are");
  expect(markup).toMatch(/<p id="evidence-\d+" tabindex="-1">main\.sum: hot loop of 4 instructions/);
  expect(markupOf(report)).toContain('<details id="evidence-');
});

it("leads to the Why of each pair of programs", () => {
  const markup = markupOf(threeSubjectReport());
  const links = [...markup.matchAll(/<li data-pair="[^"]+"><a href="#(why-\d)">(Why [^<]+)<\/a>/g)];
  expect(links.length).toBeGreaterThan(1);
  for (const [, id] of links) expect(markup).toContain(`<h2 id="${id}">Why</h2>`);
});

it("keeps places whole in a first column, and stacks a table of two times on a narrow screen", () => {
  const row = [{ cells: ["go/main.go:20", "", ""] }];
  const place = htmlText(htmlTable("t", [{ title: "Line", kind: "keep" }, { title: "a" }], row));
  expect(place).toContain('<th scope="row" class="keep">go/main.go:20</th>');
  const times = ["keep", "number", "number"].map((kind) => ({ title: "x", kind: kind as "keep" | "number" }));
  const gaps = htmlText(htmlTable("t", [{ title: "Metric" }, ...times], [{ cells: ["a", "b", "c", "d"] }]));
  expect(gaps).toContain('<table class="stacks">');
});

it("says a remark of one line once, with its count, and what its link leads to", () => {
  const report = pageReport();
  const evidence = report.evidence.map((item) =>
    item.source === undefined
      ? item
      : {
          ...item,
          source: { ...item.source, marks: [...item.source.marks, ...item.source.marks.slice(-1)] },
        },
  );
  const markup = markupOf({ ...report, evidence });
  expect(markup.match(/bounds check: Found IsInBounds/g)).toHaveLength(2);
  expect(markup).toMatch(
    /<span class="remark">bounds check: Found IsInBounds, 2 times <a href="#evidence-\d+">all remarks<\/a>/,
  );
});

it("shows the line of an instruction where a long instruction cannot push it away", () => {
  const [head] = tableOf(markupOf(pageReport()), "Machine code of main.sum");
  expect(head).toEqual(["Address", "Samples", "Line", "Kind", "Instruction"]);
});

it("shows a median of counts as a count, and tells waiting for a processor from sleeping", () => {
  const report = pageReport();
  const facts = { go: { "faults.minor": 74.5, "offCpu.share": 0.000414, "cpu.delayShare": 0.6 }, rust: {} };
  const rows = tableOf(markupOf({ ...report, facts }), "A run as written");
  expect(rows.map(([what, go]) => [what, go])).toEqual([
    ["What", "Go"],
    ["Memory: page faults", "75"],
    ["Processors: time asleep, or waiting for other than a processor", "0.0414 %"],
    ["Processors: time that its main thread waited for a processor", "60 %"],
  ]);
});
