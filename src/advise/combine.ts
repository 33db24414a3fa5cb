import { groupBy } from "../base/array.ts";
import { halfWidth, satterthwaite } from "../base/statistics.ts";
import type { Contrast } from "../model/inference.ts";
import { equivalenceConfidence, equivalenceMargin } from "../model/margin.ts";
import { type Arm, armName, type Option, type RoundResult, type SearchProblem } from "./search-problem.ts";

/** Standard errors above nothing from which a setting is worth trying in company. */
const promisingFrom = 1;

/** Gains below it change no decision. */
export function isNegligible(gain: Contrast, { precision }: Pick<SearchProblem, "precision">): boolean {
  return Math.abs(gain.value) + halfWidth(gain, equivalenceConfidence) <= equivalenceMargin(precision, 0);
}

/** What all rounds say of each arm, weighted by their precision. */
export function poolGains(rounds: readonly RoundResult[]): ReadonlyMap<string, Contrast> {
  const perArm = groupBy(
    rounds.flatMap(({ gains }) => [...gains]),
    ([name]) => name,
  );
  return new Map([...perArm].map(([name, entries]) => [name, pool(entries.map(([, gain]) => gain))]));
}

/** Independent estimates of one contrast, weighted by their precision. */
export function pool(gains: readonly Contrast[]): Contrast {
  const [only] = gains;
  if (gains.length === 1 && only !== undefined) return only;
  // A variance of zero (a simulated machine without noise) must not divide.
  const weights = gains.map(({ variance }) => 1 / Math.max(variance, 1e-18));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / total);
  const terms = gains.map((gain, index) => ({
    ...gain,
    variance: (shares[index] ?? 0) ** 2 * gain.variance,
  }));
  return {
    value: gains.reduce((sum, { value }, index) => sum + (shares[index] ?? 0) * value, 0),
    variance: terms.reduce((sum, { variance }) => sum + variance, 0),
    degreesOfFreedom: satterthwaite(terms),
  };
}

function contradictedArms(rounds: readonly RoundResult[]): ReadonlySet<string> {
  return new Set(rounds.flatMap(({ contradicted }) => [...contradicted]));
}

/** Worth a place in a set: above nothing by more than its error, and not surely too small to matter. */
function isPromising(gain: Contrast | undefined, problem: SearchProblem): gain is Contrast {
  if (gain === undefined || gain.value <= promisingFrom * Math.sqrt(gain.variance)) return false;
  return !isNegligible(gain, problem);
}

/** Alone it surely does nothing that matters, or looks like a loss. */
function isIdle(gain: Contrast | undefined, problem: SearchProblem): boolean {
  return gain !== undefined && (isNegligible(gain, problem) || gain.value + Math.sqrt(gain.variance) < 0);
}

/** The most promising setting of every dimension, untested: what people advise; undefined where that is no set. */
export function promised(problem: SearchProblem): Arm | undefined {
  const best = firstPerDimension(problem.options.toSorted((left, right) => right.promise - left.promise));
  return best.length > 1 && problem.canJoin(best) ? best : undefined;
}

/** The best setting of each dimension among those that help alone, as far as they can be joined. */
export function winners(problem: SearchProblem, rounds: readonly RoundResult[]): Arm {
  const gains = poolGains(rounds);
  const contradicted = contradictedArms(rounds);
  const gainOf = ({ id }: Option) => gains.get(armName([id]))?.value ?? 0;
  const helping = problem.options
    .filter(({ id }) => isPromising(gains.get(armName([id])), problem) && !contradicted.has(armName([id])))
    .toSorted((left, right) => gainOf(right) - gainOf(left));
  const joined: string[] = [];
  for (const id of firstPerDimension(helping))
    if (joined.length === 0 || problem.canJoin([...joined, id])) joined.push(id);
  return joined;
}

function firstPerDimension(options: readonly Option[]): Arm {
  const perDimension = groupBy(options, ({ dimension }) => dimension);
  return [...perDimension.values()].flatMap(([first]) => (first === undefined ? [] : [first.id]));
}

/**
 * Sets that differ from one by a setting, most telling first: without one of its own (is that one still needed in
 * company?), the promised set, and with one more or another of the same dimension. Settings that hurt alone come last:
 * in company they may help.
 */
export function neighbours(
  problem: SearchProblem,
  rounds: readonly RoundResult[],
  incumbent: Arm,
): readonly Arm[] {
  const gains = poolGains(rounds);
  const dimensionOf = new Map(problem.options.map(({ id, dimension }) => [id, dimension]));
  const without =
    incumbent.length < 2 ? [] : incumbent.map((id) => incumbent.filter((other) => other !== id));
  const others = problem.options
    .filter(({ id }) => !incumbent.includes(id))
    .toSorted(
      (left, right) =>
        (gains.get(right.id)?.value ?? 0) - (gains.get(left.id)?.value ?? 0) || right.promise - left.promise,
    );
  const withOther = others.flatMap(({ id, dimension }): readonly Arm[] => {
    const kept = incumbent.filter((own) => dimensionOf.get(own) !== dimension);
    return kept.length === 0 ? [] : [[...kept, id]];
  });
  const all = (promised(problem) ?? []).filter((id) => !isIdle(gains.get(id), problem));
  const candidates = [...without, ...(all.length < 2 ? [] : [all]), ...withOther];
  const seen = new Set([armName(incumbent)]);
  return candidates.filter((arm) => {
    const name = armName(arm);
    if (seen.has(name) || (arm.length > 1 && !problem.canJoin(arm))) return false;
    seen.add(name);
    return true;
  });
}

/**
 * The arm that goes on: the one of least burden within a standard error of the fastest (Breiman et al. 1984: what cannot
 * be told from the best and asks for less is better). Undefined where nothing stands out.
 */
export function bestArm(problem: SearchProblem, rounds: readonly RoundResult[]): Arm | undefined {
  const gains = poolGains(rounds);
  const contradicted = contradictedArms(rounds);
  const arms = new Map(rounds.flatMap((round) => round.arms.map((arm) => [armName(arm), arm] as const)));
  const eligible = [...arms].flatMap(([name, arm]) => {
    const gain = gains.get(name);
    return isPromising(gain, problem) && !contradicted.has(name) ? [{ arm, gain }] : [];
  });
  const [top] = eligible.toSorted((left, right) => right.gain.value - left.gain.value);
  if (top === undefined) return undefined;
  const burdenOf = (arm: Arm) =>
    problem.options.reduce((sum, { id, burden }) => sum + (arm.includes(id) ? burden : 0), 0);
  const [best] = eligible
    .filter(({ gain }) => top.gain.value - gain.value <= Math.sqrt(top.gain.variance + gain.variance))
    .toSorted(
      (left, right) => burdenOf(left.arm) - burdenOf(right.arm) || right.gain.value - left.gain.value,
    );
  return best === undefined ? undefined : withoutIdle(problem, gains, best);
}

/**
 * A set that nobody took apart for want of time may carry settings that do nothing alone. They go, unless the set is
 * known to be worse without them: the final comparison measures what is left.
 */
function withoutIdle(
  problem: SearchProblem,
  gains: ReadonlyMap<string, Contrast>,
  { arm, gain }: { readonly arm: Arm; readonly gain: Contrast },
): Arm {
  const needed = arm.filter((id) => !isIdle(gains.get(id), problem));
  if (needed.length === 0 || needed.length === arm.length || !problem.canJoin(needed)) return arm;
  const known = gains.get(armName(needed));
  const loses =
    known !== undefined && gain.value - known.value > 2 * Math.sqrt(gain.variance + known.variance);
  return loses ? arm : needed;
}
