import { join } from "node:path";

/** What only the work needs (kept outputs, recordings); gone when the workbench closes. */
export function scratchDirectory(runDirectory: string): string {
  return join(runDirectory, "scratch");
}
