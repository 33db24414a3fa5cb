import { cacheDirectory } from "./directories.ts";

/**
 * Why nothing of perfgap's cache can be loaded before a program's own libraries, with the fix; undefined where it can.
 * The dynamic linker takes blanks and colons in LD_PRELOAD for the ends of paths (ld.so(8)), and knows no way to quote them.
 */
export function preloadProblem(folder: string = cacheDirectory()): string | undefined {
  const character = /[\s:]/.exec(folder)?.[0];
  if (character === undefined) return undefined;
  const what = character === ":" ? "a colon" : "a blank";
  return `LD_PRELOAD takes no path with ${what}, and perfgap's cache is ${folder}: set PERFGAP_CACHE to a folder without one`;
}
