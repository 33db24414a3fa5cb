import { armColumn, type PlacedArm, settingsFactor, type TunedSubject } from "../advise/round-plan.ts";
import { budgetToMeasure, measurableSettings } from "../advise/search.ts";
import { type Arm, armName, type SearchProblem } from "../advise/search-problem.ts";
import { mixSeeds } from "../base/random.ts";
import type { Plan } from "../model/plan.ts";
import { baselineSetting } from "../model/setting.ts";
import type { VerifiedBaseline } from "./baselines.ts";
import type { MeasuredLever } from "./measured-levers.ts";
import {
  type Candidate,
  candidatesOf,
  canJoin,
  checkSet,
  collectCandidates,
  type DroppedSetting,
  settingOfSet,
  toolchainOfSet,
} from "./tune-candidates.ts";
import { baselineOf, measureRound, type TuningRig } from "./tune-measure.ts";
import type { MeasuredRound } from "./tune-reading.ts";
import { type Searched, type SearchFrame, searchSettings } from "./tune-search.ts";

/** One subject after its search, before anything is compared on fresh blocks. */
export interface SearchedSide {
  readonly tuned: TunedSubject;
  readonly baseline: VerifiedBaseline;
  readonly candidates: readonly Candidate[];
  readonly dropped: readonly DroppedSetting[];
  /** Settings were left out for want of time before anything was measured. */
  readonly outOfTime: boolean;
  readonly searched: Searched;
  /** Milliseconds of one run of one column with its link. */
  readonly columnMs: number;
}

export interface SideSearch {
  readonly subject: string;
  readonly budgetMs: number;
  readonly frame: SearchFrame;
  /** Dimensions of settings that evidence rules out, with the reason. */
  readonly ruledOut: ReadonlyMap<string, string>;
  /** Levers of this subject that were pulled alone before the search. */
  readonly levers: readonly MeasuredLever[];
}

/** Trying one setting may take this part of a subject's budget: a compiler that takes all of it leaves no answer. */
const mostOfOneShare = 0.35;
/** Without any setting that works, trying goes on up to this part. */
const emptyHandedShare = 0.6;

/** Everything about one subject that the search does: what there is, what works, what helps. */
export async function searchSide(
  rig: TuningRig,
  { subject, budgetMs, frame, ruledOut, levers }: SideSearch,
): Promise<SearchedSide> {
  const { bench } = rig;
  const startedMs = performance.now();
  const baseline = baselineOf(rig, subject);
  const { tuned, columnMs } = await describeSubject(rig, baseline);
  const collected = await collectCandidates({
    bench,
    baseline,
    time: {
      measurable: () => measurableSettings(budgetMs - (performance.now() - startedMs), columnMs),
      endFor: (found) =>
        found === 0
          ? startedMs + emptyHandedShare * budgetMs
          : startedMs + budgetMs - budgetToMeasure(found, columnMs),
      mostOfOne: mostOfOneShare * budgetMs,
    },
    ruledOut,
    measured: { levers, primary: frame.primary },
    onChecked: (done, of) => bench.emit({ kind: "tuningStep", subject, step: "checking", done, of }),
  });
  const state = { columnMs, dropped: [...collected.dropped] };
  const { candidates } = collected;
  const searchStartedMs = performance.now();
  const problem: SearchProblem = {
    options: candidates,
    budgetMs: budgetMs - (searchStartedMs - startedMs),
    precision: frame.precision,
    confidence: frame.confidence,
    canJoin: (arm) => canJoin(candidatesOf(candidates, arm)),
  };
  const arms = new Map<string, Arm>();
  const searched = await searchSettings(problem, tuned, frame, {
    place: (arm) => {
      arms.set(armName(arm), arm);
      return placeArm(rig, subject, candidatesOf(candidates, arm), arm);
    },
    measure: async (plan, round) => {
      const sound = await withoutFailingSets(rig, { plan, arms, candidates, baseline });
      const began = performance.now();
      const measured = await measureRound(rig, sound, {
        blocks: round.blocks,
        limitMs: round.limitMs,
        name: `${subject}, ${round.kind}`,
        onBlock: (done, of) => bench.emit({ kind: "tuningStep", subject, step: round.kind, done, of }),
        onFailed: ({ dose }, reason) => {
          const failed = candidates.find(({ id }) => id === dose?.level);
          if (failed !== undefined)
            state.dropped.push({
              id: failed.id,
              setting: failed.setting.title,
              reason: `with it the program ${reason} while it was measured`,
            });
        },
      });
      state.columnMs = columnTime(measured, performance.now() - began) ?? state.columnMs;
      return measured;
    },
    spentMs: () => performance.now() - searchStartedMs,
    columnMs: () => state.columnMs,
  });
  const { outOfTime } = collected;
  return { tuned, baseline, candidates, outOfTime, searched, ...state };
}

