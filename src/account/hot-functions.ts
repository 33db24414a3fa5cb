import { ownFrame } from "../base/symbolizer-output.ts";
import type { HotFunction, HotLine, Profile, ProfileFrame } from "../model/profile.ts";

interface Tally {
  readonly frame: ProfileFrame;
  self: number;
  total: number;
  readonly lines: Map<string, { readonly file: string; readonly line: number; samples: number }>;
  readonly addresses: Map<number, number>;
}

/**
 * Functions by the samples at the leaf, hottest first, with the source lines and addresses that they fell on. A
 * function is what the compiler made: code that was inlined counts for the function it ended up in, at the innermost line
 * of the user's own files.
 */
export function hotFunctions(profile: Profile): readonly HotFunction[] {
  const tallies = new Map<string, Tally>();
  let samples = 0;
  for (const stack of profile.stacks) {
    const count = stack.counts.reduce((sum, one) => sum + one, 0);
    samples += count;
    const seen = new Set<Tally>();
    stack.frames.forEach((index, depth) => {
      const frame = profile.frames[index];
      if (frame === undefined) return;
      const tally = tallyOf(tallies, frame);
      if (!seen.has(tally)) tally.total += count;
      seen.add(tally);
      if (depth === 0) addSelf(tally, frame, count);
    });
  }
  return [...tallies.values()]
    .map((tally) => toHotFunction(tally, samples))
    .sort((left, right) => right.selfSamples - left.selfSamples || (left.symbol < right.symbol ? -1 : 1));
}

function tallyOf(tallies: Map<string, Tally>, frame: ProfileFrame): Tally {
  const key = `${frame.symbol}\0${frame.module}`;
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const tally: Tally = { frame, self: 0, total: 0, lines: new Map(), addresses: new Map() };
  tallies.set(key, tally);
  return tally;
}

function addSelf(tally: Tally, frame: ProfileFrame, count: number): void {
  tally.self += count;
  if (frame.address !== undefined)
    tally.addresses.set(frame.address, (tally.addresses.get(frame.address) ?? 0) + count);
  const place = frame.inlined === undefined ? undefined : ownFrame(frame.inlined);
  if (place?.file === undefined || place.line === undefined) return;
  const key = `${place.file}:${place.line}`;
  const known = tally.lines.get(key) ?? { file: place.file, line: place.line, samples: 0 };
  known.samples += count;
  tally.lines.set(key, known);
}

function toHotFunction(tally: Tally, samples: number): HotFunction {
  return {
    symbol: tally.frame.symbol,
    module: tally.frame.module,
    selfShare: samples === 0 ? 0 : tally.self / samples,
    totalShare: samples === 0 ? 0 : tally.total / samples,
    selfSamples: tally.self,
    lines: [...tally.lines.values()].sort(
      (left: HotLine, right: HotLine) => right.samples - left.samples || left.line - right.line,
    ),
    addresses: [...tally.addresses]
      .map(([address, count]) => ({ address, samples: count }))
      .sort((left, right) => right.samples - left.samples || left.address - right.address),
  };
}
