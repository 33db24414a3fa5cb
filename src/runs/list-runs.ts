import { stat } from "node:fs/promises";
import { join } from "node:path";
import { lockOwner } from "../base/file-lock.ts";
import { type CaseDocument, readCaseDocument, readPlanDocument } from "./documents.ts";
import { readObservations, runsDirectory } from "./run.ts";
import { runIds } from "./run-id.ts";
import { readTuningLog } from "./tuning-log.ts";

type UndamagedKind = "running" | "finished" | "resumable" | "unplanned";

/**
 * running: a process is at work on it. finished: it has a report. resumable: it has a plan and no report.
 * unplanned: it ended before the plan was made. damaged: its documents cannot be read, with the reason.
 */
export type RunSummary = {
  readonly id: string;
  readonly directory: string;
} & (
  | {
      readonly kind: UndamagedKind;
      readonly case: CaseDocument;
      /** Whole blocks on disk. */
      readonly blocks: number;
      /** Blocks of a search for settings, the final comparison included; absent where there was none. */
      readonly settingsBlocks?: number;
      readonly pid?: number;
    }
  | { readonly kind: "damaged"; readonly reason: string }
);

export type KnownRun = Exclude<RunSummary, { readonly kind: "damaged" }>;

/** All runs of a project, latest first. One that is damaged is listed as such and hides no other. */
export async function listRuns(projectDirectory: string): Promise<readonly RunSummary[]> {
  const parent = runsDirectory(projectDirectory);
  const ids = await runIds(parent);
  return Promise.all([...ids].reverse().map((id) => summarise(id, join(parent, id))));
}

async function summarise(id: string, directory: string): Promise<RunSummary> {
  try {
    const document = await readCaseDocument(directory);
    if (document === undefined) return { id, directory, kind: "damaged", reason: "it has no case.json" };
    const owner = await lockOwner(join(directory, "lock"));
    const { blocks } = await readObservations(directory);
    const rounds = await readTuningLog(directory);
    const settingsBlocks = rounds.reduce((sum, round) => sum + round.blocks.length, 0);
    const known = {
      id,
      directory,
      case: document,
      blocks: blocks.length,
      ...(settingsBlocks === 0 ? {} : { settingsBlocks }),
    };
    return owner === undefined
      ? { ...known, kind: await restingKind(directory) }
      : { ...known, kind: "running", pid: owner.pid };
  } catch (error) {
    return { id, directory, kind: "damaged", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** What a run is now, without reading its blocks: cheap enough to ask every second while it measures. */
export async function currentKind(directory: string): Promise<UndamagedKind> {
  return (await lockOwner(join(directory, "lock"))) === undefined ? restingKind(directory) : "running";
}

async function restingKind(directory: string): Promise<Exclude<UndamagedKind, "running">> {
  const reported = await stat(join(directory, "report.json")).catch(() => undefined);
  if (reported !== undefined) return "finished";
  return (await readPlanDocument(directory)) === undefined ? "unplanned" : "resumable";
}
