import { assembleTuning } from "./explain/tune-assemble.ts";
import { type Tuned, tuneSides } from "./explain/tune-sides.ts";
import { openWorkbench, realWorld, type World } from "./explain/workbench.ts";
import type { ExplainOptions, ProgressListener } from "./model/progress.ts";
import type { Report } from "./model/report.ts";

/**
 * The third answer alone: what settings would make each subject faster, measured one by one, then the best set of them
 * against the subject as written on fresh blocks. Answers with what is known when it is stopped; rejects with a Failure
 * for everything that a user can mend.
 */
export async function tune(
  options: ExplainOptions,
  emit: ProgressListener,
  world: World = realWorld(),
): Promise<Report> {
  const bench = await openWorkbench(options, emit, world);
  try {
    const tuned: Tuned[] = [];
    for (const { subject } of bench.contenders) {
      const budgetMs = options.budgetMs / bench.contenders.length;
      tuned.push(await tuneSides(bench, { subjects: [subject.id], budgetMs }));
    }
    return await assembleTuning(bench, tuned, world.version);
  } finally {
    await bench.close();
  }
}
