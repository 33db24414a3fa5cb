import type { Elf } from "../base/elf.ts";
import { addressOfOffset } from "../base/elf.ts";
import type { ProfileFrame, ProfileStack } from "../model/profile.ts";
import type { RawFrame, RawSamples, RawStack } from "./perf-script.ts";

export interface MergedSamples {
  readonly frames: readonly ProfileFrame[];
  readonly stacks: readonly ProfileStack[];
}

export interface RunSamples {
  readonly frames: readonly ProfileFrame[];
  readonly stacks: readonly RawStack[];
}

/** Joins the samples of several runs of one program: equal frames and equal stacks become one, with a count per run. */
export function mergeRuns(runs: readonly RunSamples[]): MergedSamples {
  const frames: ProfileFrame[] = [];
  const frameIds = new Map<string, number>();
  const stacks = new Map<string, { frames: readonly number[]; counts: number[] }>();

  const frameId = (frame: ProfileFrame): number => {
    const key = `${frame.symbol}\0${frame.module}\0${frame.address ?? ""}`;
    const known = frameIds.get(key);
    if (known !== undefined) return known;
    frames.push(frame);
    frameIds.set(key, frames.length - 1);
    return frames.length - 1;
  };

  runs.forEach((run, runIndex) => {
    const ids = run.frames.map(frameId);
    for (const stack of run.stacks) {
      const merged = stack.frames.map((index) => ids[index] ?? 0);
      const key = merged.join(",");
      const known = stacks.get(key) ?? { frames: merged, counts: new Array<number>(runs.length).fill(0) };
      known.counts[runIndex] = (known.counts[runIndex] ?? 0) + stack.count;
      stacks.set(key, known);
    }
  });
  return { frames, stacks: [...stacks.values()] };
}

/** The runs of perf with the program's frames at their addresses as linked. */
export function placeSamples(
  runs: readonly RawSamples[],
  executable: string,
  elf: Elf | undefined,
): readonly RunSamples[] {
  const toAddress = elf === undefined ? () => undefined : addressReader(elf, runs, executable);
  return runs.map((run) => ({
    frames: run.frames.map((raw): ProfileFrame => {
      const address = raw.module === executable ? toAddress(raw) : undefined;
      return {
        symbol: raw.symbol,
        module: raw.module,
        ...(address === undefined ? {} : { address }),
      };
    }),
    stacks: run.stacks,
  }));
}

/**
 * perf >= 5.12 prints offsets in the file, earlier ones addresses in memory. Which one it was is told by the
 * symbols: the right reading puts the start of each frame's function on a symbol of the file. A stripped file has none, and
 * is read as the newer perf means it.
 */
function addressReader(
  elf: Elf,
  runs: readonly RawSamples[],
  executable: string,
): (frame: RawFrame) => number | undefined {
  const starts = new Set(elf.symbols.map((symbol) => symbol.address));
  const asOffset = (frame: RawFrame) => addressOfOffset(elf, Number(frame.ip));
  const asAddress = (frame: RawFrame) => (elf.positionIndependent ? undefined : Number(frame.ip));
  const hits = (read: (frame: RawFrame) => number | undefined) =>
    runs
      .flatMap((run) => run.frames)
      .filter((frame) => frame.module === executable && frame.symbolOffset !== undefined)
      .slice(0, 200)
      .filter((frame) => starts.has((read(frame) ?? Number.NaN) - (frame.symbolOffset ?? 0))).length;
  const [offsetHits, addressHits] = [hits(asOffset), hits(asAddress)];
  if (starts.size === 0) return asOffset;
  if (offsetHits === 0 && addressHits === 0) return () => undefined;
  return offsetHits >= addressHits ? asOffset : asAddress;
}
