import { upperShare, upperSum } from "../base/shares.ts";
import { ownFrame } from "../base/symbolizer-output.ts";
import type { Facts } from "../model/evidence.ts";
import type { Profile, ProfileFrame } from "../model/profile.ts";

/** One sampled stack as a rule looks at it. */
export interface SampledStack {
  /** Every function of it, innermost first, inlined ones included where the profiler told them. */
  readonly names: readonly string[];
  /** "file:line" of the user's source that the innermost frame belongs to. */
  readonly line?: string;
  readonly inKernel: boolean;
}

/** Upper 95 % end of the share of samples whose stacks match, 0-1. */
export function upperStackShare(profile: Profile, matches: (stack: SampledStack) => boolean): number {
  const runs = profile.runs.map(() => ({ hits: 0, all: 0 }));
  for (const { frames, counts } of profile.stacks) {
    const hit = matches(stackOf(frames.flatMap((index) => profile.frames[index] ?? [])));
    counts.forEach((count, index) => {
      const run = runs[index];
      if (run === undefined) return;
      run.all += count;
      if (hit) run.hits += count;
    });
  }
  return upperShare(runs);
}

function stackOf(frames: readonly ProfileFrame[]): SampledStack {
  const [leaf] = frames;
  const own = ownFrame(leaf?.inlined ?? []);
  return {
    names: frames.flatMap(({ symbol, inlined }) => [...(inlined ?? []).map((one) => one.symbol), symbol]),
    ...(own?.file === undefined || own.line === undefined ? {} : { line: `${own.file}:${own.line}` }),
    inKernel: leaf?.module === "[kernel]",
  };
}

/**
 * Upper end of the share of several components of the accounting together. undefined where one of them has none: the
 * program was not profiled, or its profile reads too low there.
 */
export function upperComponentShare(facts: Facts, components: readonly string[]): number | undefined {
  const known = components.flatMap((component) => {
    const { [`profile.share.${component}`]: value, [`profile.shareHigh.${component}`]: high } = facts;
    return value === undefined || high === undefined ? [] : [{ value, high }];
  });
  return known.length < components.length ? undefined : upperSum(known);
}

/** The same without the interval: what decides whether a look is worth it. */
export function componentShare(facts: Facts, components: readonly string[]): number {
  return components.reduce((sum, component) => sum + (facts[`profile.share.${component}`] ?? 0), 0);
}
