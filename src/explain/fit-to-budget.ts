import { sum } from "../base/array.ts";
import { ensure } from "../base/assert.ts";
import { formatDuration } from "../base/quantity.ts";
import type { SubjectId } from "../model/case.ts";
import type { FactorId } from "../model/factor.ts";
import type { Warning } from "../model/report.ts";
import { type Dose, makePlan, mostFactors, type SideInput } from "../plan/index.ts";
import { type Screening, weightOf, withoutRivals } from "../screen/screen-factors.ts";
import { cellsToCheck } from "./check-cells.ts";
import { type ChosenSide, findingsOf, type RankedSides, type SideLimit } from "./choose-sides.ts";
import type { Findings } from "./gather-facts.ts";
import { phraseOf } from "./phrase-of.ts";
import { sideInput } from "./plan-input.ts";
import { keepOnly, lessWeight, screeningOf } from "./screen-by-measuring.ts";
import { titlesOf } from "./subject-title.ts";
import type { Workbench } from "./workbench.ts";

/** Fewer give no interval. */
const fewestBlocks = 2;
/** Of the budget. A cause less costs the reader more than a wait that is half as long again. */
const mostOverrun = 0.5;

interface PricedSide {
  readonly input: SideInput;
  readonly buildTimeMs: number;
  /** Whether the variants with one factor switched off are built. */
  readonly proved: boolean;
}

export interface Fitting {
  readonly sides: readonly ChosenSide[];
  readonly warnings: readonly Warning[];
}

/**
 * How many levers of each side are worth pulling: as many as the budget could hold if all of them work and no other
 * side needed any of it, and in a quick answer no more than its design takes.
 */
export async function limitToBudget(
  bench: Workbench,
  ranked: RankedSides,
  findings: readonly Findings[],
  leftMs: number,
): Promise<ReadonlyMap<SubjectId, SideLimit>> {
  if (bench.options.factors !== undefined) return new Map();
  const sides = ranked.sides.map((side) => ({
    ...side,
    factors: withoutRivals(bench.factors, side.factors).slice(0, mostFactors),
  }));
  const purse = await openPurse(bench, sides, findings, { leftMs, proved: false });
  return new Map(
    sides.map(({ subject, factors }, index): [SubjectId, SideLimit] => {
      const alone = sides.map((_, other) => (other === index ? factors.length : 0));
      const affordable = ensure(purse.shrink(alone)[index], "a count");
      const { most, blocks } = screeningOf(bench, [affordable]);
      return blocks === 0 && most < affordable
        ? [subject, { most, reason: lessWeight }]
        : [subject, { most: affordable, reason: purse.reasonFor(alone) }];
    }),
  );
}

/**
 * Takes factors, the weightiest first and each on all sides that have it, as long as the variants can be checked and
 * two blocks be measured in the time that is left: with programs that run for seconds, a design of all factors takes
 * many times the budget, and a factor on one side alone says nothing of a gap. Factors that were asked for stay.
 */
export async function fitToBudget(
  bench: Workbench,
  chosen: readonly ChosenSide[],
  findings: readonly Findings[],
  { screening, leftMs }: { readonly screening: Screening; readonly leftMs: number },
): Promise<Fitting> {
  if (bench.options.factors !== undefined) return { sides: chosen, warnings: [] };
  const purse = await openPurse(bench, chosen, findings, { leftMs, proved: true });
  const byWeight = bench.factors
    .filter(({ id }) => chosen.some(({ factors }) => factors.some(({ factor }) => factor === id)))
    .toSorted((left, right) => weightOf(screening, right) - weightOf(screening, left))
    .map(({ id }) => id);
  const kept = purse.takeFirst(byWeight);
  const reason = purse.reasonFor(chosen.map(({ factors }) => factors.length));
  const sides = chosen.map((side) => keepOnly(side, kept, () => reason));
  return { sides, warnings: sides.flatMap((side) => tooDear(bench, side)) };
}

/** Begins the reason of every factor that the budget cannot hold. */
const tooSmall = "the budget is too small for it";

