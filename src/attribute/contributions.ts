/** One contribution per factor of a pair: phi = phi(slow side) - phi(fast side). */
import { ensure } from "../base/assert.ts";
import { halfWidth, subtractMoments } from "../base/statistics.ts";
import type { SubjectId } from "../model/case.ts";
import type { Estimate } from "../model/estimate.ts";
import type { FactorId } from "../model/factor.ts";
import type { Contrast, SideInference } from "../model/inference.ts";
import type { Side, SideFactor } from "../model/plan.ts";
import type { Contribution, SwitchedOff } from "../model/report.ts";
import { exactly, methods, toEstimate } from "./estimate.ts";
import type { AttributeInput } from "./input.ts";
import { effectOf, factorsOf, hasOneLayout, type Pair, sidesOf } from "./pair.ts";
import { atMost, judge } from "./verdict.ts";

/** A share is told only of a gap that is larger than three of its half widths: below, it is noise over noise. */
const shareNeedsHalfWidths = 3;

/** Pooled over all variants, three blocks have the degrees of freedom for a verdict; measuring itself goes on to more. */
export const fewestForVerdicts = 3;

/** A short loop across the end of a cache line takes up to twice the time of the same loop elsewhere (log units). */
const layoutCostsAtMost = Math.log(2);

interface Draft {
  readonly factor: FactorId;
  readonly moments: Contrast;
  /** What fractions, and variants that could not be run, may have left out of the value, either way. */
  readonly higherOrder: number;
  /** What may be the work of the only layout that each variant has had. */
  readonly layout: number;
  readonly hole: Hole;
}

type Hole =
  | { readonly kind: "none" }
  | {
      readonly kind: "bounded";
      readonly side: "slow" | "fast";
      readonly low: number;
      readonly high: number;
      readonly reason: string;
    }
  | { readonly kind: "unbounded"; readonly side: "slow" | "fast" };

export function makeContributions(input: AttributeInput, pair: Pair): readonly Contribution[] {
  const drafts = factorsOf(pair).map((factor) => draft(input, pair, factor));
  const verdicts = judge(
    drafts.map(({ moments, higherOrder, layout, hole }) => ({
      moments,
      slack: higherOrder + layout + holeSlack(hole),
    })),
    { margin: pair.margin, early: pair.inference.units < Math.min(fewestForVerdicts, input.plan.minBlocks) },
  );
  return drafts
    .map((each, index) => finish(input, pair, { ...each, verdict: ensure(verdicts[index], "a verdict") }))
    .sort((left, right) => Math.abs(right.value) - Math.abs(left.value));
}

function draft(input: AttributeInput, pair: Pair, factor: FactorId): Draft {
  const sides = { slow: effectOf(pair.slow, factor), fast: effectOf(pair.fast, factor) };
  const moments = ensure(subtractMoments(sides.slow?.shapley, sides.fast?.shapley), `an effect of ${factor}`);
  // A term of three factors that a fraction cannot see gives each of them a third of the mass that is missing.
  const missing = (side: SideInference, present: boolean) =>
    present ? Math.abs(side.higherOrder?.value ?? 0) / 3 : 0;
  const unseen = (sides.slow?.unseen ?? 0) + (sides.fast?.unseen ?? 0);
  return {
    factor,
    moments,
    higherOrder:
      missing(pair.slow, sides.slow !== undefined) + missing(pair.fast, sides.fast !== undefined) + unseen,
    layout:
      layoutCostsAtMost *
      sidesOf(input.plan, pair).filter((side) => hasOneLayout(side, pair) && isBuilt(side, factor)).length,
    hole: holeOf(input, pair, factor),
  };
}

/** A lever of the run leaves the binary, and its layout, as they are. */
function isBuilt({ factors }: Side, factor: FactorId): boolean {
  return factors.some((entry) => entry.factor === factor && entry.lever.stage === "build");
}

/** The side on which the cause exists and cannot be switched off. A natural or screened-out side is no hole. */
function holeOf(input: AttributeInput, pair: Pair, factor: FactorId): Hole {
  for (const side of ["slow", "fast"] as const) {
    const { subject } = pair[side];
    if (effectOf(pair[side], factor) !== undefined) continue;
    const exclusion = input.excluded.find((each) => each.factor === factor && each.side === subject);
    if (exclusion?.kind === "natural" || exclusion?.kind === "screened out") continue;
    const bound = input.bounds?.find(
      (each) =>
        each.factor === factor &&
        each.side === subject &&
        (each.metrics?.includes(pair.inference.metric) ?? true),
    );
    if (bound === undefined) return { kind: "unbounded", side };
    const { low, high, reason } = bound;
    // On the fast side a hidden cost makes the contribution smaller.
    return side === "slow"
      ? { kind: "bounded", side, low, high, reason }
      : { kind: "bounded", side, low: -high, high: -low, reason };
  }
  return { kind: "none" };
}

/**
 * The other side may hide as much as was measured on this one, and more: two programs that both pay for handing work
 * between processors had that named as the cause of the side on which alone it could be switched off.
 */
function holeSlack(hole: Hole): number {
  switch (hole.kind) {
    case "none":
      return 0;
    case "bounded":
      return Math.max(Math.abs(hole.low), Math.abs(hole.high));
    case "unbounded":
      return Number.POSITIVE_INFINITY;
  }
}

