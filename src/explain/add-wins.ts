import { Failure } from "../base/failure.ts";
import type { ExplainOptions } from "../model/progress.ts";
import type { Gap, Report, Warning, Win } from "../model/report.ts";
import { hasTuningLog, openTuningLog } from "../runs/tuning-log.ts";
import type { Measured } from "./measure-plan.ts";
import { measuredLevers } from "./measured-levers.ts";
import { titlesOf } from "./subject-title.ts";
import { type Tuned, tuneSides } from "./tune-sides.ts";
import type { Workbench } from "./workbench.ts";

/** The part of the budget that is kept for the search of wins where it is asked for. */
const winShare = 0.25;
/** What causes left over of their part may go to wins up to this part. */
const mostWinShare = 0.5;

export interface Reserved {
  /** With the answer to whether wins are searched: a resumed run searches them where it was begun so. */
  readonly bench: Workbench;
  /** The bench as the causes may use it. */
  readonly causes: Workbench;
}

/** Keeps a part of the budget for wins where they are asked for, and leaves a mark of it in the run folder. */
export async function reserveForWins(bench: Workbench): Promise<Reserved> {
  const { options, run } = bench;
  const wins = options.wins ?? (await hasTuningLog(run.directory));
  if (!wins || options.planOnly === true) return { bench, causes: bench };
  await (await openTuningLog(run.directory)).close();
  const causes = { ...bench, options: { ...options, budgetMs: (1 - winShare) * options.budgetMs } };
  return { bench: { ...bench, options: { ...options, wins } }, causes };
}

function budgetForWins({ budgetMs }: ExplainOptions, spentMs: number): number {
  return Math.max(winShare * budgetMs, Math.min(mostWinShare * budgetMs, budgetMs - spentMs));
}

export interface WithWins {
  readonly report: Report;
  /** The search was stopped: the run can go on, and the search starts again then. */
  readonly interrupted: boolean;
}

/**
 * What would close the gap: the best set of settings for each subject of the widest gap, then both sets side by side.
 * A search that fails costs its own answer only: causes are known by then.
 */
export async function addWins(
  bench: Workbench,
  report: Report,
  { measured, spentMs }: { readonly measured: Measured; readonly spentMs: number },
): Promise<WithWins> {
  const gap = primaryGap(report);
  const { options, emit } = bench;
  const stopped = measured.stoppedBy === "interrupted" || options.stop.aborted;
  if (options.wins !== true || gap === undefined || stopped) return { report, interrupted: false };
  emit({ kind: "stageStarted", stage: "searching settings that would close the gap" });
  try {
    const subjects = [gap.slow, gap.fast];
    const budgetMs = budgetForWins(options, spentMs);
    const facts = report.facts === undefined ? {} : { facts: report.facts };
    const levers = measuredLevers(report.attributions, measured.plan);
    const tuned = await tuneSides(bench, { subjects, budgetMs, gap, levers, ...facts });
    return {
      report: {
        ...report,
        wins: tuned.wins,
        tuning: tuned.tuning,
        ...(tuned.closing.length === 0 ? {} : { closing: tuned.closing }),
        warnings: [...report.warnings, ...tuned.warnings, ...contradictions(bench, report, { tuned, gap })],
      },
      interrupted: tuned.tuning.some(({ stoppedBy }) => stoppedBy === "interrupted"),
    };
  } catch (error) {
    if (!(error instanceof Failure) || error.exit === "interrupted" || error.exit === "terminated")
      throw error;
    const warning: Warning = {
      code: "wins-failed",
      message: `No settings were searched: ${error.message}`,
      appliesTo: "all",
    };
    emit({ kind: "warning", warning });
    return { report: { ...report, warnings: [...report.warnings, warning] }, interrupted: false };
  }
}

function primaryGap({ attributions, gaps }: Report): Gap | undefined {
  const [first] = attributions;
  if (first === undefined) return gaps[0];
  const { slow, fast, metric } = first;
  return gaps.find((gap) => gap.slow === slow && gap.fast === fast && gap.metric === metric);
}

/** Factors whose neutral level is a setting that ships too, and the dimension of such settings. */
const shippedFactors: Readonly<Record<string, string>> = {
  allocator: "allocator",
  "target-cpu": "target-cpu",
  "optimisation-level": "opt-level",
};
/** A cause smaller than this may well look like nothing in a search. */
const noticeable = 0.03;

/** A factor that removes time as a cause and none as a setting: one of the two measurements is wrong. */
function contradictions(
  { contenders }: Workbench,
  report: Report,
  { tuned, gap }: { readonly tuned: Tuned; readonly gap: Gap },
): readonly Warning[] {
  const { sides, wins, tuning } = tuned;
  const { slow, fast } = gap;
  const titleOf = titlesOf(contenders);
  const metric = tuning[0]?.metric;
  const attribution = report.attributions.find(
    (one) => one.slow === slow && one.fast === fast && one.metric === metric,
  );
  return (attribution?.contributions ?? []).flatMap(({ factor, title, alone }) =>
    (["slow", "fast"] as const).flatMap((side) => {
      const subject = side === "slow" ? slow : fast;
      const alike = winsOf(sides, wins, { subject, dimension: shippedFactors[factor] });
      const removes = alone[side];
      if (removes === undefined || removes.low <= noticeable || alike.length === 0) return [];
      if (alike.some(({ verdict }) => verdict === "gain" || verdict === "undetermined")) return [];
      return [
        {
          code: "cause-and-win-disagree",
          message: `${title}: switched off as a cause ${titleOf(subject)} gets faster, while no such setting made it faster (${alike.map(({ setting }) => setting).join(", ")}). Trust neither before a second run.`,
          appliesTo: subject,
        },
      ];
    }),
  );
}

function winsOf(
  sides: Tuned["sides"],
  wins: readonly Win[],
  { subject, dimension }: { readonly subject: string; readonly dimension: string | undefined },
): readonly Win[] {
  const side = sides.find(({ tuned }) => tuned.subject === subject);
  const ids = (side?.candidates ?? []).flatMap((one) => (one.dimension === dimension ? [one.id] : []));
  return wins.filter((win) => win.subject === subject && win.id !== undefined && ids.includes(win.id));
}
