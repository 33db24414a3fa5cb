import { ensure } from "../base/assert.ts";
import type { SubjectId } from "../model/case.ts";
import type { Facts } from "../model/evidence.ts";
import type { Factor, FactorId, Lever, ProofResult, Realization, Relevance } from "../model/factor.ts";
import type { SideFactor } from "../model/plan.ts";
import type { Exclusion } from "../model/report.ts";

/** What pulling a lever on its own showed. */
export type Proving =
  | { readonly kind: "proved"; readonly result: ProofResult }
  | { readonly kind: "notApplied"; readonly reason: string; readonly result?: ProofResult }
  | { readonly kind: "absent"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

export interface ScreeningSide {
  readonly subject: SubjectId;
  readonly facts: Facts;
  /** How each factor's neutral level is reached here; a factor without an entry is a hole. */
  readonly realizations: ReadonlyMap<FactorId, Realization>;
  /** Levers that were proved so far; absent: none yet, see `rankFactors`. */
  readonly proofs: ReadonlyMap<FactorId, Proving>;
}

export interface Screening {
  readonly factors: readonly Factor[];
  readonly sides: readonly ScreeningSide[];
  /** Default 5: a full design of more takes too many builds. */
  readonly maxPerSide?: number;
  /** The user's choice (--factors): only these, and these whatever the evidence says. */
  readonly requested?: readonly FactorId[];
  /** The user's choice (--skip). */
  readonly skipped?: readonly FactorId[];
  /** By subject: why levers without a proof were not pulled. */
  readonly untried?: ReadonlyMap<SubjectId, string>;
}

export interface ScreenedSide {
  readonly subject: SubjectId;
  readonly factors: readonly SideFactor[];
  /** Every factor that is not in `factors`, layout aside, which is measured as the placebo of every plan. */
  readonly excluded: readonly Exclusion[];
}

/** A factor that can be measured on a side, the weightiest first. */
export interface Candidate {
  readonly factor: FactorId;
  readonly lever: Lever;
}

/** Log time that no design of this size could tell from nothing. */
const leastWeight = 0.005;

/** Designs beyond this size are not made, whatever is asked for. */
const mostFactors = 8;

/**
 * Per side, the factors that could enter the design by the evidence at hand, in the order in which their levers
 * should be proved. Proving can stop when `maxPerSide` of them have been proved.
 */
export function rankFactors(screening: Screening): ReadonlyMap<SubjectId, readonly Candidate[]> {
  return new Map(
    screening.sides.map((side) => [
      side.subject,
      sortSide(screening, side).candidates.map(({ factor, lever }) => ({ factor: factor.id, lever })),
    ]),
  );
}

/**
 * Chooses the factors of each side: proved levers, the weightiest first, none beside one that uses the same means.
 * A factor's weight is its largest on any side, so that sides choose alike where both can.
 */
export function screenFactors(screening: Screening): readonly ScreenedSide[] {
  const alone = screening.sides.map((side) => screenSide(screening, side));
  return screening.sides.map((side, index) => {
    const others = alone.filter((_, other) => other !== index);
    const displaced = screening.factors.flatMap(({ id }) =>
      displacedElsewhere(screening, { side, others }, id),
    );
    return displaced.length === 0 ? ensure(alone[index], "a side") : screenSide(screening, side, displaced);
  });
}

/** A factor that gave way to a rival on another side, though this side could pull the rival's lever too. */
interface Displaced {
  readonly factor: FactorId;
  readonly rival: FactorId;
  readonly on: SubjectId;
}

/**
 * Where the rival is at its neutral level already, this side would choose the factor that gave way on the other one:
 * half of its contribution would then be missing, and the half that is there would look like a cause.
 */
function displacedElsewhere(
  { factors }: Screening,
  { side, others }: { readonly side: ScreeningSide; readonly others: readonly ScreenedSide[] },
  factor: FactorId,
): readonly Displaced[] {
  return others.flatMap(({ subject, factors: chosen, excluded }) => {
    const gaveWay = excluded.some(
      ({ factor: id, kind }) => id === factor && (kind === "apart" || kind === "not selected"),
    );
    const rival = chosen.find((other) => inConflict(factors, other.factor, factor));
    const samePower = rival !== undefined && side.realizations.get(rival.factor)?.kind === "lever";
    return gaveWay && samePower ? [{ factor, rival: rival.factor, on: subject }] : [];
  });
}

interface Sorted {
  readonly candidates: readonly WeighedFactor[];
  readonly excluded: readonly Exclusion[];
}

interface WeighedFactor {
  readonly factor: Factor;
  readonly lever: Lever;
  readonly relevance: Relevance;
}

function screenSide(
  screening: Screening,
  side: ScreeningSide,
  displaced: readonly Displaced[] = [],
): ScreenedSide {
  const { candidates, excluded } = sortSide(screening, side);
  const most = Math.min(mostFactors, Math.max(screening.maxPerSide ?? 5, screening.requested?.length ?? 0));
  const chosen: SideFactor[] = [];
  const more: Exclusion[] = [];
  for (const candidate of candidates) {
    const { factor, lever } = candidate;
    const proving = side.proofs.get(factor.id);
    const rival = chosen.find((other) => inConflict(screening.factors, other.factor, factor.id));
    const elsewhere = displaced.find((each) => each.factor === factor.id);
    const full = chosen.length >= most;
    const untried = screening.untried?.get(side.subject);
    const refusal = refuse({ side, candidate, proving, rival, elsewhere, full, untried });
    if (refusal !== undefined) more.push(refusal);
    else if (proving?.kind === "proved")
      chosen.push({ factor: factor.id, lever, proof: proving.result, group: factor.group });
  }
  return { subject: side.subject, factors: chosen, excluded: [...excluded, ...more] };
}

interface Choice {
  readonly side: ScreeningSide;
  readonly candidate: WeighedFactor;
  readonly proving: Proving | undefined;
  readonly rival: SideFactor | undefined;
  readonly elsewhere: Displaced | undefined;
  readonly full: boolean;
  readonly untried: string | undefined;
}

function refuse({
  side,
  candidate,
  proving,
  rival,
  elsewhere,
  full,
  untried,
}: Choice): Exclusion | undefined {
  const { factor, relevance } = candidate;
  const exclude = exclusionOf(factor, side);
  if (proving?.kind === "notApplied") return exclude("not applied", proving.reason);
  if (proving?.kind === "absent") return exclude("screened out", proving.reason);
  if (proving?.kind === "failed") return exclude("failed", proving.reason);
  if (rival !== undefined)
    return exclude(
      "apart",
      `its lever uses the same means as that of ${rival.factor}, which is in the design`,
    );
  if (elsewhere !== undefined)
    return exclude(
      "apart",
      `on ${elsewhere.on} ${elsewhere.rival} is measured by the same means, and one side alone says nothing of a gap`,
    );
  if (full)
    return exclude(
      "not selected",
      `other factors weigh more by the evidence at hand; this one: ${relevance.reason}`,
    );
  if (proving === undefined)
    return exclude("not selected", untried ?? "its lever was not proved to take effect");
  return undefined;
}

function sortSide(screening: Screening, side: ScreeningSide): Sorted {
  const candidates: WeighedFactor[] = [];
  const excluded: Exclusion[] = [];
  for (const factor of screening.factors) {
    if (factor.group === "layout") continue;
    const judged = judge(screening, side, factor);
    if ("kind" in judged) excluded.push(judged);
    else candidates.push(judged);
  }
  const weights = new Map(candidates.map(({ factor }) => [factor.id, weightOf(screening, factor)]));
  const order = (candidate: WeighedFactor): number => weights.get(candidate.factor.id) ?? 0;
  candidates.sort(
    (left, right) => breadth(left, candidates) - breadth(right, candidates) || order(right) - order(left),
  );
  return { candidates, excluded };
}

/** Either the factor with its lever, or why it cannot or need not be measured on this side. */
function judge(screening: Screening, side: ScreeningSide, factor: Factor): WeighedFactor | Exclusion {
  const exclude = exclusionOf(factor, side);
  const realization = side.realizations.get(factor.id);
  if (realization === undefined) return exclude("hole", "this language has no lever for it");
  if (realization.kind === "natural") return exclude("natural", realization.reason);
  if (realization.kind === "unsupported") return exclude("hole", realization.reason);
  if (screening.skipped?.includes(factor.id) === true) return exclude("not selected", "left out by --skip");
  const relevance = factor.relevantWhen(side.facts);
  if (screening.requested !== undefined) {
    return screening.requested.includes(factor.id)
      ? { factor, lever: realization, relevance }
      : exclude("not selected", "not among --factors");
  }
  if (factor.use !== "contribution")
    return exclude(
      "apart",
      `a ${factor.use}, measured alone: never a part of the gap unless asked for with --factors`,
    );
  if (relevance.verdict === "out" && !isHiddenWork(screening, factor))
    return exclude("screened out", relevance.reason);
  if (relevance.verdict === "in" && relevance.weight < leastWeight)
    return exclude("screened out", `${relevance.reason}: too few to be seen`);
  return { factor, lever: realization, relevance };
}

/**
 * One pass of a loop optimiser can keep another from doing anything (a loop that is fully unrolled is no loop to
 * vectorise). Where another side shows the pass at work, only pulling the lever tells.
 */
function isHiddenWork(screening: Screening, factor: Factor): boolean {
  return (
    factor.group === "loop optimiser" &&
    screening.sides.some(
      ({ facts, realizations }) =>
        realizations.get(factor.id)?.kind === "lever" && factor.relevantWhen(facts).verdict === "in",
    )
  );
}

function exclusionOf(factor: Factor, side: ScreeningSide) {
  return (kind: Exclusion["kind"], reason: string): Exclusion => ({
    factor: factor.id,
    side: side.subject,
    kind,
    reason,
  });
}

/** Largest weight on any side where the factor is not ruled out; requested factors keep the user's order. */
export function weightOf(screening: Pick<Screening, "sides" | "requested">, factor: Factor): number {
  const place = screening.requested?.indexOf(factor.id);
  if (place !== undefined && place >= 0) return -place;
  return Math.max(
    0,
    ...screening.sides
      .map(({ facts }) => factor.relevantWhen(facts))
      .filter(({ verdict }) => verdict !== "out")
      .map(({ weight }) => weight),
  );
}

/**
 * 1 for a factor whose lever takes in what several narrower candidates do each on their own: those tell more, so
 * it comes after them.
 */
function breadth({ factor }: WeighedFactor, candidates: readonly WeighedFactor[]): 0 | 1 {
  const narrower = candidates.some(
    (other) =>
      factor.conflicts.includes(other.factor.id) && other.factor.conflicts.length < factor.conflicts.length,
  );
  return narrower ? 1 : 0;
}

/** Candidates that can be measured together: of rivals, which use the same means, the first. */
export function withoutRivals<One extends Pick<Candidate, "factor">>(
  factors: readonly Factor[],
  candidates: readonly One[],
): readonly One[] {
  const kept: One[] = [];
  for (const one of candidates)
    if (!kept.some(({ factor }) => inConflict(factors, factor, one.factor))) kept.push(one);
  return kept;
}

function inConflict(factors: readonly Factor[], left: FactorId, right: FactorId): boolean {
  const conflictsOf = (id: FactorId) => factors.find((factor) => factor.id === id)?.conflicts ?? [];
  return conflictsOf(left).includes(right) || conflictsOf(right).includes(left);
}
