import { normalQuantile } from "../base/statistics.ts";
import type { Facts } from "../model/evidence.ts";
import type { Profile } from "../model/profile.ts";

const upperQuantile = normalQuantile(0.975);
/** No event in n samples: 3/n is the upper 95 % bound (Hanley and Lippman-Hand 1983). */
const ruleOfThree = 3;

/**
 * Upper 95 % end of the share of samples whose innermost functions match, inlined ones included: binomial, widened
 * where runs differ by more than chance (quasi-likelihood, McCullagh and Nelder 1989, 4.5). 1 without samples.
 */
export function upperLeafShare(profile: Profile, matches: (names: readonly string[]) => boolean): number {
  const runs = profile.runs.map(() => ({ hits: 0, all: 0 }));
  for (const stack of profile.stacks) {
    const leaf = profile.frames[stack.frames[0] ?? -1];
    const names =
      leaf === undefined ? [] : [leaf.symbol, ...(leaf.inlined ?? []).map(({ symbol }) => symbol)];
    const hit = matches(names);
    stack.counts.forEach((count, index) => {
      const run = runs[index];
      if (run === undefined) return;
      run.all += count;
      if (hit) run.hits += count;
    });
  }
  return upperShare(runs);
}

function upperShare(runs: readonly { readonly hits: number; readonly all: number }[]): number {
  const all = runs.reduce((sum, run) => sum + run.all, 0);
  const hits = runs.reduce((sum, run) => sum + run.hits, 0);
  if (all === 0) return 1;
  if (hits === 0) return Math.min(1, ruleOfThree / all);
  const share = hits / all;
  const spread = runs.reduce((sum, run) => {
    const expected = run.all * share * (1 - share);
    return expected === 0 ? sum : sum + (run.hits - run.all * share) ** 2 / expected;
  }, 0);
  const dispersion = Math.max(1, spread / Math.max(1, runs.length - 1));
  return Math.min(1, share + upperQuantile * Math.sqrt((dispersion * share * (1 - share)) / all));
}

/**
 * Upper end of the share of several components of the accounting together: their half widths add in squares. undefined
 * where the program was not profiled.
 */
export function upperComponentShare(facts: Facts, components: readonly string[]): number | undefined {
  let share = 0;
  let squares = 0;
  let known = false;
  for (const component of components) {
    const value = facts[`profile.share.${component}`];
    if (value === undefined) continue;
    known = true;
    share += value;
    squares += ((facts[`profile.shareHigh.${component}`] ?? value) - value) ** 2;
  }
  return known ? Math.min(1, share + Math.sqrt(squares)) : undefined;
}

/** The same without the interval: what decides whether a look is worth it. */
export function componentShare(facts: Facts, components: readonly string[]): number {
  return components.reduce((sum, component) => sum + (facts[`profile.share.${component}`] ?? 0), 0);
}
