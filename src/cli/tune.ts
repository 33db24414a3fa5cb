import { randomInt } from "node:crypto";
import { exitCodes, Failure } from "../base/failure.ts";
import { present } from "../base/present.ts";
import { printable } from "../base/printable.ts";
import type { Case } from "../model/case.ts";
import { isLatency, isTime, type MetricId } from "../model/plan.ts";
import type { ExplainOptions } from "../model/progress.ts";
import type { Report } from "../model/report.ts";
import { type CommandContext, usageFailure } from "./context.ts";
import { checkExports, deliver } from "./deliver.ts";
import { commandToRepeat, type MeasureFlags, type OutputFlags } from "./explain-options.ts";
import { printCommands } from "./measure.ts";
import { showProgress } from "./progress.ts";

export type TuneFlags = Pick<
  MeasureFlags,
  "precision" | "budget" | "metric" | "seed" | "runner" | "profile"
> &
  Omit<OutputFlags, "failOn">;

const defaultBudgetMs = 3 * 60_000;

/** Everything that a search for settings is asked. */
export function tuneOptions(tuned: Case, flags: TuneFlags, context: CommandContext): ExplainOptions {
  const seed = flags.seed ?? randomInt(2 ** 31);
  return {
    case: tuned,
    metrics: timeFirst(flags.metric),
    budgetMs: flags.budget ?? defaultBudgetMs,
    quick: false,
    seed,
    profile: flags.profile,
    projectDirectory: context.directory,
    command: commandToRepeat(context.argv, flags.seed === undefined ? seed : undefined),
    stop: context.interruption.stop,
    kill: context.interruption.kill,
    ...present({ precision: flags.precision, runnerRung: flags.runner }),
  };
}

function timeFirst(metrics: readonly MetricId[] | undefined): readonly MetricId[] {
  const [first = "cpuTime"] = metrics ?? [];
  if (isTime(first)) return metrics ?? ["cpuTime", "wallTime", "maxRss"];
  throw usageFailure(
    "metric",
    `perfgap tune looks for time: ${isLatency(first) ? "a latency" : "memory"} cannot be what a gain is measured in.`,
    "name cpu or wall first; peak memory is reported as a price of every setting",
  );
}

/** Runs the search, shows it, delivers the answer and decides the exit code. */
export async function tune(
  options: ExplainOptions,
  flags: TuneFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal, services, interruption } = context;
  await checkExports(flags, context);
  const progress = showProgress({ terminal, quiet: flags.quiet === true, nowMs: context.nowMs });
  if (flags.verbose === true) printCommands(context);
  let htmlPath: string | undefined;
  try {
    const report = await services.tune(options, (event) => {
      if (event.kind === "finished") htmlPath = event.reportHtmlPath;
      progress.listen(event);
    });
    progress.clear();
    await deliver(report, flags, context, htmlPath);
    context.exitWith(interruption.exitCode() ?? exitCodeOf(report, flags));
  } catch (error) {
    progress.clear();
    const code = interruption.exitCode();
    const expected =
      error instanceof Failure && (error.exit === "interrupted" || error.exit === "terminated");
    if (code === undefined || !expected) throw error;
    context.exitWith(code);
  }
  if (interruption.exitCode() !== undefined)
    terminal.err(
      `interrupted; a search for settings cannot go on later, it starts again with:\n  ${printable(options.command)}\n`,
    );
}

/** Open: nothing was shown to help, and of some setting it is not known whether it does. */
function exitCodeOf({ tuning = [], wins }: Report, { strict }: TuneFlags): number {
  const open =
    tuning.some(({ best }) => best === undefined) && wins.some(({ verdict }) => verdict === "undetermined");
  return strict === true && open ? exitCodes.inconclusive : exitCodes.answered;
}
