import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { findExecutable } from "../../src/base/find-executable.ts";

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The distribution's browser; undefined where there is none. */
export async function findBrowser(): Promise<string | undefined> {
  return (await findExecutable("chromium")) ?? (await findExecutable("chromium-browser"));
}

export async function openBrowser(executablePath: string): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return chromium.launch({ executablePath, args: flags });
}

/** What a page did that none of ours may do. */
export interface Misdeeds {
  readonly messages: string[];
  readonly requests: string[];
}

export interface OpenPage {
  readonly page: Page;
  readonly misdeeds: Misdeeds;
}

export interface PageOptions {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
  readonly script?: boolean;
}

/** Opens a page from a file, as its reader would. */
export function openFile(browser: Browser, path: string, options: PageOptions = {}): Promise<OpenPage> {
  return openUrl(browser, pathToFileURL(path).href, options);
}

/** Opens a page and writes down what it loads besides itself and complains about. */
export async function openUrl(browser: Browser, url: string, options: PageOptions = {}): Promise<OpenPage> {
  const { width = 1280, colorScheme = "light", script = true } = options;
  const page = await browser.newPage({
    viewport: { width, height: 800 },
    colorScheme,
    javaScriptEnabled: script,
    acceptDownloads: true,
  });
  const misdeeds: Misdeeds = { messages: [], requests: [] };
  page.on("console", (message) => misdeeds.messages.push(message.text()));
  page.on("pageerror", (error) => misdeeds.messages.push(error.message));
  page.on("dialog", (dialog) => {
    misdeeds.messages.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== url) misdeeds.requests.push(request.url());
  });
  await page.goto(url);
  return { page, misdeeds };
}

export interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly string[];
}

/** What axe-core finds wrong with the page; its source is evaluated from outside, which the page's policy cannot refuse. */
export async function axeViolations(page: Page): Promise<readonly AxeViolation[]> {
  const { default: axe } = await import("axe-core");
  await page.evaluate(axe.source);
  return page.evaluate<readonly AxeViolation[]>(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)) })))`);
}

/** A folder with one page in it. */
export async function pageFile(html: string): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "perfgap-page-"));
  const path = join(folder, "report.html");
  await writeFile(path, html);
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}
