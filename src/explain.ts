import { addWins, reserveForWins } from "./explain/add-wins.ts";
import { assembleReport } from "./explain/assemble.ts";
import { measurePlan, unmeasured } from "./explain/measure-plan.ts";
import { prepare } from "./explain/prepare.ts";
import { saveReport } from "./explain/save-report.ts";
import { openWorkbench, realWorld, type World } from "./explain/workbench.ts";
import type { ExplainOptions, ProgressListener } from "./model/progress.ts";
import type { Report } from "./model/report.ts";

export type { World } from "./explain/workbench.ts";

/**
 * The main job: how far apart the subjects are and why. Tells what it does through `emit`, keeps everything measured
 * in the run folder, and answers with what is known when it is stopped. Rejects with a Failure for everything that a
 * user can mend.
 */
export async function explain(
  options: ExplainOptions,
  emit: ProgressListener,
  world: World = realWorld(),
): Promise<Report> {
  const opened = await openWorkbench(options, emit, world);
  try {
    const startedMs = performance.now();
    const { bench, causes } = await reserveForWins(opened);
    const prepared = await prepare(causes);
    const measured = options.planOnly === true ? unmeasured(prepared) : await measurePlan(causes, prepared);
    const explained = assembleReport(bench, prepared, measured, world.version);
    const spentMs = performance.now() - startedMs;
    const { report, interrupted } = await addWins(bench, explained, { measured, spentMs });
    await saveReport(bench, report, interrupted ? { ...measured, stoppedBy: "interrupted" } : measured);
    return report;
  } finally {
    await opened.close();
  }
}
