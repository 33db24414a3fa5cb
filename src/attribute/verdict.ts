/** Verdicts on causes: Holm's family-wise test, and equivalence by two one-sided tests. */
import { at } from "../base/array.ts";
import { halfWidth, holm, type Moments, studentUpperTail } from "../base/statistics.ts";
import { equivalenceConfidence } from "../model/margin.ts";
import type { CauseVerdict } from "../model/report.ts";

const familyError = 0.05;
/** Before the least number of repetitions, outlying runs are not told from the rest and intervals are too narrow. */
const earlyFamilyError = 0.001;

/** Two-sided p value of "no effect". */
function pValue({ value, variance, degreesOfFreedom }: Moments): number {
  if (variance === 0) return value === 0 ? 1 : 0;
  return 2 * studentUpperTail(Math.abs(value) / Math.sqrt(variance), degreesOfFreedom);
}

/** |value| + half width of the 90 % interval: what the effect may be at most. */
export function atMost(moments: Moments): number {
  return Math.abs(moments.value) + halfWidth(moments, equivalenceConfidence);
}

/** `slack` widens the interval on either side: what a hole or a fraction leaves open. */
export interface Candidate {
  readonly moments: Moments;
  readonly slack: number;
}

/**
 * One verdict per candidate. Small enough comes first: an effect that is surely there and surely too small to
 * matter is negligible. A cause must stand out in the whole family; all else is undetermined. `early`: fewer
 * repetitions than the plan asks for at least; then the noise floor is not known well enough to call anything small.
 */
export function judge(
  candidates: readonly Candidate[],
  { margin, early }: { readonly margin: number; readonly early: boolean },
): readonly CauseVerdict[] {
  const error = early ? earlyFamilyError : familyError;
  // The nearest value that the slack leaves open has to stand out, or a cause's own interval could hold zero.
  const adjusted = holm(
    candidates.map(({ moments, slack }) =>
      pValue({ ...moments, value: Math.max(0, Math.abs(moments.value) - slack) }),
    ),
  );
  return candidates.map(({ moments, slack }, index) => {
    if (!early && atMost(moments) + slack <= margin) return "negligible";
    if (at(adjusted, index) >= error) return "undetermined";
    return moments.value > 0 ? "cause" : "asset";
  });
}

/** The same for one contrast on its own. */
export function judgeGap(gap: Moments, margin: number): "slower" | "faster" | "equal" | "undetermined" {
  if (atMost(gap) <= margin) return "equal";
  if (pValue(gap) >= familyError) return "undetermined";
  return gap.value > 0 ? "slower" : "faster";
}
