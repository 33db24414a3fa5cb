import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tuneReport, wholeReport } from "../../test/support/closing-fixture.ts";
import { everyKindOfCause } from "../../test/support/page-fixture.ts";
import {
  codegenReport,
  hostileReport,
  hostileText,
  inconclusiveReport,
  memoryReport,
} from "../../test/support/report-fixture.ts";
import type { Report } from "../model/report.ts";
import { describeAnswers } from "./answer.ts";
import { stackCardRows } from "./card-rows.ts";
import { renderSvg } from "./render-svg.ts";
import { stackRows } from "./stack-rows.ts";

const golden = (name: string) => join(import.meta.dirname, "../../test/golden/report", name);

const reports: readonly (readonly [string, () => Report])[] = [
  ["whole", wholeReport],
  ["memory", memoryReport],
  ["tune", tuneReport],
];

const tag = /<(\/?)([a-z]+)(?: [a-zA-Z0-9:-]+="[^"<]*")*(\/?)>/g;

/** Every tag that is opened is closed in its turn, and nothing else stands in angle brackets or after an ampersand. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [, close, name = "", self] of svg.matchAll(tag)) {
    if (close === "/" && open.pop() !== name) return false;
    if (close !== "/" && self !== "/") open.push(name);
  }
  return open.length === 0 && !/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/.test(svg.replaceAll(tag, ""));
}

describe("the picture", () => {
  it.each(reports)("%s", async (name, make) => {
    const svg = renderSvg(make());
    expect(isWellFormed(svg)).toBe(true);
    await expect(svg).toMatchFileSnapshot(golden(`${name}.svg`));
  });

  it.each([
    ["codegen", codegenReport],
    ["memory", memoryReport],
    ["whole", wholeReport],
    ["inconclusive", inconclusiveReport],
  ])("%s: its bars are a chain that ends at the gap", (_name, make) => {
    const [answer] = describeAnswers(make());
    if (answer === undefined) throw new Error("the fixture has no answer");
    const rows = stackCardRows(answer, make()).filter(({ kind }) => kind !== "gap");
    expect(rows.map(({ from }) => from)).toEqual([0, ...rows.map(({ to }) => to)].slice(0, rows.length));
    expect(rows.at(-1)?.to).toBeCloseTo(answer.gap.logRatio.value, 9);
  });

  it("has its rows in the order of the page, other work first, which is drawn as a bound and adds nothing", () => {
    const [answer] = describeAnswers(everyKindOfCause());
    if (answer === undefined) throw new Error("the fixture has no answer");
    const rows = stackCardRows(answer, everyKindOfCause());
    const page = stackRows(answer, everyKindOfCause()).map(({ name }) => name);
    expect(rows[0]).toMatchObject({ kind: "work", name: "other work", from: 0, to: 0, low: 0, high: 0.1 });
    const names = rows.slice(1, -1).map(({ name }) => name);
    expect(names).toContain("garbage collection");
    expect(names.filter((name) => page.includes(name))).toEqual(page.filter((name) => names.includes(name)));
    expect(renderSvg(everyKindOfCause())).toContain("dotted is at most");
  });

  it("keeps the version and the seed in its foot whole, whatever the processor is called", () => {
    for (const cpuModel of ["A", "Example CPU 3000 with a name of some length", "Example CPU ".repeat(20)]) {
      const report = everyKindOfCause();
      const svg = renderSvg({ ...report, host: { ...report.host, cpuModel } });
      const [, foot = ""] = /<text class="(?:small|tiny)"[^>]*>([^<]*)<\/text>/.exec(svg) ?? [];
      expect(foot).toMatch(/^CPU time, log scale/);
      expect(foot.endsWith(`seed ${report.reproduce.seed}`)).toBe(true);
      expect(foot.length).toBeLessThanOrEqual(150);
    }
  });

  it("can be broken by no name: whatever stands in the report, it stays the same XML", () => {
    const of = (text: string) =>
      renderSvg(
        JSON.parse(
          JSON.stringify(hostileReport()).replaceAll(JSON.stringify(hostileText).slice(1, -1), () =>
            JSON.stringify(text).slice(1, -1),
          ),
        ) as Report,
      );
    const tags = (svg: string) => svg.match(/<(?!text|\/text)[a-z/][^>]*>/g)?.length;
    const plain = tags(of("x"));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", minLength: 1 }), fc.constant(hostileText)), (text) => {
        const svg = of(text);
        expect(isWellFormed(svg)).toBe(true);
        expect(tags(svg)).toBe(plain);
        expect(svg).not.toMatch(/[^\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
      }),
      { seed: 20261124, numRuns: 100 },
    );
  });
});
