import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { packageDirectory } from "../src/base/directories.ts";
import { Failure } from "../src/base/failure.ts";
import { runCommand } from "../src/base/subprocess.ts";
import { readReportDetails } from "../src/explain/report-details.ts";
import type { Report } from "../src/model/report.ts";
import type { ReportDetails } from "../src/model/report-details.ts";
import { parseReport } from "../src/report/parse-report.ts";
import { renderHtml } from "../src/report/render-html.ts";
import { findBrowser, openBrowser } from "../test/support/browser.ts";
import { pageDetails, pageReport } from "../test/support/page-fixture.ts";
import { type LoadTimes, timeLoads } from "./report/load-times.ts";
import { fetchSpeedscope, speedscopeVersion, timeSpeedscope } from "./report/speedscope.ts";

interface PageResult {
  readonly page: string;
  /** Samples of all sides, and timed runs. */
  readonly samples: number;
  readonly runs: number;
  readonly renderMs: number;
  readonly bytes: number;
  /** Until the script is done and the frame after it, with the stack, is painted. */
  readonly interactive: LoadTimes;
  readonly bytesAllowed: number;
  readonly msAllowed: number;
}

interface PeerResult {
  readonly subject: string;
  readonly bytes: number;
  readonly shown: LoadTimes;
}

export interface ReportResult {
  readonly bench: "report";
  readonly browser: string;
  readonly pages: readonly PageResult[];
  readonly speedscope:
    | { readonly version: string; readonly profiles: readonly PeerResult[] }
    | { readonly version: string; readonly absent: string };
  readonly held: boolean;
}

const loads = 7;

/**
 * Size of the HTML report and the time until it can be used, for the demo and for a made-up report with 200,000
 * samples a side and 5,000 runs; beside speedscope on the same profiles. `--run FOLDER` takes a finished run in place
 * of measuring the demo.
 */
export async function run(args: readonly string[]): Promise<ReportResult> {
  const { values } = parseArgs({ args: [...args], options: { run: { type: "string" } } });
  const executable = await findBrowser();
  if (executable === undefined)
    throw new Failure({
      code: "no-browser",
      exit: "toolchainOrHost",
      message: "There is no chromium here to load a report in.",
      help: "install it: apt-get install chromium",
    });
  const directory = await mkdtemp(join(tmpdir(), "perfgap-bench-report-"));
  const browser = await openBrowser(executable);
  try {
    const demo = await loadRun(values.run ?? (await measureDemo(directory)));
    const large = pageDetails({ samples: 200_000, runs: 5000, stacks: 20_000 });
    const pages = [
      await timePage(browser, directory, { page: "demo", ...demo, bytesAllowed: 2e6, msAllowed: 500 }),
      await timePage(browser, directory, {
        page: "large",
        report: pageReport(),
        details: large,
        bytesAllowed: 6e6,
        msAllowed: 1500,
      }),
    ];
    const speedscope = await timePeer(browser, directory, large);
    tell(pages, speedscope);
    const held = pages.every(
      (page) => page.bytes <= page.bytesAllowed && page.interactive.medianMs <= page.msAllowed,
    );
    return { bench: "report", browser: browser.version(), pages, speedscope, held };
  } finally {
    await browser.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Runs the demo as a user would, with what is built in dist/; gives its run folder. */
async function measureDemo(directory: string): Promise<string> {
  console.error("measuring the demo...");
  const result = await runCommand({
    argv: [process.execPath, join(packageDirectory(), "bin", "perfgap.js"), "demo", "--quick"],
    workingDirectory: directory,
    timeoutMs: 600_000,
  });
  if (result.code !== 0)
    throw new Failure({
      code: "demo-failed",
      exit: "toolchainOrHost",
      message: "The demo failed.",
      detail: result.stderr,
      help: "npm run build, then again; or name a finished run: --run FOLDER",
    });
  const runs = join(directory, ".perfgap", "runs");
  const [id] = (await readdir(runs)).filter((name) => !name.startsWith("."));
  return join(runs, id ?? "");
}

interface Loaded {
  readonly report: Report;
  readonly details: ReportDetails;
}

async function loadRun(folder: string): Promise<Loaded> {
  const path = join(folder, "report.json");
  const report = parseReport(await readFile(path, "utf8"), path);
  return { report, details: await readReportDetails(folder, report) };
}

async function timePage(
  browser: Browser,
  directory: string,
  page: Loaded & { readonly page: string; readonly bytesAllowed: number; readonly msAllowed: number },
): Promise<PageResult> {
  const { report, details, ...rest } = page;
  const startMs = performance.now();
  const content = renderHtml(report, details);
  const renderMs = Math.round(performance.now() - startMs);
  const path = join(directory, `${page.page}.html`);
  await writeFile(path, content);
  const interactive = await timeLoads(
    browser,
    { path, ready: 'performance.getEntriesByName("perfgap-interactive").length > 0' },
    loads,
  );
  return {
    ...rest,
    samples: details.profiles.reduce((sum, { profile }) => sum + samplesOf(profile), 0),
    runs: details.blocks.reduce((sum, { observations }) => sum + observations.length, 0),
    renderMs,
    bytes: Buffer.byteLength(content),
    interactive,
  };
}

function samplesOf({ stacks }: ReportDetails["profiles"][number]["profile"]): number {
  return stacks.reduce((sum, { counts }) => sum + counts.reduce((total, count) => total + count, 0), 0);
}

async function timePeer(
  browser: Browser,
  directory: string,
  { profiles }: ReportDetails,
): Promise<ReportResult["speedscope"]> {
  const site = await fetchSpeedscope(directory);
  if (!site.ok) return { version: speedscopeVersion, absent: site.error };
  const results: PeerResult[] = [];
  for (const { profile } of profiles) {
    try {
      const { times, bytes } = await timeSpeedscope(browser, site.value, profile, loads);
      results.push({ subject: profile.subject, bytes, shown: times });
    } catch (error) {
      return {
        version: speedscopeVersion,
        absent: `it showed no profile: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
      };
    }
  }
  return { version: speedscopeVersion, profiles: results };
}

function tell(pages: readonly PageResult[], speedscope: ReportResult["speedscope"]): void {
  const row = (cells: readonly string[]) =>
    console.error(cells.map((cell, index) => (index === 0 ? cell.padEnd(28) : cell.padStart(14))).join(""));
  row(["", "samples", "runs", "size", "allowed", "interactive", "slowest", "allowed"]);
  for (const { page, samples, runs, bytes, bytesAllowed, interactive, msAllowed } of pages)
    row([
      page,
      String(samples),
      String(runs),
      `${(bytes / 1e6).toFixed(2)} MB`,
      `${bytesAllowed / 1e6} MB`,
      `${interactive.medianMs} ms`,
      `${interactive.slowestMs} ms`,
      `${msAllowed} ms`,
    ]);
  if ("absent" in speedscope) console.error(`speedscope ${speedscope.version}: ${speedscope.absent}`);
  else
    for (const { subject, bytes, shown } of speedscope.profiles)
      row([
        `speedscope, ${subject} of large`,
        "",
        "",
        `${(bytes / 1e6).toFixed(2)} MB`,
        "",
        `${shown.medianMs} ms`,
        `${shown.slowestMs} ms`,
      ]);
}
