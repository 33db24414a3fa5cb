import { wilsonInterval } from "../base/shares.ts";
import { isLibraryFile } from "../base/symbolizer-output.ts";
import type { HotFunction, Profile, ProfileFrame } from "../model/profile.ts";

/** A function of the program's own source with the time that it stands for. */
export interface OwnFunction {
  readonly symbol: string;
  /** Share of all samples whose innermost own function this is: its own code and the library code that it calls. */
  readonly share: number;
  /** Upper 95 % bound of the share of samples with this function anywhere in the stack, 0-1. */
  readonly totalHigh: number;
}

const leastShare = 0.005;

/**
 * Time by function of the source, inlined ones under their own names, so that a program whose compiler put everything
 * into main can be held against one whose compiler did not. Own is what a source file outside of libraries was seen
 * for; without source lines the list is empty. Pure.
 */
export function ownFunctions(profile: Profile): readonly OwnFunction[] {
  const known = ownSymbols(profile);
  const nearest = new Map<string, number>();
  const anywhere = new Map<string, number>();
  let samples = 0;
  for (const stack of profile.stacks) {
    const count = stack.counts.reduce((sum, one) => sum + one, 0);
    samples += count;
    const own = stack.frames
      .flatMap((index) => symbolsOf(profile.frames[index]))
      .filter((symbol) => known.has(symbol));
    const [first] = own;
    if (first !== undefined) nearest.set(first, (nearest.get(first) ?? 0) + count);
    for (const symbol of new Set(own)) anywhere.set(symbol, (anywhere.get(symbol) ?? 0) + count);
  }
  return [...nearest]
    .map(([symbol, count]) => ({
      symbol,
      share: count / samples,
      totalHigh: wilsonInterval((anywhere.get(symbol) ?? count) / samples, samples, 0.95).high,
    }))
    .filter(({ share }) => share >= leastShare)
    .sort((left, right) => right.share - left.share);
}

/** Innermost first; a frame without source lines is the compiled function alone. */
function symbolsOf(frame: ProfileFrame | undefined): readonly string[] {
  if (frame === undefined) return [];
  return frame.inlined === undefined ? [frame.symbol] : frame.inlined.map(({ symbol }) => symbol);
}

function ownSymbols({ frames }: Profile): ReadonlySet<string> {
  const own = new Set<string>();
  for (const { inlined } of frames)
    for (const { symbol, file, line } of inlined ?? [])
      if (file !== undefined && line !== undefined && !isLibraryFile(file)) own.add(symbol);
  return own;
}

/** The kernel, the dynamic linker and what runs before main do no work of the program. */
const notWork = /^\[(kernel|vdso)\]$|(^|\/)ld-[^/]*\.so/;

/**
 * Share of the samples that may belong to the program's work and stand for none of its functions: library code whose
 * stack does not lead back to them. 1 without samples. Pure.
 */
export function unplacedShare(profile: Profile): number {
  const known = ownSymbols(profile);
  let samples = 0;
  let unplaced = 0;
  for (const stack of profile.stacks) {
    const count = stack.counts.reduce((sum, one) => sum + one, 0);
    samples += count;
    const leaf = profile.frames[stack.frames[0] ?? -1];
    if (leaf !== undefined && notWork.test(leaf.module)) continue;
    const placed = stack.frames.some((index) =>
      symbolsOf(profile.frames[index]).some((symbol) => known.has(symbol)),
    );
    if (!placed) unplaced += count;
  }
  return samples === 0 ? 1 : unplaced / samples;
}

/** Upper 95 % bound of the share of samples in the code of a hot function. */
export function upperShareOf({ selfShare, selfSamples }: HotFunction): number {
  return selfShare === 0 ? 1 : wilsonInterval(selfShare, selfSamples / selfShare, 0.95).high;
}
