/** Turns one side's design into the columns of a block. */
import { range } from "../base/array.ts";
import { canonicalJson } from "../base/hash.ts";
import { bitCount } from "../base/statistics.ts";
import type { SubjectId } from "../model/case.ts";
import type { FactorId, Lever } from "../model/factor.ts";
import type { Column, Side, SideFactor } from "../model/plan.ts";
import { applyPatches, baselineSetting, type Setting, type SettingPatch } from "../model/setting.ts";
import { cellsOf } from "./design.ts";

/** A level between baseline and neutral, measured alone. */
export interface Dose {
  readonly factor: FactorId;
  readonly level: string;
  readonly lever: Lever;
}

/** How often the cells that Shapley weights lean on are run in a block; all others once. */
export interface Repeats {
  readonly baseline: number;
  readonly neutral: number;
  /** Cells with one factor neutral, and with all but one: each is a k-th of one factor's value. */
  readonly single: number;
}

export interface ColumnsInput {
  readonly subject: SubjectId;
  readonly factors: readonly SideFactor[];
  readonly scheme?: SettingPatch;
  readonly doses: readonly Dose[];
  readonly design: Side["design"];
  readonly mode: Side["mode"];
  readonly layout: "randomised" | "fixed";
  readonly repeats: Repeats;
}

type Draft = Omit<Column, "binary">;

/** Columns in a stable order: cells by mask, then placebo, plain and doses. */
export function makeColumns(input: ColumnsInput): readonly Column[] {
  const drafts = [...cellDrafts(input), placeboDraft(input), ...plainDrafts(input), ...doseDrafts(input)];
  return input.mode === "own"
    ? drafts.map((draft, binary) => ({ ...draft, binary }))
    : shareBinaries(drafts, input.layout);
}

function cellDrafts(input: ColumnsInput): readonly Draft[] {
  return cellsOf(input.design, input.factors.length).flatMap((cell) => {
    return range(repeatsOf(cell, input)).map((repeat) => ({
      id: `${input.subject}/${cellName(cell, input.factors.length)}#${repeat + 1}`,
      subject: input.subject,
      role: "cell" as const,
      cell,
      repeat,
      setting: cellSetting(input, cell),
    }));
  });
}

function repeatsOf(cell: number, { factors, design, repeats }: ColumnsInput): number {
  const neutral = bitCount(cell);
  if (neutral === 0) return repeats.baseline;
  if (neutral === factors.length) return repeats.neutral;
  const leaning = neutral === 1 || neutral === factors.length - 1;
  return leaning && design.kind === "full" ? repeats.single : 1;
}

/** One digit per factor, in factor order: 1 = neutral. */
function cellName(cell: number, factorCount: number): string {
  if (factorCount === 0) return "baseline";
  return range(factorCount)
    .map((bit) => String((cell >> bit) & 1))
    .join("");
}

function cellSetting(input: ColumnsInput, cell: number): Setting {
  const neutral = input.factors.filter((_, bit) => ((cell >> bit) & 1) === 1);
  return applyPatches(baselineSetting, [...schemeOf(input), ...neutral.map((factor) => factor.lever.patch)]);
}

const schemeOf = (input: ColumnsInput) => (input.scheme === undefined ? [] : [input.scheme]);

function placeboDraft(input: ColumnsInput): Draft {
  const { subject } = input;
  return {
    id: `${subject}/placebo#1`,
    subject,
    role: "placebo",
    cell: 0,
    repeat: 0,
    setting: cellSetting(input, 0),
  };
}

/** The subject as written, as often as the baseline, so that the gap is as sharp as without a scheme. */
function plainDrafts(input: ColumnsInput): readonly Draft[] {
  if (input.scheme === undefined) return [];
  return range(input.repeats.baseline).map((repeat) => ({
    id: `${input.subject}/plain#${repeat + 1}`,
    subject: input.subject,
    role: "plain" as const,
    cell: 0,
    repeat,
    setting: baselineSetting,
  }));
}

function doseDrafts(input: ColumnsInput): readonly Draft[] {
  return input.doses.map(({ factor, level, lever }) => ({
    id: `${input.subject}/${factor}=${level}#1`,
    subject: input.subject,
    role: "dose" as const,
    dose: { factor, level },
    cell: 0,
    repeat: 0,
    setting: applyPatches(baselineSetting, [...schemeOf(input), lever.patch]),
  }));
}

/** Columns with the same build share a link; the placebo has its own, or it would not be a placebo. */
function shareBinaries(drafts: readonly Draft[], layout: "randomised" | "fixed"): readonly Column[] {
  const known = new Map<string, number>();
  return drafts.map((draft) => {
    const own = draft.role === "placebo" && layout === "randomised";
    const key = canonicalJson([own, draft.setting.build]);
    const binary = known.get(key) ?? known.size;
    known.set(key, binary);
    return { ...draft, binary };
  });
}