/** How a subject is laid out in the plans of its search: links of each column's own where they are cheap. */
async function describeSubject(
  { bench }: TuningRig,
  { contender, reference }: VerifiedBaseline,
): Promise<{ readonly tuned: TunedSubject; readonly columnMs: number }> {
  const runMs = reference.longestWallTimeNs / 1e6;
  const { subject, toolchain } = contender;
  if (subject.command !== undefined)
    return { tuned: { subject: subject.id, mode: "shared", layout: "fixed" }, columnMs: runMs };
  const linked = await bench.builder.build({
    subject,
    toolchain,
    setting: baselineSetting.build,
    layoutSeed: mixSeeds(bench.seed, 1),
    purpose: "timed",
    signal: bench.options.kill,
  });
  const linkMs = linked.ok ? linked.value.buildTimeMs : 0;
  const mode = linkMs <= runMs ? "own" : "shared";
  // A shared link serves the repeats of the subject as written and every setting of runs: a first guess.
  const linksPerColumn = mode === "own" ? 1 : 1 / 3;
  return {
    tuned: { subject: subject.id, mode, layout: "randomised" },
    columnMs: runMs + linksPerColumn * linkMs,
  };
}

function placeArm(rig: TuningRig, subject: string, set: readonly Candidate[], arm: Arm): PlacedArm {
  const toolchain = toolchainOfSet(set);
  if (toolchain !== undefined) rig.toolchains.set(armColumn(subject, arm), toolchain);
  return {
    arm,
    setting: settingOfSet(set),
    ...(toolchain === undefined ? {} : { toolchain: toolchain.digest }),
  };
}

interface SetCheck {
  readonly plan: Plan;
  readonly arms: ReadonlyMap<string, Arm>;
  readonly candidates: readonly Candidate[];
  readonly baseline: VerifiedBaseline;
}

/** Settings that work alone need not work together: such sets are never timed. */
async function withoutFailingSets(
  { bench }: TuningRig,
  { plan, arms, candidates, baseline }: SetCheck,
): Promise<Plan> {
  const failing = new Set<string>();
  for (const { dose } of plan.sides.flatMap(({ columns }) => columns)) {
    const arm = dose?.factor === settingsFactor ? (arms.get(dose.level) ?? []) : [];
    if (arm.length < 2 || bench.options.stop.aborted) continue;
    const checked = await checkSet(bench, baseline, candidatesOf(candidates, arm));
    if (!checked.ok && dose !== undefined) failing.add(dose.level);
  }
  return {
    ...plan,
    sides: plan.sides.map((side) => ({
      ...side,
      columns: side.columns.filter(({ dose }) => dose === undefined || !failing.has(dose.level)),
    })),
  };
}

function columnTime({ plan, blocks }: MeasuredRound, tookMs: number): number | undefined {
  const columns = plan.sides.reduce((sum, side) => sum + side.columns.length, 0);
  return blocks.length === 0 ? undefined : tookMs / (blocks.length * columns);
}