interface Purse {
  /** Of these, in this order, each that can still be paid for. */
  takeFirst(factors: readonly FactorId[]): readonly FactorId[];
  /** Counts of factors in the order of the sides, each side's weightiest first: the same, or fewer. */
  shrink(counts: readonly number[]): readonly number[];
  /** Why not all of them can be paid for. */
  reasonFor(counts: readonly number[]): string;
}

async function openPurse(
  bench: Workbench,
  sides: readonly ChosenSide[],
  findings: readonly Findings[],
  { leftMs, proved }: { readonly leftMs: number; readonly proved: boolean },
): Promise<Purse> {
  const priced = await Promise.all(
    sides.map(async (side): Promise<PricedSide> => {
      const found = findingsOf(findings, side.subject);
      return {
        input: await sideInput(bench, side, found),
        buildTimeMs: found.baseline.artifact.buildTimeMs,
        proved,
      };
    }),
  );
  const mostMs = leftMs + mostOverrun * bench.options.budgetMs;
  return {
    takeFirst(factors) {
      const taken: FactorId[] = [];
      for (const factor of factors) {
        const next = new Set([...taken, factor]);
        const sides = priced.map((side) => onlyFactors(side, next));
        const counts = sides.map(({ input }) => input.factors.length);
        if (sum(priceSides(bench, sides, counts)) <= mostMs) taken.push(factor);
      }
      return taken;
    },
    shrink(wanted) {
      const counts = [...wanted];
      const costs = () => priceSides(bench, priced, counts);
      for (let perSide = costs(); sum(perSide) > mostMs && sum(counts) > 0; perSide = costs()) {
        const dearest = counts
          .map((count, index) => ({ index, costMs: count === 0 ? 0 : (perSide[index] ?? 0) }))
          .reduce((left, right) => (right.costMs > left.costMs ? right : left));
        counts[dearest.index] = ensure(counts[dearest.index], "a count") - 1;
      }
      return counts;
    },
    reasonFor(counts) {
      const moreMs = sum(priceSides(bench, priced, counts)) - leftMs;
      return `${tooSmall}: the ${formatDuration(leftMs)} that are left cannot hold ${fewestBlocks} blocks with all causes; about ${formatDuration(moreMs)} more would`;
    },
  };
}

function onlyFactors(side: PricedSide, kept: ReadonlySet<FactorId>): PricedSide {
  const factors = side.input.factors.filter(({ factor }) => kept.has(factor));
  return { ...side, input: { ...side.input, factors } };
}

function tooDear(bench: Workbench, { subject, excluded }: ChosenSide): readonly Warning[] {
  const left = excluded.filter(({ reason }) => reason.startsWith(tooSmall));
  // The first stage to leave something out saw all that would have to be paid for.
  const reason = left[0]?.reason.slice(tooSmall.length + 2);
  if (reason === undefined) return [];
  const names = left.map(({ factor }) => phraseOf(bench.factors, factor)).join(", ");
  const message = `The budget was too small to measure ${names} of ${titlesOf(bench.contenders)(subject)}; what they cost lies in the part that is not explained. Of --budget, ${reason}.`;
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
    return { ...input, factors, doses: dosesOfFactors(input, factors), missing: [] };
  });
  return makePlan({ sides, options: { seed, metrics } }).sides.map(
    ({ blockCost }) => (blockCost?.runMs ?? 0) + (blockCost?.linkMs ?? 0),
  );
}

function dosesOfFactors({ doses = [] }: SideInput, factors: SideInput["factors"]): readonly Dose[] {
  return doses.filter((dose) => factors.some(({ factor }) => factor === dose.factor));
}

/** Each variant and each dose is run once; variants whose factors are switched off alone are built when their levers are proved. */
function checkTimeMs({ input, buildTimeMs, proved }: PricedSide, count: number): number {
  const factors = input.factors.slice(0, count);
  const builtFactors = factors.filter(({ lever }) => lever.stage === "build").length;
  const doses = dosesOfFactors(input, factors);
  const builtDoses = doses.filter(({ lever }) => lever.stage === "build").length;
  const builds = 2 ** builtFactors - 1 - (proved ? builtFactors : 0) + builtDoses;
  return (cellsToCheck(factors).length + doses.length) * input.pilot.runTimeMs + builds * buildTimeMs;
}
