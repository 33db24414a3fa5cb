import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { storing } from "../base/storage.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { Plan } from "../model/plan.ts";
import { encodeBlock } from "./observations.ts";

/** `tuning.ndjson` of a run folder: every block that a search for settings measured, and the plan it belongs to. */
export interface TuningLog {
  /** The plan of the blocks that follow. */
  appendPlan(round: string, plan: Plan): Promise<void>;
  /** Resolves when the block is on disk. */
  appendBlock(record: BlockRecord): Promise<void>;
  close(): Promise<void>;
}

const tuningLogName = "tuning.ndjson";

const header = `${JSON.stringify({ kind: "header", schema: "perfgap/tuning@1" })}\n`;

/** Opens the file for appending. Rejects with a Failure when it cannot be written. */
export function openTuningLog(runDirectory: string): Promise<TuningLog> {
  const path = join(runDirectory, tuningLogName);
  return storing("The tuning log", path, async () => {
    const file = await open(path, "a");
    const append = (text: string) =>
      storing("The tuning log", path, async () => {
        await file.writeFile(text);
        await file.sync();
      });
    if ((await file.stat()).size === 0) await append(header);
    return {
      appendPlan: (round, plan) => append(`${JSON.stringify({ kind: "plan", round, plan })}\n`),
      appendBlock: (record) => append(encodeBlock(record)),
      close: () => file.close(),
    };
  });
}

/** Whether a run was begun with a search for settings in mind. */
export async function hasTuningLog(runDirectory: string): Promise<boolean> {
  return (await stat(join(runDirectory, tuningLogName)).catch(() => undefined)) !== undefined;
}
