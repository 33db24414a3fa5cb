import { ensure } from "../base/assert.ts";
import { halfWidth } from "../base/statistics.ts";
import type { SubjectId } from "../model/case.ts";
import type { FactorId } from "../model/factor.ts";
import type { Contrast, FactorEffect, Inference, SideInference } from "../model/inference.ts";
import { equivalenceMargin } from "../model/margin.ts";
import type { Plan, Side } from "../model/plan.ts";

/** A slower subject against the fastest, in one metric. */
export interface Pair {
  readonly inference: Inference;
  readonly slow: SideInference;
  readonly fast: SideInference;
  readonly gap: Contrast;
  readonly neutralGap: Contrast;
  readonly noiseFloor: number;
  /** Log units below which a difference does not matter. */
  readonly margin: number;
}

/** Every other subject against the fastest, slowest first; the first metric decides for all. */
export function orderSubjects(inference: Inference): readonly (readonly [SubjectId, SubjectId])[] {
  const ordered = inference.sides.toSorted((left, right) => right.typical.value - left.typical.value);
  const fastest = ensure(ordered.at(-1), "the fastest side").subject;
  return ordered.slice(0, -1).map((side) => [side.subject, fastest] as const);
}

export function makePair(
  inference: Inference,
  [slowId, fastId]: readonly [SubjectId, SubjectId],
  precision: number,
): Pair {
  const sideOf = (id: SubjectId) =>
    ensure(
      inference.sides.find((side) => side.subject === id),
      `side ${id}`,
    );
  const slow = sideOf(slowId);
  const fast = sideOf(fastId);
  const measured = ensure(
    inference.pairs.find(
      ({ left, right }) => (left === slowId && right === fastId) || (left === fastId && right === slowId),
    ),
    `pair ${slowId}, ${fastId}`,
  );
  const sign = measured.left === slowId ? 1 : -1;
  const turned = (contrast: Contrast): Contrast => ({ ...contrast, value: sign * contrast.value });
  const noiseFloor = Math.max(...[slow, fast].map((side) => halfWidth(side.placebo, inference.confidence)));
  return {
    inference,
    slow,
    fast,
    gap: turned(measured.gap),
    neutralGap: turned(measured.neutralGap),
    noiseFloor,
    margin: equivalenceMargin(precision, noiseFloor),
  };
}

/** What the plan holds of both subjects, in its order. */
export function sidesOf({ sides }: Pick<Plan, "sides">, { slow, fast }: Pair): readonly Side[] {
  return sides.filter(({ subject }) => subject === slow.subject || subject === fast.subject);
}

/** Whether each variant of a side has run in a single layout so far: then no interval holds what another would do. */
export function hasOneLayout({ mode, layout, blocksPerLayout }: Side, { inference }: Pair): boolean {
  return mode === "shared" && layout !== "fixed" && inference.blocks <= blocksPerLayout;
}

export function effectOf(side: SideInference, factor: FactorId): FactorEffect | undefined {
  return side.factors.find((effect) => effect.factor === factor);
}

/** Factors that either side has in its design, slow side's order first. */
export function factorsOf({ slow, fast }: Pair): readonly FactorId[] {
  return [...new Set([...slow.factors, ...fast.factors].map((effect) => effect.factor))];
}
