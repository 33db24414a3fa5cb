import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepProgress } from "../../src/runs/progress-file.ts";
import { type Serving, serve } from "../../src/serve/serve.ts";
import { axeViolations, findBrowser, openBrowser, openUrl, type PageOptions } from "../support/browser.ts";
import { hostileText } from "../support/report-fixture.ts";
import { estimate, gap } from "../support/report-parts.ts";
import { beginAgain, checks, createServedProject, type ServedProject } from "../support/served-project.ts";

const executable = await findBrowser();

/** Without a browser there is nothing to test in; CI installs one and must not pass without it. */
const skipped = executable === undefined && process.env["PERFGAP_TEST_BROWSER"] !== "required";

const sizesAndColours = [
  ["light", 1280],
  ["dark", 360],
] as const;

const activeText = "document.activeElement.textContent.trim()";

describe.skipIf(skipped)(
  `perfgap serve in Chromium${skipped ? " (not installed: apt-get install chromium)" : ""}`,
  () => {
    let browser: Browser;
    let project: ServedProject;
    let serving: Serving;

    beforeAll(async () => {
      if (executable === undefined) throw new Error("chromium is not installed: apt-get install chromium");
      browser = await openBrowser(executable);
      project = await createServedProject();
      serving = await serve({
        projectDirectory: project.directory,
        port: 0,
        factors: [checks],
        everyMs: 20,
      });
    });
    afterAll(async () => {
      await serving.close();
      await browser.close();
      await project.remove();
    });

    const open = (path: string, options?: PageOptions) => openUrl(browser, serving.url + path, options);

    /** Nothing but this server was asked, and nothing was complained about. */
    const expectGood = ({ messages, requests }: Awaited<ReturnType<typeof open>>["misdeeds"]) => {
      expect(messages).toEqual([]);
      expect(requests.filter((url) => !url.startsWith(serving.url))).toEqual([]);
    };

    test("leads by keyboard from the list to a report, back, and to two runs side by side", async () => {
      const { page, misdeeds } = await open("");
      const [after, before] = project.finished;
      await tabTo(page, after);
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/runs/${after}/report.html`);
      expect(await page.locator("h1").textContent()).toMatch(/is \d\.\d+x faster than/);
      expect(await page.evaluate<string>("document.documentElement.className")).toBe("scripted");
      await page.goBack();
      await tabTo(page, "Compare");
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/compare?before=${before}&after=${after}`);
      const causes = page.getByRole("group", { name: "Causes" });
      expect(await causes.locator("tbody th").allTextContents()).toEqual([
        "checks",
        "cannot be switched off",
      ]);
      await tabTo(page, "All runs");
      await page.keyboard.press("Enter");
      await page.waitForURL(serving.url);
      expectGood(misdeeds);
      await page.close();
    });

    test("follows a run: what is done, the first gap, causes as bars that tighten, the time left, the end", async () => {
      const { run, blocks, writePlan } = await beginAgain(project);
      const tell = keepProgress(run.directory);
      const { page, misdeeds } = await open(`runs/${run.id}`);
      const says = (selector: string) =>
        expect.poll(() => page.locator(selector).textContent(), { timeout: 10_000 });
      await says("#live").toContain("No gap is known yet");
      tell({ kind: "buildStarted", builds: 2, what: "the programs as written" });
      await says("#now").toBe("Now: building the programs as written, 2 to make.");
      tell({ kind: "gapKnown", gap: gap("left", "right", "cpuTime", estimate(0.7, 0.1)) });
      await says("h1").toMatch(/^right is 2(\.\d)?x faster than left here/);
      await writePlan();
      tell({ kind: "planMade", sides: [], forecastBlocks: 12, forecastMs: 60_000 });
      await says("#now").toContain("Planned: 12 blocks, about 1 min.");

      const width = `document.querySelector("tr.cause line.interval, tr.undetermined line.interval").getBoundingClientRect().width`;
      const intervals: number[] = [];
      for (const [index, count] of [2, 4].entries()) {
        for (const block of blocks.slice(index === 0 ? 0 : 2, count)) await run.appendBlock(block);
        tell({
          kind: "blockDone",
          block: count - 1,
          blocksForecast: 12,
          etaMs: 40_000 / count,
          contributions: [],
          halfWidth: 0.1 / count,
          wantedHalfWidth: 0.02,
        });
        await says("#live").toContain(`After ${count} blocks.`);
        await says("#now").toContain(`Measured: ${count}/12 blocks, ${40 / count} s left; known to`);
        if (index === 0) await page.locator("#live .scroll").focus();
        intervals.push(await page.evaluate<number>(width));
      }
      expect(intervals[1] ?? 1).toBeLessThan(0.8 * (intervals[0] ?? 0));
      // What a reader was about to scroll by keyboard is still what the keyboard scrolls.
      expect(await page.evaluate<string>("document.activeElement.className")).toBe("scroll");
      expect(await page.locator("progress").getAttribute("value")).toBe("4");
      expect(await axeViolations(page)).toEqual([]);

      await run.close();
      await says("#now").toContain(`It was interrupted. perfgap resume ${run.id} goes on.`);
      expect(await page.locator("progress").count()).toBe(0);
      expect(await page.locator("#note").textContent()).toBe("");
      expectGood(misdeeds);
      await page.close();
    });

    test("says so when the server goes away, and goes on when it is back", async () => {
      const { run } = await beginAgain(project);
      const options = { projectDirectory: project.directory, factors: [checks], everyMs: 20 };
      const first = await serve({ ...options, port: 0 });
      const { page } = await openUrl(browser, `${first.url}runs/${run.id}`);
      await expect
        .poll(() => page.locator("#live").textContent(), { timeout: 10_000 })
        .toContain("No gap is known yet");
      await first.close();
      const note = page.locator("#note");
      await expect
        .poll(() => note.textContent(), { timeout: 10_000 })
        .toBe("The connection was lost; trying again.");
      const second = await serve({ ...options, port: first.port });
      await expect.poll(() => note.textContent(), { timeout: 20_000 }).toBe("");
      await page.close();
      await second.close();
      await run.close();
    });

    test.each(sizesAndColours)(
      "axe finds nothing wrong and no page scrolls sideways, %s at %i",
      async (...look) => {
        const [colorScheme, width] = look;
        const { run } = await beginAgain(project, hostileText);
        const [after, before] = project.finished;
        const paths = ["", `runs/${run.id}`, `compare?before=${before}&after=${after}`, "runs/none"];
        for (const path of paths) {
          const { page, misdeeds } = await open(path, { colorScheme, width });
          expect([path, await axeViolations(page)]).toEqual([path, []]);
          expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(width);
          expect(await page.locator("img, iframe, object").count()).toBe(0);
          // A page that is not there is answered with 404, which the browser itself writes to the console.
          expectGood({ ...misdeeds, messages: path === "runs/none" ? [] : misdeeds.messages });
          await page.close();
        }
        await run.close();
      },
    );
  },
);

/** Presses Tab until an element with this text has the focus. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate<string>(activeText)) === text) return;
  }
  throw new Error(`the keyboard does not reach "${text}"`);
}
