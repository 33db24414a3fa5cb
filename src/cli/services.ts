import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Estimate } from "../model/estimate.ts";
import type { Factor } from "../model/factor.ts";
import type { Host } from "../model/host.ts";
import type { Plan } from "../model/plan.ts";
import type { ExplainOptions, ProgressListener } from "../model/progress.ts";
import type { Report } from "../model/report.ts";
import type { Language } from "../plugin.ts";
import type { RunOptions } from "../runs/documents.ts";
import type { RunSummary } from "../runs/list-runs.ts";

export type { KnownRun, RunSummary } from "../runs/list-runs.ts";

/** What the commands need of the rest of the program; each part is loaded when it is first asked for. */
export interface Services {
  readonly languages: () => Promise<readonly Language[]>;
  readonly factors: () => Promise<readonly Factor[]>;
  readonly explain: (options: ExplainOptions, listener: ProgressListener) => Promise<Report>;
  readonly tune: (options: ExplainOptions, listener: ProgressListener) => Promise<Report>;
  readonly describeHost: () => Promise<Host>;
  /** A program against itself: the smallest contrast that this machine shows now, log units. */
  readonly contrastAgainstItself: (signal: AbortSignal) => Promise<Estimate>;
  /** Latest first. */
  readonly listRuns: (projectDirectory: string) => Promise<readonly RunSummary[]>;
  /** The plan of a run and what else it was asked; undefined when it ended before there was a plan. */
  readonly readPlan: (
    run: RunSummary,
  ) => Promise<{ readonly plan: Plan; readonly options?: RunOptions } | undefined>;
  /** The text of a finished run's report.json. */
  readonly readReport: (run: RunSummary) => Promise<string>;
}

export function loadServices(): Services {
  return {
    languages: async () => (await import("../builtins.ts")).builtinLanguages,
    factors: async () => (await import("../builtins.ts")).builtinFactors,
    explain: async (options, listener) => (await import("../explain.ts")).explain(options, listener),
    tune: async (options, listener) => (await import("../tune.ts")).tune(options, listener),
    describeHost: async () => (await import("../host/index.ts")).describeHost(),
    contrastAgainstItself: async (signal) => (await import("../host/index.ts")).contrastAgainstItself(signal),
    listRuns: async (directory) => (await import("../runs/list-runs.ts")).listRuns(directory),
    readPlan: async (run) => (await import("../runs/documents.ts")).readPlanDocument(run.directory),
    readReport: (run) => readFile(join(run.directory, "report.json"), "utf8"),
  };
}