type Judged = Draft & { readonly verdict: Contribution["verdict"] };

function finish(input: AttributeInput, pair: Pair, each: Judged): Contribution {
  const { factor, moments, higherOrder, hole } = each;
  const { confidence } = pair.inference;
  const text = ensure(
    input.factors.find((known) => known.id === factor),
    `the text of factor ${factor}`,
  );
  const half = halfWidth(moments, confidence) + higherOrder;
  const slow = effectOf(pair.slow, factor);
  const fast = effectOf(pair.fast, factor);
  const share = shareOf(moments.value, pair);
  return {
    factor,
    title: text.title,
    phrase: text.phrase,
    group: text.group,
    value: moments.value,
    low: moments.value - half,
    high: moments.value + half,
    slowSide: sideEstimate(slow?.shapley, pair, hole.kind !== "none" && hole.side === "slow"),
    fastSide: sideEstimate(fast?.shapley, pair, hole.kind !== "none" && hole.side === "fast"),
    ...(share === undefined ? {} : { share }),
    alone: bySide({ slow: slow?.alone, fast: fast?.alone }, confidence),
    last: bySide({ slow: slow?.last, fast: fast?.last }, confidence),
    range: {
      low: (slow?.range.low ?? 0) - (fast?.range.high ?? 0),
      high: (slow?.range.high ?? 0) - (fast?.range.low ?? 0),
    },
    verdict: each.verdict,
    atMost: atMost(moments) + higherOrder,
    sided: hole.kind === "none" ? "both" : hole.side === "slow" ? "fast" : "slow",
    ...(hole.kind === "bounded" ? { bound: { low: hole.low, high: hole.high, reason: hole.reason } } : {}),
    dependsOn: dependsOn(pair, factor, input.plan.precision),
    ...evidenceOn(input, pair, factor),
    proofs: perSide(input, pair, factor, ({ proof }) => proof),
    levers: perSide(input, pair, factor, switchedOff),
    caveat: text.caveat,
  };
}

function shareOf(value: number, { gap, inference }: Pair): number | undefined {
  return Math.abs(gap.value) > shareNeedsHalfWidths * halfWidth(gap, inference.confidence)
    ? value / gap.value
    : undefined;
}

function sideEstimate(contrast: Contrast | undefined, { inference }: Pair, isHole: boolean): Estimate {
  return contrast === undefined
    ? exactly(0, inference.confidence, isHole ? methods.notMeasured : methods.natural)
    : toEstimate(contrast, inference.confidence, methods.strata);
}

function bySide(
  sides: { readonly slow: Contrast | undefined; readonly fast: Contrast | undefined },
  confidence: number,
): Contribution["alone"] {
  return {
    ...(sides.slow === undefined ? {} : { slow: toEstimate(sides.slow, confidence, methods.strata) }),
    ...(sides.fast === undefined ? {} : { fast: toEstimate(sides.fast, confidence, methods.strata) }),
  };
}

/** Partners in interactions beyond two half widths, where the marginals spread wider than 2 d and half of phi. */
function dependsOn(pair: Pair, factor: FactorId, precision: number): readonly FactorId[] {
  const partners = [pair.slow, pair.fast].flatMap((side) => {
    const effect = effectOf(side, factor);
    if (effect === undefined) return [];
    const { low, high } = effect.range;
    if (high - low <= Math.max(2 * precision, Math.abs(effect.shapley.value) / 2)) return [];
    return side.interactions
      .filter(({ factors, index }) => factors.includes(factor) && standsOut(index, pair.inference.confidence))
      .flatMap(({ factors }) => factors.filter((other) => other !== factor));
  });
  return [...new Set(partners)];
}

/** METHOD step 16: only |I| > 2 h is shown. */
export function standsOut(index: Contrast, confidence: number): boolean {
  return Math.abs(index.value) > 2 * halfWidth(index, confidence);
}

function evidenceOn(
  input: AttributeInput,
  pair: Pair,
  factor: FactorId,
): Pick<Contribution, "evidence" | "evidenceAgainst"> {
  const subjects: readonly SubjectId[] = [pair.slow.subject, pair.fast.subject];
  const known = (input.evidence ?? []).filter(({ subject }) => subjects.includes(subject));
  const against = known.filter((each) => each.against?.includes(factor) === true);
  return {
    evidence: known.filter((each) => each.explains.includes(factor)).map(({ id }) => id),
    ...(against.length === 0 ? {} : { evidenceAgainst: against.map(({ id }) => id) }),
  };
}

function perSide<T>(
  input: AttributeInput,
  pair: Pair,
  factor: FactorId,
  read: (entry: SideFactor) => T,
): Readonly<Record<SubjectId, T>> {
  return Object.fromEntries(
    sidesOf(input.plan, pair).flatMap((side) =>
      side.factors
        .filter((entry) => entry.factor === factor)
        .map((entry) => [side.subject, read(entry)] as const),
    ),
  );
}

function switchedOff({ lever: { patch, scheme, note } }: SideFactor): SwitchedOff {
  return { patch, ...(scheme === undefined ? {} : { scheme }), ...(note === undefined ? {} : { note }) };
}
