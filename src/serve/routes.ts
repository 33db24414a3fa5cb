import { compareReports } from "../compare/compare-reports.ts";
import type { Factor } from "../model/factor.ts";
import { renderHtml } from "../report/render-html.ts";
import { type KnownRun, listRuns, type RunSummary } from "../runs/list-runs.ts";
import { pageIcon, pageScript, pageStyle } from "./assets.ts";
import { comparePage } from "./compare-page.ts";
import { indexPage } from "./index-page.ts";
import { livePage } from "./live-page.ts";
import { readLiveState, readProgressState, withTitles } from "./live-report.ts";
import { messagePage } from "./page.ts";
import { readRunFile } from "./run-files.ts";
import { readReport, type TellRuns } from "./told-runs.ts";

export interface ServedFolder {
  /** Folder that holds `.perfgap/`. */
  readonly projectDirectory: string;
  readonly factors: readonly Factor[];
  /** What a language is called in a report, by its id; one that is absent is called by its id. */
  readonly languageTitles?: Readonly<Record<string, string>>;
}

/** What a request gets. `policy`: whose Content-Security-Policy holds. */
export type Answered =
  | {
      readonly kind: "document";
      readonly status: number;
      readonly type: string;
      readonly policy: "page" | "report";
      readonly body: string | Uint8Array;
    }
  | { readonly kind: "redirect"; readonly to: string }
  | { readonly kind: "events"; readonly run: KnownRun };

function htmlDocument(body: string, status = 200): Answered {
  return { kind: "document", status, type: "text/html; charset=utf-8", policy: "page", body };
}

function notFound(what: string): Answered {
  return htmlDocument(messagePage("Not here", what), 404);
}

/** Paths are matched against what there is; no part of one is ever made part of a file's path. */
export async function answerPath(url: URL, served: ServedFolder, tellRuns: TellRuns): Promise<Answered> {
  const { pathname } = url;
  if (pathname === "/style.css") return asset("text/css", pageStyle);
  // A stored report names no icon: browsers then ask for the second of these.
  if (pathname === "/icon.svg" || pathname === "/favicon.ico") return asset("image/svg+xml", pageIcon);
  if (pathname === "/live.js") return asset("text/javascript", pageScript);
  const runs = await listRuns(served.projectDirectory);
  if (pathname === "/") return htmlDocument(indexPage(runs, await tellRuns(runs), served.projectDirectory));
  if (pathname === "/compare") return comparison(url.searchParams, runs);
  const match = /^\/runs\/([^/]+)(?:\/(report\.html|report\.json|events))?$/.exec(pathname);
  const run = match === null ? undefined : runs.find(({ id }) => id === match[1]);
  if (match === null || run === undefined) return notFound("There is no such page or run in this folder.");
  if (run.kind === "damaged") return notFound(`Run ${run.id} is damaged: ${run.reason}`);
  return answerRun(run, match[2], served);
}

function asset(type: string, body: string): Answered {
  return { kind: "document", status: 200, type: `${type}; charset=utf-8`, policy: "page", body };
}

async function answerRun(
  run: KnownRun,
  part: string | undefined,
  { factors, languageTitles }: ServedFolder,
): Promise<Answered> {
  if (part === "events") return { kind: "events", run };
  if (part === "report.html") return storedReport(run);
  if (part === "report.json") {
    const body = await readRunFile(run.directory, "report.json");
    return body === undefined
      ? notFound(`Run ${run.id} has no report.`)
      : { kind: "document", status: 200, type: "application/json; charset=utf-8", policy: "page", body };
  }
  if (run.kind === "finished") return { kind: "redirect", to: `/runs/${run.id}/report.html` };
  const named = withTitles(run, languageTitles);
  const [state, progress] = await Promise.all([readLiveState(named, factors), readProgressState(run)]);
  return htmlDocument(livePage(named, state, progress));
}

/** The report as it was written; where only its JSON is there, it is rendered from that. */
async function storedReport(run: KnownRun): Promise<Answered> {
  const stored = await readRunFile(run.directory, "report.html");
  const body = stored ?? (await rendered(run));
  return body === undefined
    ? notFound(`Run ${run.id} has no report yet.`)
    : { kind: "document", status: 200, type: "text/html; charset=utf-8", policy: "report", body };
}

async function rendered(run: KnownRun): Promise<string | undefined> {
  const report = await readReport(run);
  return report === undefined ? undefined : renderHtml(report);
}

async function comparison(query: URLSearchParams, runs: readonly RunSummary[]): Promise<Answered> {
  const named = ["before", "after"].map((side) =>
    runs.find((run): run is KnownRun => run.id === query.get(side) && run.kind === "finished"),
  );
  const [before, after] = named;
  if (before === undefined || after === undefined)
    return notFound("Two finished runs are needed to compare.");
  if (before === after)
    return htmlDocument(messagePage("Nothing to compare", "A run differs from itself in nothing."), 400);
  const [one, other] = [await readReport(before), await readReport(after)];
  if (one === undefined || other === undefined) return notFound("One of the runs has no report.");
  const compared = compareReports({ label: before.id, report: one }, { label: after.id, report: other });
  return compared.ok
    ? htmlDocument(comparePage(compared.value))
    : htmlDocument(messagePage("Not comparable", compared.error), 400);
}
