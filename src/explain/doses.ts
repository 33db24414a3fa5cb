import type { BlockRecord } from "../model/observation.ts";
import type { Column, Plan } from "../model/plan.ts";
import type { Warning } from "../model/report.ts";
import { applyPatches, baselineSetting, type Setting } from "../model/setting.ts";
import type { Dose } from "../plan/index.ts";
import type { ChosenSide, FailedDose } from "./choose-sides.ts";
import { phraseOf } from "./phrase-of.ts";
import { titlesOf } from "./subject-title.ts";
import type { Contender, Workbench } from "./workbench.ts";

/** Levels between "as written" and neutral, each measured alone beside the design; without those that failed when they were checked. */
export async function dosesOf(
  bench: Workbench,
  { factors, failedDoses = [] }: ChosenSide,
  { language, toolchain }: Contender,
): Promise<readonly Dose[]> {
  const doses: Dose[] = [];
  for (const { factor } of factors) {
    const known = bench.factors.find(({ id }) => id === factor);
    for (const level of known?.levels.slice(1) ?? []) {
      const failed = failedDoses.some((one) => one.factor === factor && one.level === level);
      if (level === known?.neutral || failed) continue;
      const lever = await language.realize(factor, level, toolchain);
      if (lever.kind === "lever") doses.push({ factor, level, lever });
    }
  }
  return doses;
}

export function doseSetting({ scheme }: ChosenSide, { lever }: Dose): Setting {
  return applyPatches(baselineSetting, [...(scheme === undefined ? [] : [scheme]), lever.patch]);
}

/** The plan without a dose that failed. What was measured of it before is left out too: a series has one length. */
export function withoutDose(plan: Plan, failed: Pick<Column, "id">): Plan {
  return {
    ...plan,
    sides: plan.sides.map((side) => ({
      ...side,
      columns: side.columns.filter(({ id }) => id !== failed.id),
    })),
  };
}

/**
 * Doses that an earlier session took out of the plan: a block has all else of their side, but not them. Blocks of the
 * other half of a fraction never have doses, and lack more than these.
 */
export function lostDoses(plan: Plan, blocks: readonly BlockRecord[]): readonly Column[] {
  return plan.sides.flatMap(({ columns }) => {
    const doses = columns.filter(({ role }) => role === "dose");
    const others = columns.filter(({ role }) => role !== "dose");
    const whole = blocks
      .map(({ observations }) => new Set(observations.map(({ column }) => column)))
      .filter((measured) => others.every(({ id }) => measured.has(id)));
    return doses.filter(({ id }) => whole.some((measured) => !measured.has(id)));
  });
}

export function failedDose({ subject, dose }: Column, reason: string): readonly FailedDose[] {
  return dose === undefined ? [] : [{ ...dose, subject, reason }];
}

export function doseWarning(
  { factors, contenders }: Pick<Workbench, "factors" | "contenders">,
  { subject, factor, level, reason }: FailedDose,
): Warning {
  const title = titlesOf(contenders)(subject);
  return {
    code: "dose-dropped",
    message: `Not measured on ${title}: ${phraseOf(factors, factor)} at the level "${level}": with it ${title} ${reason}. Its other levels are measured.`,
    appliesTo: subject,
  };
}
