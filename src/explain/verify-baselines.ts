import { formatDuration } from "../base/quantity.ts";
import type { Verifying } from "../verify/kept-run.ts";
import { type Verification, verifyOutputs } from "../verify/verify-outputs.ts";
import type { Baseline } from "./baselines.ts";
import { scratchDirectory } from "./scratch.ts";
import type { Workbench } from "./workbench.ts";

/** The outputs stay in the run folder while the pipeline works; the workbench removes them when it closes. */
export function verifyingOf(bench: Workbench): Verifying {
  return {
    runner: bench.runner,
    surroundings: bench.surroundings,
    scratchDirectory: scratchDirectory(bench.run.directory),
    signal: bench.options.kill,
  };
}

/** Below, the wait for another run is not worth a line. */
const longRunMs = 5000;

/** Nothing is timed before the programs are known to do the same job. */
export async function verifyBaselines(
  bench: Workbench,
  baselines: readonly Baseline[],
): Promise<Verification> {
  bench.emit({ kind: "stageStarted", stage: "comparing outputs" });
  const verification = await verifyOutputs(
    verifyingOf(bench),
    baselines.map(({ invocation }) => invocation),
    (subject, wallTimeNs) => {
      const wallTimeMs = wallTimeNs / 1e6;
      if (wallTimeMs < longRunMs) return;
      const message = `${subject} ran for ${formatDuration(wallTimeMs)}; once more, to see whether it prints the same again`;
      bench.emit({ kind: "note", message });
    },
  );
  bench.emit({
    kind: "verified",
    subjects: baselines.length,
    outputBytes: Math.max(...verification.references.map(({ bytes }) => bytes)),
  });
  return verification;
}
