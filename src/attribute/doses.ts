import type { Contrast, SideInference } from "../model/inference.ts";
import type { Accounting, DoseSeries } from "../model/report.ts";
import { methods, toEstimate } from "./estimate.ts";
import type { AttributeInput } from "./input.ts";
import type { Pair } from "./pair.ts";

/**
 * Factors with levels between baseline and neutral. The neutral level of a cause may bring a cost of its own (memory
 * that is never reused), so the cause costs at least what its best level saves (Cai, Blackburn, Bond and Maas,
 * "Distilling the real cost of production garbage collectors", 2022), and at most what its own seconds are.
 */
export function makeDoses(input: AttributeInput, pair: Pair): readonly DoseSeries[] {
  return [pair.slow, pair.fast].flatMap((side) => {
    const names = [...new Set(side.doses.map((dose) => dose.factor))];
    return names.map((factor) => seriesOf(input, side, { factor, confidence: pair.inference.confidence }));
  });
}

interface Which {
  readonly factor: string;
  readonly confidence: number;
}

function seriesOf(input: AttributeInput, side: SideInference, { factor, confidence }: Which): DoseSeries {
  const neutral = side.factors.find((effect) => effect.factor === factor)?.alone;
  const measured: readonly { readonly level: string; readonly shift: Contrast }[] = [
    ...side.doses.filter((dose) => dose.factor === factor),
    ...(neutral === undefined ? [] : [{ level: "neutral", shift: neutral }]),
  ];
  const levels = measured.map(({ level, shift }) => ({
    level,
    shift: toEstimate(shift, confidence, methods.strata),
  }));
  const [first, ...others] = levels;
  const best = others.reduce(
    (winner, each) => (winner === undefined || each.shift.value > winner.shift.value ? each : winner),
    first,
  );
  const atMost = upperBound(input, side, factor);
  return {
    factor,
    side: side.subject,
    levels,
    atLeast:
      best?.shift ?? toEstimate({ value: 0, variance: 0, degreesOfFreedom: 1 }, confidence, methods.strata),
    ...(atMost === undefined ? {} : { atMost }),
  };
}

/** -ln(1 - upper share) of the components that the factor stands for. */
function upperBound(input: AttributeInput, side: SideInference, factor: string): number | undefined {
  const accounting = input.accounting?.find((each) => each.subject === side.subject);
  const components = input.componentsOf?.[factor] ?? [];
  if (accounting === undefined || components.length === 0) return undefined;
  const share = componentsAtMost(accounting, components);
  return share === undefined ? undefined : -Math.log(1 - Math.min(0.999, share));
}

function componentsAtMost(accounting: Accounting, components: readonly string[]): number | undefined {
  const chosen = accounting.components.filter((each) => components.includes(each.component));
  const total = accounting.components.reduce((sum, each) => sum + each.seconds.value, 0);
  if (chosen.length === 0 || total <= 0) return undefined;
  return chosen.reduce((sum, each) => sum + each.seconds.high, 0) / total;
}
