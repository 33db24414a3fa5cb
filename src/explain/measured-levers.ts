import { canonicalJson } from "../base/hash.ts";
import type { SubjectId } from "../model/case.ts";
import type { Estimate } from "../model/estimate.ts";
import { type Column, isTime, type Plan, type Side, type TimeMetric } from "../model/plan.ts";
import type { Attribution } from "../model/report.ts";
import { applyPatches, baselineSetting, type Setting } from "../model/setting.ts";
import type { ShippableSetting } from "../plugin.ts";

/** A lever that was pulled alone while causes were measured. */
export interface MeasuredLever {
  readonly subject: SubjectId;
  readonly setting: Setting;
  /** y(as written) - y(with it), log units, by kind of time. */
  readonly gains: ReadonlyMap<TimeMetric, Estimate>;
}

/** What is known of each cause and each dose alone, on the side whose setting it is. */
export function measuredLevers(
  attributions: readonly Attribution[],
  { sides }: Pick<Plan, "sides">,
): readonly MeasuredLever[] {
  return sides.flatMap((side) => {
    const { subject, factors, columns } = side;
    const whole = factors.map(({ factor, lever }) => ({
      subject,
      setting: applyPatches(baselineSetting, [lever.patch]),
      gains: gainsOf(attributions, (one) => aloneOn(one, subject, factor)),
    }));
    const doses = columns.flatMap((column) => doseLever(attributions, side, column));
    return [...whole, ...doses].filter(({ gains }) => gains.size > 0);
  });
}

/** With a scheme, what a dose changes besides is in its setting too, and no setting that ships is like it. */
function doseLever(
  attributions: readonly Attribution[],
  { subject }: Side,
  { dose, setting }: Column,
): readonly MeasuredLever[] {
  if (dose === undefined) return [];
  const gains = gainsOf(
    attributions,
    ({ doses = [] }) =>
      doses
        .find(({ side, factor }) => side === subject && factor === dose.factor)
        ?.levels.find(({ level }) => level === dose.level)?.shift,
  );
  return [{ subject, setting, gains }];
}

function gainsOf(
  attributions: readonly Attribution[],
  shiftOf: (attribution: Attribution) => Estimate | undefined,
): ReadonlyMap<TimeMetric, Estimate> {
  return new Map(
    attributions.flatMap((attribution) => {
      const shift = shiftOf(attribution);
      return shift !== undefined && isTime(attribution.metric) ? [[attribution.metric, shift] as const] : [];
    }),
  );
}

function aloneOn(
  { slow, fast, contributions }: Attribution,
  subject: SubjectId,
  factor: string,
): Estimate | undefined {
  const alone = contributions.find((one) => one.factor === factor)?.alone;
  if (subject === slow) return alone?.slow;
  return subject === fast ? alone?.fast : undefined;
}

/** More than any language promises of a setting that nobody has measured on the program. */
const promiseOfMeasured = 1000;

/**
 * The settings with what this run has already measured of them as their promise: what surely helped comes first, the
 * most helpful before the others, and what surely did not comes last. A setting that costs time of the other kind keeps
 * its own.
 */
export function withMeasuredPromise(
  settings: readonly ShippableSetting[],
  levers: readonly MeasuredLever[],
  primary: TimeMetric,
): readonly ShippableSetting[] {
  return settings.map((setting) => {
    const { patch, toolchain } = setting;
    if (typeof patch === "function" || toolchain !== undefined) return setting;
    const means = meansOf(applyPatches(baselineSetting, [patch]));
    const lever = levers.find((one) => meansOf(one.setting) === means);
    const gain = lever?.gains.get(primary);
    if (lever === undefined || gain === undefined) return setting;
    const other = lever.gains.get(primary === "cpuTime" ? "wallTime" : "cpuTime");
    const costs = other !== undefined && other.high < 0;
    if (gain.low > 0 && !costs) return { ...setting, promise: promiseOfMeasured + gain.value };
    return gain.high < 0 ? { ...setting, promise: gain.value } : setting;
  });
}

/** Flags and variables. A lever may bind the run to fewer processors besides, which GOMAXPROCS as a setting does not. */
function meansOf({ build, run: { env, preload } }: Setting): string {
  return canonicalJson([build, env, preload]);
}
