import { Failure } from "../base/failure.ts";
import type { Report } from "../model/report.ts";
import { describeAnswers } from "../report/answer.ts";
import { tuningTitle } from "../report/html-tuning.ts";
import { parseReport } from "../report/parse-report.ts";
import { printableReport } from "../report/printable-report.ts";
import type { KnownRun, RunSummary } from "../runs/list-runs.ts";
import { markOf } from "./live-report.ts";
import { readRunFile } from "./run-files.ts";

/** What a list of runs says of a finished one. */
export interface ToldRun {
  readonly sentence: string;
  /** Pairs of subjects with a gap between them; none: it cannot be compared. */
  readonly pairs: readonly string[];
}

/** Throws Failure for a report that is damaged. */
export async function readReport(run: KnownRun): Promise<Report | undefined> {
  const text = await readRunFile(run.directory, "report.json");
  return text === undefined ? undefined : parseReport(text.toString("utf8"), `the report of ${run.id}`);
}

/** By id; runs without a report that can be read are left out. */
export type TellRuns = (runs: readonly RunSummary[]) => Promise<ReadonlyMap<string, ToldRun>>;

/** Reports do not change once they are written: each is read once, and again only where its file did change. */
export function createTellRuns(): TellRuns {
  const known = new Map<string, { readonly mark: string; readonly told: ToldRun | undefined }>();
  const remembered = async (run: KnownRun) => {
    const mark = await markOf(run, ["report.json"]);
    const before = known.get(run.directory);
    if (before?.mark === mark) return before.told;
    const told = await tell(run);
    known.set(run.directory, { mark, told });
    return told;
  };
  return async (runs) => {
    const all = new Map<string, ToldRun>();
    for (const run of runs) {
      const one = run.kind === "finished" ? await remembered(run) : undefined;
      if (one !== undefined) all.set(run.id, one);
    }
    return all;
  };
}

async function tell(run: KnownRun): Promise<ToldRun | undefined> {
  try {
    const raw = await readReport(run);
    if (raw === undefined) return undefined;
    const report = printableReport(raw);
    return {
      sentence: describeAnswers(report)[0]?.headline ?? tuningTitle(report),
      pairs: report.gaps.map(({ slow, fast, metric }) =>
        JSON.stringify([metric, ...[slow, fast].toSorted()]),
      ),
    };
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Runs that have a pair of programs in common with another one, latest first as they came. */
export function comparableRuns(told: ReadonlyMap<string, ToldRun>): readonly string[] {
  const runs = [...told];
  return runs.flatMap(([id, { pairs }]) =>
    runs.some(([other, { pairs: theirs }]) => other !== id && pairs.some((pair) => theirs.includes(pair)))
      ? [id]
      : [],
  );
}
