import type { SubjectId } from "../model/case.ts";
import type { Estimate } from "../model/estimate.ts";
import type { CauseVerdict, Contribution, Gap } from "../model/report.ts";

/** A contribution as one run saw it, from the given slow side. A side that could not be measured is absent. */
export interface SeenCause extends Pick<Contribution, "factor" | "title" | "phrase" | "group"> {
  readonly whole: Estimate;
  readonly slowSide?: Estimate;
  readonly fastSide?: Estimate;
  readonly sided: Contribution["sided"];
  readonly verdict: CauseVerdict;
}

export const isPair = (pair: Pick<Gap, "slow" | "fast">, slow: SubjectId, fast: SubjectId): boolean =>
  (pair.slow === slow && pair.fast === fast) || (pair.slow === fast && pair.fast === slow);

/** The same contrast seen from the other side. */
export function turned(estimate: Estimate): Estimate {
  return { ...estimate, value: -estimate.value, low: -estimate.high, high: -estimate.low };
}

/** `turn`: the run that it is from took the other subject for the slow one. */
export function seenCause(contribution: Contribution, turn: boolean): SeenCause {
  const { factor, title, phrase, group, value, low, high, slowSide, fastSide, sided, verdict } = contribution;
  const { confidence, method } = sided === "fast" ? fastSide : slowSide;
  const whole = { value, low, high, confidence, method };
  const sides = {
    ...(sided === "fast" ? {} : { [turn ? "fastSide" : "slowSide"]: slowSide }),
    ...(sided === "slow" ? {} : { [turn ? "slowSide" : "fastSide"]: fastSide }),
  };
  return {
    factor,
    title,
    phrase,
    group,
    whole: turn ? turned(whole) : whole,
    ...sides,
    sided: turn ? otherSide[sided] : sided,
    verdict: turn ? otherVerdict[verdict] : verdict,
  };
}

const otherSide = { both: "both", slow: "fast", fast: "slow" } as const;
const otherVerdict = {
  cause: "asset",
  asset: "cause",
  negligible: "negligible",
  undetermined: "undetermined",
} as const;
