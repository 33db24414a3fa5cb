import { examinePrograms, factsOf } from "./explain/examine-programs.ts";
import { assembleTuning, type TunedProgram } from "./explain/tune-assemble.ts";
import { tuneSides } from "./explain/tune-sides.ts";
import { type Contender, openWorkbench, realWorld, type Workbench, type World } from "./explain/workbench.ts";
import type { ExplainOptions, ProgressListener } from "./model/progress.ts";
import type { Report } from "./model/report.ts";

/** Looking at a program takes as long as it takes; the search gets at least this part of the budget. */
const leastSearchShare = 0.5;

/**
 * The third answer alone: what would make each subject faster. Its settings are measured one by one, then the best set
 * of them against the subject as written on fresh blocks; lines of its source come from a profile and its code. Answers
 * with what is known when it is stopped; rejects with a Failure for everything that a user can mend.
 */
export async function tune(
  options: ExplainOptions,
  emit: ProgressListener,
  world: World = realWorld(),
): Promise<Report> {
  const bench = await openWorkbench(options, emit, world);
  try {
    const programs: TunedProgram[] = [];
    for (const contender of bench.contenders) programs.push(await tuneAlone(bench, contender));
    return await assembleTuning(bench, programs, world.version);
  } finally {
    await bench.close();
  }
}

/** Programs of one case need not do the same job here: each is held against itself only. */
async function tuneAlone(all: Workbench, contender: Contender): Promise<TunedProgram> {
  const startedMs = performance.now();
  const budgetMs = all.options.budgetMs / all.contenders.length;
  const bench = { ...all, contenders: [contender], options: { ...all.options, budgetMs } };
  const examined = await examinePrograms(bench);
  const leftMs = budgetMs - (performance.now() - startedMs);
  const tuned = await tuneSides(bench, {
    subjects: [contender.subject.id],
    budgetMs: Math.max(leftMs, leastSearchShare * budgetMs),
    facts: factsOf(examined),
    baselines: examined.findings.map(({ baseline }) => baseline),
  });
  return { examined, tuned };
}
