import { isLibraryFile } from "../base/symbolizer-output.ts";
import type { Profile, ProfileFrame } from "../model/profile.ts";
import type { LibraryShare } from "../model/report.ts";
import type { Classifier } from "./classify.ts";

/** A library that takes less is not worth a name. */
const leastShare = 0.03;

/**
 * Share of the samples by the library that was at work: the first frame outward that is code and not the runtime's
 * service to it (allocator, collector, copying), where that is a dependency or the standard library. What a library calls
 * back counts for the program, also where that was inlined into it (a closure in an iterator), and so do maps, which the
 * program's own loops use as if they were a part of the language. The largest first. Pure.
 */
export function libraryShares(profile: Profile, classifier: Classifier): readonly LibraryShare[] {
  const counts = new Map<string, number>();
  let samples = 0;
  for (const stack of profile.stacks) {
    const count = stack.counts.reduce((sum, one) => sum + one, 0);
    samples += count;
    const name = libraryOf(
      stack.frames.flatMap((index) => profile.frames[index] ?? []),
      classifier,
    );
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return [...counts]
    .map(([name, count]) => ({ name, share: count / samples }))
    .filter(({ share }) => share >= leastShare)
    .sort((left, right) => right.share - left.share);
}

function libraryOf(frames: readonly ProfileFrame[], classifier: Classifier): string | undefined {
  for (const frame of frames) {
    const found = classifier.frame(frame);
    if (found === undefined || found.neutral) continue;
    if (found.component === "user" || found.component === "hash" || isOwn(frame)) return undefined;
    if (found.component === "std" || found.component === "dependencies") return found.package ?? "C code";
  }
  return undefined;
}

/** Whether the instruction comes from a source file of the program, whatever function it was inlined into. */
function isOwn({ inlined }: ProfileFrame): boolean {
  return (inlined ?? []).some(
    ({ file, line }) => file !== undefined && line !== undefined && !isLibraryFile(file),
  );
}
