import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPlainFile } from "../base/read-plain-file.ts";
import type { ProgressEvent, ProgressListener } from "../model/progress.ts";

/** `progress.json`: the last event of each kind in the order in which they came, for who follows from another process. */
interface ProgressDocument {
  readonly schema: typeof schema;
  readonly events: readonly ProgressEvent[];
}

const schema = "perfgap/progress@1";
const fileName = "progress.json";
const mostBytes = 4 * 1024 * 1024;

/** What says nothing of how far the run is. */
const leftOut: ReadonlySet<ProgressEvent["kind"]> = new Set(["hostDescribed", "warning", "note"]);

/** Keeps `progress.json` of a run folder up to date; events of an earlier process are replaced by the first one. */
export function keepProgress(directory: string): ProgressListener {
  const path = join(directory, fileName);
  let events: readonly ProgressEvent[] = [];
  return (event) => {
    if (leftOut.has(event.kind)) return;
    events = [...events.filter(({ kind }) => kind !== event.kind), event];
    const document: ProgressDocument = { schema, events };
    try {
      // At once and without a sync: what comes next may be a run that is timed, and a power cut ends the run anyway.
      writeFileSync(`${path}.tmp`, JSON.stringify(document));
      renameSync(`${path}.tmp`, path);
    } catch {
      // Who follows sees older news; whether the disk is full is told by what must not be lost.
    }
  };
}

/** The events that `progress.json` holds, oldest first; none where it is missing or was not written by this program. */
export async function readProgress(directory: string): Promise<readonly ProgressEvent[]> {
  const content = await readPlainFile(join(directory, fileName), mostBytes).catch(() => undefined);
  try {
    const document = JSON.parse(content?.toString("utf8") ?? "") as Partial<ProgressDocument> | null;
    const events: unknown = document?.schema === schema ? document.events : undefined;
    return Array.isArray(events) ? (events as readonly ProgressEvent[]) : [];
  } catch {
    return [];
  }
}
