/** Rounds of the search as plans, so that they are scheduled, measured and inferred like everything else. */
import { range } from "../base/array.ts";
import { canonicalJson } from "../base/hash.ts";
import type { SubjectId } from "../model/case.ts";
import type { Column, MetricId, Plan, Side, SideFactor } from "../model/plan.ts";
import { baselineSetting, type Setting } from "../model/setting.ts";
import { finalRepeats } from "./final-blocks.ts";
import { type Arm, armName, baselineRepeats } from "./search-problem.ts";

/** The name under which arms and best sets stand in plans. */
export const settingsFactor = "settings";

export interface TunedSubject {
  readonly subject: SubjectId;
  /** own: every column has its own link. shared: columns of one build share it, where links are dear. */
  readonly mode: Side["mode"];
  /** fixed: the subject cannot be linked anew. */
  readonly layout: "randomised" | "fixed";
}

/** An arm as it is built and run; `toolchain` tells compilers apart where the arm has one of its own. */
export interface PlacedArm {
  readonly arm: Arm;
  readonly setting: Setting;
  readonly toolchain?: string;
}

export interface PlanFrame {
  readonly seed: number;
  readonly metrics: readonly MetricId[];
  readonly precision: number;
  readonly confidence: number;
}

type Draft = Omit<Column, "binary"> & { readonly toolchain?: string };

/** The subject as written with its placebo, and every arm once. */
export function roundPlan(tuned: TunedSubject, arms: readonly PlacedArm[], frame: PlanFrame): Plan {
  const drafts = [
    ...baselineDrafts(tuned.subject, baselineRepeats(arms.length)),
    ...arms.map(
      ({ arm, setting, toolchain }): Draft => ({
        id: armColumn(tuned.subject, arm),
        subject: tuned.subject,
        role: "dose",
        dose: { factor: settingsFactor, level: armName(arm) },
        cell: 0,
        repeat: 0,
        setting,
        ...(toolchain === undefined ? {} : { toolchain }),
      }),
    ),
  ];
  return framed([sideOf(tuned, [], drafts)], frame);
}

/** Id of an arm's column in the plan of a round. */
export function armColumn(subject: SubjectId, arm: Arm): string {
  return `${subject}/${settingsFactor}=${armName(arm)}#1`;
}

/** Every subject as written and, where it has one, its best set: the gap before and after in the same blocks. */
export function finalPlan(
  sides: readonly { readonly tuned: TunedSubject; readonly best?: PlacedArm }[],
  frame: PlanFrame,
): Plan {
  return framed(
    sides.map(({ tuned, best }) => {
      const baseline = baselineDrafts(tuned.subject, finalRepeats);
      if (best === undefined) return sideOf(tuned, [], baseline);
      const repeats = range(finalRepeats).map(
        (repeat): Draft => ({
          id: `${tuned.subject}/best#${repeat + 1}`,
          subject: tuned.subject,
          role: "cell",
          cell: 1,
          repeat,
          setting: best.setting,
          ...(best.toolchain === undefined ? {} : { toolchain: best.toolchain }),
        }),
      );
      return sideOf(tuned, [bestSetFactor], [...baseline, ...repeats]);
    }),
    frame,
  );
}

function baselineDrafts(subject: SubjectId, repeats: number): readonly Draft[] {
  const draft = { subject, cell: 0, setting: baselineSetting };
  return [
    ...range(repeats).map(
      (repeat): Draft => ({
        ...draft,
        id: `${subject}/baseline#${repeat + 1}`,
        role: "cell",
        repeat,
      }),
    ),
    { ...draft, id: `${subject}/placebo#1`, role: "placebo", repeat: 0 },
  ];
}

function sideOf(
  { subject, mode, layout }: TunedSubject,
  factors: readonly SideFactor[],
  drafts: readonly Draft[],
): Side {
  const known = new Map<string, number>();
  const columns = drafts.map(({ toolchain, ...draft }): Column => {
    const own = mode === "own" || (draft.role === "placebo" && layout === "randomised");
    const key = canonicalJson([own ? draft.id : "", draft.setting.build, toolchain ?? ""]);
    const binary = known.get(key) ?? known.size;
    known.set(key, binary);
    return { ...draft, binary };
  });
  return { subject, factors, design: { kind: "full" }, columns, mode, blocksPerLayout: 1, layout };
}

function framed(sides: readonly Side[], frame: PlanFrame): Plan {
  // Rounds have a fixed number of blocks: nothing stops by these bounds.
  return {
    ...frame,
    sides,
    minBlocks: 1,
    maxBlocks: Number.MAX_SAFE_INTEGER,
    budgetMs: Number.MAX_SAFE_INTEGER,
  };
}

const proof = { fact: settingsFactor, expect: "changes", title: "the settings are on" } as const;

/** The whole set as one factor with two levels: as written, and every setting of the set on. */
const bestSetFactor: SideFactor = {
  factor: settingsFactor,
  lever: {
    kind: "lever",
    patch: {},
    stage: "build",
    proof,
    scope: ["process"],
    safety: "safe",
    deployable: true,
  },
  proof: { proof, before: 0, after: 1, applied: true },
};
