import { join } from "node:path";
import fc from "fast-check";
import { safeParse } from "valibot";
import { describe, expect, it, test } from "vitest";
import { tuneReport, wholeReport } from "../../test/support/closing-fixture.ts";
import {
  codegenReport,
  hostileReport,
  hostileText,
  inconclusiveReport,
  memoryReport,
  threeSubjectReport,
  tieReport,
} from "../../test/support/report-fixture.ts";
import { estimate } from "../../test/support/report-parts.ts";
import { Failure } from "../base/failure.ts";
import type { Report } from "../model/report.ts";
import { escapeMarkdown } from "./markdown-parts.ts";
import { parseReport } from "./parse-report.ts";
import { renderJson } from "./render-json.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderTerminal } from "./render-terminal.ts";
import { reportSchema } from "./report-schema.ts";
import { plainStyle } from "./style.ts";

const golden = (name: string) => join(import.meta.dirname, "../../test/golden/report", name);

const reports: readonly (readonly [string, () => Report])[] = [
  ["codegen", codegenReport],
  ["tie", tieReport],
  ["memory", memoryReport],
  ["three-subjects", threeSubjectReport],
  ["inconclusive", inconclusiveReport],
  ["hostile", hostileReport],
  ["whole", wholeReport],
  ["tune", tuneReport],
  ["tune-nothing", () => tuneReport(false)],
];

const hostileWords = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.constantFrom(hostileText, "</script>", "<!--", "\u202e", "`".repeat(9), "| a |", "\u001b[2J"),
);

/** The report with one text in every place where text from outside can stand. */
function withText(text: string): Report {
  return JSON.parse(
    JSON.stringify(hostileReport()).replaceAll(JSON.stringify(hostileText).slice(1, -1), () =>
      JSON.stringify(text).slice(1, -1),
    ),
  ) as Report;
}

function hasControls(text: string): boolean {
  return /[\p{Control}\p{Format}]/u.test(text.replaceAll("\n", "").replaceAll("\t", ""));
}

test("a second opinion names its cause by the phrase of the answer, and toolchains stand with titles", () => {
  const report = codegenReport();
  const agreement = report.agreement.map((row) => ({ ...row, factor: "bounds-checks" }));
  const [terminal, markdown] = [renderTerminal, renderMarkdown].map((render) =>
    render({ ...report, agreement }),
  );
  expect(terminal).toMatch(/Second opinion.*\n {2}bounds checks {2}/);
  expect(markdown).toMatch(/\n\| bounds checks \| x/);
  expect(markdown).toContain("\n- Go: go 1.26.8");
});

describe("terminal", () => {
  it.each(reports)("%s", async (name, make) => {
    const text = renderTerminal(make(), {
      columns: 80,
      style: plainStyle,
      unicode: name !== "tie",
      reportPath: ".perfgap/runs/example/report.html",
    });
    await expect(text).toMatchFileSnapshot(golden(`${name}.txt`));
  });

  it.each(reports)("%s stays within 80 columns, in ASCII", (_name, make) => {
    const text = renderTerminal(make());
    expect(text.split("\n").filter((line) => line.length > 80 && !line.startsWith("How far"))).toEqual([]);
    expect(/^[\n -~]*$/.test(text)).toBe(true);
  });

  it("can be made to emit no control character", () => {
    fc.assert(
      fc.property(hostileWords, (text) => {
        expect(hasControls(renderTerminal(withText(text)))).toBe(false);
      }),
      { seed: 20261124, numRuns: 100 },
    );
  });
});

