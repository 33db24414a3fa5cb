import type { LanguageId } from "../model/case.ts";
import type { HotFunction, Profile, ProfileFrame } from "../model/profile.ts";
import { createClassifier } from "./classify.ts";
import { hotFunctions } from "./hot-functions.ts";

/**
 * Hot functions that a compiler made from the user's code, its dependencies or the standard library, in the program
 * itself: what codegen levers reach and evidence is gathered for. Runtime, allocator and collector are left out.
 */
export function hotCode(
  profile: Profile,
  options: { readonly language: LanguageId; readonly ownPackages?: readonly string[] },
): readonly HotFunction[] {
  const classifier = createClassifier({ ...options, executable: profile.executable }, profile);
  const classOf = new Map<string, boolean>();
  for (const frame of profile.frames) {
    const key = keyOf(frame);
    if (classOf.get(key) === true) continue;
    classOf.set(
      key,
      frame.module === profile.executable && isCode(classifier.frame(compiledFunction(frame))?.component),
    );
  }
  return hotFunctions(profile).filter((one) => one.selfSamples > 0 && classOf.get(keyOf(one)) === true);
}

/** Demangled names for `Language.inspect`: functions with at least this share of all samples, hottest first. */
export function hotSymbols(hot: readonly HotFunction[], minShare = 0.02): readonly string[] {
  return hot.filter((one) => one.selfShare >= minShare).map((one) => one.symbol);
}

function keyOf(frame: Pick<ProfileFrame, "symbol" | "module">): string {
  return `${frame.symbol}\0${frame.module}`;
}

/** The frame without what was inlined into its function, whose own file stays. */
function compiledFunction({ symbol, module, inlined }: ProfileFrame): ProfileFrame {
  return inlined === undefined ? { symbol, module } : { symbol, module, inlined: inlined.slice(-1) };
}

/** Formatting, maps and destructors are code of the language too, and compiled with the user's flags. */
function isCode(component: string | undefined): boolean {
  return (
    component !== undefined &&
    ["user", "dependencies", "std", "hash", "format", "drop-glue"].includes(component)
  );
}
