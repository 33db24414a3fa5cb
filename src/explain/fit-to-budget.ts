import { sum } from "../base/array.ts";
import { ensure } from "../base/assert.ts";
import { formatDuration } from "../base/quantity.ts";
import type { Warning } from "../model/report.ts";
import { makePlan, type SideInput } from "../plan/index.ts";
import { cellsToCheck } from "./check-cells.ts";
import { type ChosenSide, findingsOf } from "./choose-sides.ts";
import type { Findings } from "./gather-facts.ts";
import { phraseOf } from "./phrase-of.ts";
import { sideInput } from "./plan-input.ts";
import { keepFirst, screeningOf } from "./screen-by-measuring.ts";
import type { Workbench } from "./workbench.ts";

/** Fewer give no interval. */
const fewestBlocks = 2;
/** Of the budget. A cause less costs the reader more than a wait that is half as long again. */
const mostOverrun = 0.5;

interface PricedSide {
  readonly input: SideInput;
  readonly buildTimeMs: number;
}

export interface Fitting {
  readonly sides: readonly ChosenSide[];
  readonly warnings: readonly Warning[];
}

/**
 * Drops the factors of least weight until the variants can be checked and two blocks be measured in the time that is
 * left: with programs that run for seconds, a design of all factors takes many times the budget. Factors that were
 * asked for stay.
 */
export async function fitToBudget(
  bench: Workbench,
  chosen: readonly ChosenSide[],
  findings: readonly Findings[],
  leftMs: number,
): Promise<Fitting> {
  if (bench.options.factors !== undefined) return { sides: chosen, warnings: [] };
  const priced = await Promise.all(
    chosen.map(async (side): Promise<PricedSide> => {
      const found = findingsOf(findings, side.subject);
      return {
        input: await sideInput(bench, side, found),
        buildTimeMs: found.baseline.artifact.buildTimeMs,
      };
    }),
  );
  const counts = chosen.map(({ factors }) => factors.length);
  const costs = () => priceSides(bench, priced, counts);
  const neededMs = sum(costs());
  const mostMs = leftMs + mostOverrun * bench.options.budgetMs;
  for (let perSide = costs(); sum(perSide) > mostMs && sum(counts) > 0; perSide = costs()) {
    const dearest = counts
      .map((count, index) => ({ index, costMs: count === 0 ? 0 : (perSide[index] ?? 0) }))
      .reduce((left, right) => (right.costMs > left.costMs ? right : left));
    counts[dearest.index] = ensure(counts[dearest.index], "a count") - 1;
  }
  const moreText = formatDuration(neededMs - leftMs);
  const reason = `the ${formatDuration(leftMs)} that are left of the budget cannot hold ${fewestBlocks} blocks with all causes; about ${moreText} more of --budget would`;
  const sides = chosen.map((side, index) => keepFirst(side, counts[index] ?? 0, reason));
  return {
    sides,
    warnings: chosen.flatMap((side, index) => tooDear(bench, side, counts[index] ?? 0, moreText)),
  };
}

function tooDear(
  bench: Workbench,
  { subject, factors }: ChosenSide,
  count: number,
  moreText: string,
): readonly Warning[] {
  const left = factors.slice(count).map(({ factor }) => phraseOf(bench.factors, factor));
  if (left.length === 0) return [];
  const message = `The budget was too small to measure ${left.join(", ")} of ${subject}; what they cost lies in the part that is not explained. About ${moreText} more of --budget would do.`;
  return [{ code: "budget-too-small-for-causes", message, appliesTo: subject }];
}

/** What checking, screening and the fewest blocks cost each side with its first factors, ms. */
function priceSides(
  bench: Workbench,
  priced: readonly PricedSide[],
  counts: readonly number[],
): readonly number[] {
  const screening = screeningOf(bench, counts);
  const kept = counts.map((count) => Math.min(count, screening.most));
  const screenBlockMs = blockTimesMs(bench, priced, counts);
  const blockMs = blockTimesMs(bench, priced, kept);
  return priced.map(
    (side, index) =>
      screening.blocks * (screenBlockMs[index] ?? 0) +
      checkTimeMs(side, kept[index] ?? 0) +
      fewestBlocks * (blockMs[index] ?? 0),
  );
}

function blockTimesMs(
  { seed, options: { metrics } }: Workbench,
  priced: readonly PricedSide[],
  counts: readonly number[],
): readonly number[] {
  const sides = priced.map(({ input }, index) => {
    const factors = input.factors.slice(0, counts[index]);
    const doses = input.doses?.filter((dose) => factors.some(({ factor }) => factor === dose.factor));
    return { ...input, factors, doses: doses ?? [], missing: [] };
  });
  return makePlan({ sides, options: { seed, metrics } }).sides.map(
    ({ blockCost }) => (blockCost?.runMs ?? 0) + (blockCost?.linkMs ?? 0),
  );
}

/** Each variant is run once; those whose factors are switched off alone were built when their levers were proved. */
function checkTimeMs({ input, buildTimeMs }: PricedSide, count: number): number {
  const factors = input.factors.slice(0, count);
  const builtFactors = factors.filter(({ lever }) => lever.stage === "build").length;
  const builds = 2 ** builtFactors - 1 - builtFactors;
  return cellsToCheck(factors).length * input.pilot.runTimeMs + builds * buildTimeMs;
}
