import { type FileHandle, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { readPlainFile } from "../base/read-plain-file.ts";
import { storing } from "../base/storage.ts";
import type { SubjectId } from "../model/case.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { Plan } from "../model/plan.ts";
import type { SettingsRound } from "../model/report-details.ts";
import { decodeObservations, encodeBlock, linesOf } from "./observations.ts";

/** `tuning.ndjson` of a run folder: every block that a search for settings measured, and the plan it belongs to. */
export interface TuningLog {
  /** The subjects of the search whose rounds follow. It stands for an earlier one of the same, which was cut short. */
  appendSearch(subjects: readonly SubjectId[]): Promise<void>;
  /** The plan of the blocks that follow. */
  appendPlan(round: string, plan: Plan): Promise<void>;
  /** Resolves when the block is on disk. */
  appendBlock(record: BlockRecord): Promise<void>;
  close(): Promise<void>;
}

const tuningLogName = "tuning.ndjson";

const tuningSchema = "perfgap/tuning@1";

const header = `${JSON.stringify({ kind: "header", schema: tuningSchema })}\n`;

/** Opens the file for appending after its last whole line. Rejects with a Failure when it cannot be written. */
export function openTuningLog(runDirectory: string): Promise<TuningLog> {
  const path = join(runDirectory, tuningLogName);
  return storing("The tuning log", path, async () => {
    const file = await open(path, "a+");
    await cutTornLine(file);
    const append = (text: string) =>
      storing("The tuning log", path, async () => {
        await file.writeFile(text);
        await file.sync();
      });
    if ((await file.stat()).size === 0) await append(header);
    return {
      appendSearch: (subjects) => append(`${JSON.stringify({ kind: "search", subjects })}\n`),
      appendPlan: (round, plan) => append(`${JSON.stringify({ kind: "plan", round, plan })}\n`),
      appendBlock: (record) => append(encodeBlock(record)),
      close: () => file.close(),
    };
  });
}

const tailBytes = 64 * 1024;

/** What a crash left of a line would swallow the next record. */
async function cutTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  let end = size;
  while (end > 0) {
    const start = Math.max(0, end - tailBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    const feed = buffer.subarray(0, bytesRead).lastIndexOf(0x0a);
    end = feed < 0 ? start : start + feed + 1;
    if (feed >= 0) break;
  }
  if (end < size) await file.truncate(end);
}

/** Whether a run was begun with a search for settings in mind. */
export async function hasTuningLog(runDirectory: string): Promise<boolean> {
  return (await stat(join(runDirectory, tuningLogName)).catch(() => undefined)) !== undefined;
}

/** Rounds that have blocks, in the order in which they were measured; none where there was no search. */
export async function readTuningLog(runDirectory: string): Promise<readonly SettingsRound[]> {
  const content = await readPlainFile(join(runDirectory, tuningLogName)).catch(() => undefined);
  const searches = new Map<string, SettingsRound[]>();
  let rounds: SettingsRound[] = [];
  let open: { readonly name: string; readonly plan: Plan; readonly lines: Buffer[] } | undefined;
  const close = () => {
    if (open === undefined) return;
    const { name, plan, lines } = open;
    const { blocks } = decodeObservations(Buffer.concat(lines));
    if (blocks.length > 0) rounds.push({ name, plan, blocks });
    open = undefined;
  };
  searches.set("", rounds);
  for (const { line } of linesOf(content ?? Buffer.alloc(0))) {
    const entry = entryOf(line);
    if (entry === undefined) open?.lines.push(line);
    else {
      close();
      if (entry.kind === "plan") open = { name: entry.round, plan: entry.plan, lines: [] };
      if (entry.kind === "search") {
        rounds = [];
        const key = JSON.stringify(entry.subjects);
        // A search that is begun again moves behind those that were whole before it.
        searches.delete(key);
        searches.set(key, rounds);
      }
      if (entry.kind === "header" && entry.schema !== tuningSchema) return [];
    }
  }
  close();
  return [...searches.values()].flat();
}

type LogEntry =
  | { readonly kind: "header"; readonly schema: unknown }
  | { readonly kind: "search"; readonly subjects: readonly SubjectId[] }
  | { readonly kind: "plan"; readonly round: string; readonly plan: Plan };

/** Undefined for lines of blocks: those are many, and are not parsed twice. */
function entryOf(line: Buffer): LogEntry | undefined {
  const text = line.toString("utf8", 0, 32);
  if (!/^\{"kind":"(?:header|search|plan)"/.test(text)) return undefined;
  try {
    return JSON.parse(line.toString("utf8")) as LogEntry;
  } catch {
    return undefined;
  }
}
