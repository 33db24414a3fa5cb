import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { renderHtml } from "../../src/report/render-html.ts";
import {
  axeViolations,
  findBrowser,
  type OpenPage,
  openBrowser,
  openFile,
  type PageOptions,
  pageFile,
} from "../support/browser.ts";
import { tuneReport } from "../support/closing-fixture.ts";
import { everyKindOfCause, pageDetails, withTextEverywhere } from "../support/page-fixture.ts";
import { hostileText, threeSubjectReport } from "../support/report-fixture.ts";
import { openSandbox, parseReport } from "./perfgap.ts";

const executable = await findBrowser();

interface Drawn {
  readonly shapes: readonly { readonly kind: string; readonly value: number; readonly width: number }[];
  readonly gap: number;
}

/** Runs in the page: the bars of the stack with their widths on the screen, and the gap of the page's data. */
const readDrawing = `({
  shapes: [...document.querySelectorAll("section.pair svg.bar[data-kind]")].map((bar) => ({
    kind: bar.dataset.kind,
    value: Number(bar.dataset.value),
    width: bar.querySelector("rect, line.sum").getBoundingClientRect().width,
  })),
  gap: JSON.parse(document.getElementById("report-data").textContent).gaps[0].logRatio.value,
})`;

/** Runs in the page: the widths of both call trees on the screen. */
const readTreeWidths = `[...document.querySelectorAll("[data-flame]")].map(
  (box) => box.querySelector("svg svg").getBoundingClientRect().width,
)`;

/** Runs in the page: what a cell of a table that stands upright is called. */
const readFirstLabel = `getComputedStyle(document.querySelector("#agreement ~ .scroll td:nth-child(3)"), "::before").content`;

/** Without a browser there is nothing to test in; CI installs one and must not pass without it. */
const skipped = executable === undefined && process.env["PERFGAP_TEST_BROWSER"] !== "required";

/** A program of some thirty milliseconds, enough for a profile of one run, whose term is the question. */
const program = (term: string) => `#include <stdio.h>
int main(void) {
  volatile unsigned long divisor = 7;
  unsigned long seven = divisor, total = 0;
  for (unsigned long i = 0; i < 60000000; i++) total += ${term};
  printf("%lu\\n", total);
  return 0;
}
`;

