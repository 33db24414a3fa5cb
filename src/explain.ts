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
  const bench = await openWorkbench(options, emit, world);
  try {
    const prepared = await prepare(bench);
    const measured = options.planOnly === true ? unmeasured(prepared) : await measurePlan(bench, prepared);
    const report = assembleReport(bench, prepared, measured, world.version);
    await saveReport(bench, report, measured);
    return report;
  } finally {
    await bench.close();
  }
}
