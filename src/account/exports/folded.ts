import type { Profile } from "../../model/profile.ts";

/** The frames of a stack, outermost first, with inlined functions in their places. */
function stackNames(profile: Profile, frames: readonly number[]): readonly string[] {
  return frames
    .flatMap((index) => {
      const frame = profile.frames[index];
      if (frame === undefined) return [];
      return frame.inlined === undefined ? [frame.symbol] : frame.inlined.map((one) => one.symbol);
    })
    .reverse();
}

/** Samples of all runs together. */
export function stackCount(counts: readonly number[]): number {
  return counts.reduce((sum, one) => sum + one, 0);
}

/** "a;b;c 12" a line, outermost first, as flame graph tools read it. Semicolons and line breaks in names become spaces. */
export function toFolded(profile: Profile): string {
  const lines = new Map<string, number>();
  for (const stack of profile.stacks) {
    const names = stackNames(profile, stack.frames).map((name) => name.replaceAll(/[;\r\n]/g, " "));
    const key = names.join(";");
    lines.set(key, (lines.get(key) ?? 0) + stackCount(stack.counts));
  }
  return [...lines].map(([stack, count]) => `${stack} ${count}\n`).join("");
}
