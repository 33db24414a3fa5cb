import { join } from "node:path";

/** What only the work needs (kept outputs, recordings); gone when the workbench closes. */
export function scratchDirectory(runDirectory: string): string {
  return join(runDirectory, "scratch");
}

/** What the run that was made last reported of its operations. */
export function probeFile(runDirectory: string): string {
  return join(scratchDirectory(runDirectory), "reported");
}