describe.skipIf(skipped)(
  `the page in Chromium${skipped ? " (not installed: apt-get install chromium)" : ""}`,
  () => {
    let browser: Browser;
    let file: Awaited<ReturnType<typeof pageFile>>;
    const report: Report = everyKindOfCause();

    beforeAll(async () => {
      if (executable === undefined) throw new Error("chromium is not installed: apt-get install chromium");
      browser = await openBrowser(executable);
      file = await pageFile(renderHtml(report, pageDetails()));
    });
    afterAll(async () => {
      await browser.close();
      await file.remove();
    });

    const open = (options?: PageOptions): Promise<OpenPage> => openFile(browser, file.path, options);

    test("opens from a file without a message or a request, and its script runs", async () => {
      const { page, misdeeds } = await open();
      expect(await page.evaluate<string>("document.documentElement.className")).toBe("scripted");
      expect(await page.locator("h1").textContent()).toContain("Rust is 9.4x faster than Go here");
      expect(misdeeds).toEqual({ messages: [], requests: [] });
      await page.close();
    });

    test.each([
      ["light", 1280],
      ["dark", 1280],
      ["light", 360],
    ] as const)("axe finds nothing wrong, %s at %i", async (colorScheme, width) => {
      const { page } = await open({ colorScheme, width });
      await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
      expect(await axeViolations(page)).toEqual([]);
      await page.close();
    });

    test.each([true, false])(
      "does not scroll sideways from 360 to 2560 pixels, script: %s",
      async (script) => {
        const { page } = await open({ script });
        for (const width of [360, 768, 1440, 2560]) {
          await page.setViewportSize({ width, height: 800 });
          const size = await page.evaluate<number[]>(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
          );
          expect(size).toEqual([width, width]);
        }
        await page.close();
      },
    );

    test("shows every bar of the stack whole on a narrow screen, with the words of its columns", async () => {
      const { page } = await open({ width: 360 });
      const cut = await page.evaluate<number>(
        `[...document.querySelectorAll("section.pair svg.bar")].filter((bar) => {
          const { left, right, width } = bar.getBoundingClientRect();
          return left < 0 || right > 360 || width < 200;
        }).length`,
      );
      expect(cut).toBe(0);
      expect(await page.evaluate<string>(readFirstLabel)).toContain("Counted");
      await page.close();
    });

    test("of a program without a gap: its sentence, axe clean, nothing sideways", async () => {
      const alone = await pageFile(renderHtml(tuneReport()));
      const { page, misdeeds } = await openFile(browser, alone.path, { width: 360, colorScheme: "dark" });
      expect(await page.locator("h1").textContent()).toContain("Go becomes 1.26x faster here");
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(360);
      expect(await axeViolations(page)).toEqual([]);
      expect(misdeeds).toEqual({ messages: [], requests: [] });
      await page.close();
      await alone.remove();
    });

    test("leads by keyboard from the stack to the evidence of a cause and back", async () => {
      const { page, misdeeds } = await open();
      const focused = () =>
        page.evaluate<{ id: string; text: string }>(
          "({ id: document.activeElement.id, text: document.activeElement.textContent })",
        );
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press("Tab");
        if ((await focused()).id.startsWith("stack-")) break;
      }
      expect((await focused()).text).toBe("vectorisation");
      await page.keyboard.press("ArrowDown");
      expect((await focused()).text).toBe("bounds checks");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowDown");
      const row = (await focused()).id;
      await page.keyboard.press("Enter");
      await expect.poll(async () => (await focused()).id, { timeout: 10_000 }).toMatch(/^cause-0-/);
      expect((await focused()).text).toContain("bounds checks");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await expect.poll(async () => (await focused()).id, { timeout: 10_000 }).toMatch(/^evidence-/);
      await page.keyboard.press("Escape");
      expect((await focused()).id).toBe(row);
      expect(misdeeds.messages).toEqual([]);
      await page.close();
    });

    test("leads back by Escape from evidence that a line of the source or a remark led to", async () => {
      const { page } = await open();
      const link = page.locator('section:has(> #wins) a[href^="#evidence-"]').first();
      const focused = () => page.evaluate<string>("document.activeElement.outerHTML.slice(0, 200)");
      const seen = await link.evaluate((element: { readonly outerHTML: string }) =>
        element.outerHTML.slice(0, 200),
      );
      await link.focus();
      await page.keyboard.press("Enter");
      await expect.poll(focused, { timeout: 10_000 }).not.toBe(seen);
      const remark = page.locator(".remark a").first();
      await remark.focus();
      await page.keyboard.press("Enter");
      await expect.poll(focused, { timeout: 10_000 }).not.toContain("all remarks");
      await page.keyboard.press("Escape");
      expect(await focused()).toContain("all remarks");
      await page.keyboard.press("Escape");
      expect(await focused()).toBe(seen);
      await page.close();
    });

    test("draws parts that add up to the gap, and says the numbers of its data", async () => {
      const { page } = await open();
      const drawn = await page.evaluate<Drawn>(readDrawing);
      const parts = drawn.shapes.filter(({ kind }) => kind !== "sum" && kind !== "work");
      const whole = drawn.shapes.at(-1);
      expect(drawn.gap).toBe(report.gaps[0]?.logRatio.value);
      expect(parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(drawn.gap, 9);
      const pixels = parts.reduce((sum, { value, width }) => sum + Math.sign(value) * width, 0);
      // A bar is never thinner than a reader can see, so each of the parts may be drawn a little too wide.
      expect(Math.abs(pixels - (whole?.width ?? 0))).toBeLessThan(0.006 * (whole?.width ?? 0) * parts.length);
      const rows = await page.locator("section.pair tr.cause, section.pair tr.asset").count();
      const sure = report.attributions[0]?.contributions.filter(
        ({ verdict }) => verdict === "cause" || verdict === "asset",
      );
      expect(rows).toBe(sure?.length);
      for (const { phrase, value } of sure ?? []) {
        const row = page.locator("section.pair tr", { has: page.locator(`a:text-is("${phrase}")`) });
        const shown = Number((await row.locator("td").first().textContent())?.slice(1));
        expect(Math.abs(shown / Math.exp(value) - 1)).toBeLessThan(0.06);
      }
      await page.close();
    });

    test("walks a call tree by keyboard, looks into a function and finds one", async () => {
      const { page } = await open();
      const tree = page.locator('[data-flame="0"]');
      const says = page.locator('[data-says="0"]');
      await tree.focus();
      await page.keyboard.press("ArrowDown");
      const first = await says.textContent();
      expect(first).toMatch(/^go::module_0::function_0: \d+ ms, 100 % of Go, the program's own code$/);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      const wide = await tree.locator(".here").boundingBox();
      // The outline of the frame stands out a little.
      expect(Math.abs((wide?.width ?? 0) - ((await tree.boundingBox())?.width ?? 0))).toBeLessThan(4);
      await page.keyboard.press("Escape");
      await page.getByLabel("Find a function of Go").fill("function_1");
      expect(await says.textContent()).toMatch(/^Functions with "function_1"/);
      expect(await tree.locator(".faded").count()).toBeGreaterThan(0);
      const widths = await page.evaluate<number[]>(readTreeWidths);
      expect((widths[0] ?? 0) / (widths[1] ?? 1)).toBeCloseTo(0.401 / 0.97 / (0.043 / 0.99), 0);
      await page.close();
    });

    test("marks the instructions of a source line", async () => {
      const { page } = await open();
      await page.getByRole("button", { name: "19", exact: true }).press("Enter");
      expect(await page.locator("table.listing tr.linked").count()).toBe(2);
      await page.close();
    });

    test("hands out its data as files", async () => {
      const { page, misdeeds } = await open();
      for (const [name, check] of [
        ["report.json", (text: string) => expect(JSON.parse(text)).toEqual(report)],
        [
          "runs.csv",
          (text: string) => {
            const [head = "", ...lines] = text.trim().split("\n");
            expect(head).toBe("block,column,cpu_microseconds,wall_microseconds,max_rss_kib,round");
            const runsOf = (round: string) => lines.filter((line) => line.endsWith(`,"${round}"`)).length;
            expect(["", "go, alone", "final"].map(runsOf)).toEqual([120, 20, 24]);
          },
        ],
      ] as const) {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: `Save ${name}` }).click(),
        ]);
        expect(download.suggestedFilename()).toBe(name);
        check(await readFile(await download.path(), "utf8"));
      }
      expect(misdeeds.messages).toEqual([]);
      await page.close();
    });

    test("prints with everything unfolded", async () => {
      const { page } = await open();
      await page.emulateMedia({ media: "print" });
      const hidden = await page.evaluate<number>(
        "dispatchEvent(new Event('beforeprint')), document.querySelectorAll('details:not([open])').length",
      );
      expect(hidden).toBe(0);
      await page.close();
    });

    test("several programs: a choice of the pair hides what is about others", async () => {
      const three = await pageFile(renderHtml(threeSubjectReport()));
      const { page, misdeeds } = await openFile(browser, three.path);
      expect(await page.locator("section.pair:visible").count()).toBe(1);
      await page.getByLabel("Pair of programs").selectOption({ label: "Go over C" });
      expect(await page.locator("section.pair:visible h2").first().textContent()).toContain(
        "C is 2.23x faster than Go",
      );
      await page.getByLabel("Pair of programs").selectOption("all");
      expect(await page.locator("section.pair:visible").count()).toBe(3);
      expect(await axeViolations(page)).toEqual([]);
      expect(misdeeds).toEqual({ messages: [], requests: [] });
      await page.close();
      await three.remove();
    });

    test("a real run's page has the code of both sides, their call trees and every run, and adds up", async () => {
      const sandbox = await openSandbox();
      for (const [name, term] of [
        ["plain", "i * i"],
        ["divided", "i * i * seven / seven"],
      ] as const) {
        await mkdir(join(sandbox.directory, name));
        await writeFile(join(sandbox.directory, name, "main.c"), program(term));
      }
      const measured = parseReport(
        await sandbox.perfgap("explain", "c:./plain", "c:./divided", "--quick", "--budget", "4s", "--json"),
      );
      const runs = join(sandbox.directory, ".perfgap", "runs");
      const [id] = (await readdir(runs)).filter((name) => !name.startsWith("."));
      const { page, misdeeds } = await openFile(browser, join(runs, id ?? "", "report.html"), { width: 360 });
      const data = await page.locator("#report-data").textContent();
      expect(JSON.parse(data ?? "")).toMatchObject({
        gaps: JSON.parse(JSON.stringify(measured.gaps)) as unknown,
      });
      const drawn = await page.evaluate<Drawn>(readDrawing);
      const parts = drawn.shapes.filter(({ kind }) => kind !== "sum" && kind !== "work");
      expect(parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(drawn.gap, 9);
      if (measured.accounting.length === 2) {
        expect(await page.locator("[data-flame]").count()).toBe(2);
        expect(await page.locator("table.listing").count()).toBeGreaterThanOrEqual(2);
        expect(await page.locator("table.source").count()).toBeGreaterThanOrEqual(2);
      }
      expect(await page.locator("svg.chart path.dots").count()).toBe(2);
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(360);
      expect(misdeeds).toEqual({ messages: [], requests: [] });
      await page.close();
      await sandbox.remove();
    });

    test("runs no script of a hostile program, whatever its name, source, symbols and output say", async () => {
      const attacks = [
        `${hostileText}'"><svg onload=alert(1)></style><style>*{display:none}</style>`,
        "</title></script><script>alert(1)</script><!--<script>",
        "javascript:alert(1)",
      ];
      for (const text of attacks) {
        const hostile = await pageFile(
          renderHtml(withTextEverywhere(report, text), withTextEverywhere(pageDetails(), text)),
        );
        const { page, misdeeds } = await openFile(browser, hostile.path);
        await page.locator("[data-flame]").first().focus();
        await page.keyboard.press("ArrowDown");
        const foreign = await page.locator("img, iframe, object, embed, form, [onload], [onerror]").count();
        expect([foreign, misdeeds]).toEqual([0, { messages: [], requests: [] }]);
        expect(await page.locator("script").count()).toBe(3);
        await page.close();
        await hostile.remove();
      }
    });
  },
);