describe("Markdown", () => {
  it.each(reports)("%s", async (name, make) => {
    await expect(renderMarkdown(make())).toMatchFileSnapshot(golden(`${name}.md`));
  });

  it.each([
    ["<b>", "&lt;b&gt;"],
    ["a|b", "a\\|b"],
    ["[x](javascript:1)", "\\[x\\](javascript:1)"],
    ["http://example.com", "http&#58;//example.com"],
    ["www.example.com", "www&#46;example.com"],
    ["$x$", "&#36;x&#36;"],
    ["@team", "&#64;team"],
    ["- item", "\\- item"],
    ["1. item", "\\1. item"],
    ["a\nb", "a\\\\nb"],
  ])("%s becomes %s", (text, escaped) => expect(escapeMarkdown(text)).toBe(escaped));

  /** What is no fenced block; the fences and the folded parts that are ours are counted. */
  function proseOf(markdown: string) {
    const fenced = markdown.matchAll(/^(`{3,})\n[\s\S]*?\n\1$/gm);
    const prose = markdown.replaceAll(/^(`{3,})\n[\s\S]*?\n\1$/gm, "");
    const own = /^(<details>|<summary>[A-Za-z ,?]+<\/summary>|<\/details>)$/gm;
    return {
      text: prose.replaceAll(own, ""),
      shape: [[...fenced].length, prose.match(own)?.length, prose.split("\n").length],
    };
  }

  it("lets no text from outside become HTML, a row, a line or a fence", () => {
    const { shape } = proseOf(renderMarkdown(withText("x")));
    fc.assert(
      fc.property(hostileWords, (text) => {
        const markdown = renderMarkdown(withText(text));
        const prose = proseOf(markdown);
        expect(/[<>]/.test(prose.text)).toBe(false);
        expect(prose.shape).toEqual(shape);
        expect(hasControls(markdown)).toBe(false);
      }),
      { seed: 20261124, numRuns: 100 },
    );
  });

  it("fits a comment on GitHub, whatever was gathered: listings go first", () => {
    const whole = wholeReport();
    const [piece] = whole.evidence;
    if (piece === undefined) throw new Error("the fixture has no evidence");
    const line = `${"x".repeat(9000)}\n`;
    const markdown = renderMarkdown({ ...whole, evidence: [{ ...piece, detail: line.repeat(20) }] });
    expect(markdown.length).toBeLessThan(60_000);
    expect(markdown).toContain("12 packed adds");
    expect(renderMarkdown(whole)).toContain("paddd xmm0, xmm1");
  });
});

describe("JSON", () => {
  it.each(reports)("%s fits the published schema and comes back as it was", (_name, make) => {
    const text = renderJson(make());
    expect(safeParse(reportSchema, JSON.parse(text)).issues).toBeUndefined();
    expect(parseReport(text, "report.json")).toEqual(make());
  });

  it("writes an end without a bound as null and reads it back as infinite", () => {
    const [first] = codegenReport().gaps;
    if (first === undefined) throw new Error("the fixture has no gap");
    const open = {
      ...codegenReport(),
      gaps: [{ ...first, logRatio: estimate(1, Number.POSITIVE_INFINITY) }],
    };
    expect(renderJson(open)).toContain('"low": null');
    expect(parseReport(renderJson(open), "report.json")).toEqual(open);
  });

  it("sums contributions and neutral gap to the gap", () => {
    for (const [, make] of reports) {
      const { gaps, attributions } = make();
      for (const { slow, fast, metric, contributions, neutralGap } of attributions) {
        const whole = gaps.find((gap) => gap.slow === slow && gap.fast === fast && gap.metric === metric);
        const sum = contributions.reduce((total, { value }) => total + value, neutralGap.value);
        expect(sum).toBeCloseTo(whole?.logRatio.value ?? Number.NaN, 9);
      }
    }
  });

  it.each([
    ["truncated", renderJson(codegenReport()).slice(0, 5000)],
    ["empty", ""],
    ["another version", renderJson(codegenReport()).replace("perfgap/report@1", "perfgap/report@9")],
    ["a field gone", renderJson(codegenReport()).replaceAll('"neutralGap"', '"neutralgap"')],
    ["an array", "[]"],
  ])("refuses what is no report: %s", (_name, text) => {
    expect(() => parseReport(text, "report.json")).toThrow(Failure);
    expect(() => parseReport(text, "report.json")).toThrow(
      /^report.json is no report that this version can read/,
    );
  });
});
