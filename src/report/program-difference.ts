import type { Gap, ProgramDifference } from "../model/report.ts";

const named = 2;

/**
 * That two programs do not do the same work, or where the slower one spends its time that no cause stands for: the large
 * differences of one pair with their bounds, before every other cause, a sentence for each kind. undefined where there
 * is none. Titles name the subjects themselves.
 */
export function differenceSentence(
  differences: readonly ProgramDifference[] | undefined,
  { slow, fast, logRatio }: Pick<Gap, "slow" | "fast" | "logRatio">,
  isGapTold = true,
): string | undefined {
  const large = (differences ?? []).filter(
    (one) => one.weight === "large" && one.slow === slow && one.fast === fast,
  );
  const counted = large.filter(({ component }) => component === undefined);
  // Where the time is says nothing of a gap that may not be there.
  const timed = isGapTold ? large.filter(({ component }) => component !== undefined) : [];
  const sentences = [
    ...(counted.length === 0
      ? []
      : [`These programs do not do the same work: ${listed(counted, logRatio)}.`]),
    ...(timed.length === 0 ? [] : [`By the profile, ${listed(timed, logRatio)}.`]),
  ];
  return sentences.length === 0 ? undefined : sentences.join(" ");
}

function listed(large: readonly ProgramDifference[], gap: Gap["logRatio"]): string {
  const told = large
    .slice(0, named)
    .map(({ title, atMost }) => `${title.replace(/^The /, "the ")}${boundText(atMost, gap)}`);
  const more = large.length > named ? `; and ${large.length - named} more` : "";
  return `${told.join("; ")}${more}`;
}

/** Rounded up: "x1.32" for 1.312. */
function boundText(atMost: number | undefined, gap: Gap["logRatio"]): string {
  if (atMost === undefined || boundsNothing(atMost, gap)) return "";
  const factor = Math.exp(atMost);
  return ` (a cost of at most x${factor >= 10 ? Math.ceil(factor) : (Math.ceil(factor * 100) / 100).toFixed(2)})`;
}

/** A cost of at most more than the gap says nothing of where the gap comes from. */
export function boundsNothing(atMost: number, gap: Pick<Gap["logRatio"], "value">): boolean {
  return atMost >= Math.abs(gap.value);
}
