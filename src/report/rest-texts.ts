import type { Attribution } from "../model/report.ts";

/** Factors that may be causes and were left out of the design: what they cost lies in the rest. */
function untriedCount({ excluded }: Pick<Attribution, "excluded">): number {
  return new Set(excluded.flatMap(({ factor, kind }) => (kind === "not selected" ? [factor] : []))).size;
}

/** What the rest of a gap is called: beyond every lever only where none was left out. */
export function restPhrase(attribution: Pick<Attribution, "excluded">): string {
  return untriedCount(attribution) === 0 ? "cannot be switched off" : "was not switched off";
}

/** "3 possible causes were left out"; undefined where none was. */
export function leftOutClause(attribution: Pick<Attribution, "excluded">): string | undefined {
  const count = untriedCount(attribution);
  if (count === 0) return undefined;
  return count === 1 ? "one possible cause was left out" : `${count} possible causes were left out`;
}
