import { formatDuration } from "../base/quantity.ts";
import { firstRunLimitMs, type Verifying } from "../verify/kept-run.ts";
import { type Verification, verifyOutputs } from "../verify/verify-outputs.ts";
import type { Baseline } from "./baselines.ts";
import { emptyInputWarnings } from "./empty-input.ts";
import { scratchDirectory } from "./scratch.ts";
import type { Workbench } from "./workbench.ts";

/** The outputs stay in the run folder while the pipeline works; the workbench removes them when it closes. */
export function verifyingOf(bench: Workbench): Verifying {
  return {
    runner: bench.runner,
    surroundings: bench.surroundings,
    scratchDirectory: scratchDirectory(bench.run.directory),
    firstRunLimitMs: firstRunLimitMs(bench.options.budgetMs),
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
  const tell = (message: string) => bench.emit({ kind: "note", message });
  let waiting: NodeJS.Timeout | undefined;
  const outputs = await verifyOutputs(
    verifyingOf(bench),
    baselines.map(({ invocation }) => invocation),
    (subject, wallTimeNs) => {
      clearTimeout(waiting);
      const wallTimeMs = wallTimeNs / 1e6;
      if (wallTimeMs < longRunMs) return;
      tell(
        `${subject} ran for ${formatDuration(wallTimeMs)}; once more, to see whether it prints the same again`,
      );
    },
    // Nothing is timed for the answer here, so a timer disturbs nothing.
    (subject, limitMs) => {
      waiting = setTimeout(() => {
        tell(
          `${subject} is still running; it may take ${formatDuration(limitMs)}, another limit: --timeout 5m`,
        );
      }, longRunMs);
    },
  ).finally(() => clearTimeout(waiting));
  bench.emit({
    kind: "verified",
    subjects: baselines.length,
    outputBytes: Math.max(...outputs.references.map(({ bytes }) => bytes)),
  });
  const warnings = [...outputs.warnings, ...(await emptyInputWarnings(bench, baselines, outputs.references))];
  for (const warning of warnings) bench.emit({ kind: "warning", warning });
  return { ...outputs, warnings };
}
