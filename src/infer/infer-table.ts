/** From a table of logs to an Inference: METHOD steps 8 to 16, without a word about Observations. */
import { at, pairs, range, sum } from "../base/array.ts";
import { ensure } from "../base/assert.ts";
import { bitCount, mean, satterthwaite, studentQuantile, variance } from "../base/statistics.ts";
import type { Contrast, Inference, PairInference, SideInference, TailTreatment } from "../model/inference.ts";
import type { MetricId, Plan, Side } from "../model/plan.ts";
import { type Cleaned, clip } from "./clip.ts";
import {
  type Components,
  contrastVariance,
  estimateComponents,
  localComponents,
  replicateComponents,
  standardDeviations,
} from "./components.ts";
import { detrend, detrendedSlope } from "./detrend.ts";
import { averageRows, columnMeans, fitMeans, type Matrix, residuals } from "./matrix.ts";
import { marginalRange } from "./range.ts";
import { designSide, type HalfDesign, type SideDesign, type Weights } from "./side-design.ts";
import type { Table } from "./table.ts";

/** Weights of a whole plan; the same for every table of it. */
export interface PlanDesign {
  readonly plan: Plan;
  readonly sides: readonly SideDesign[];
}

/** With the other half of fractions where the plan has one. */
export function designPlan(plan: Plan): PlanDesign {
  const offsetIn = (sides: readonly Side[], subject: string) => {
    const place = sides.findIndex((side) => side.subject === subject);
    return sum(sides.slice(0, Math.max(0, place)).map((side) => side.columns.length));
  };
  const others = plan.complement?.sides ?? [];
  const sides = plan.sides.map((side) =>
    designSide(
      side,
      { first: offsetIn(plan.sides, side.subject), other: offsetIn(others, side.subject) },
      others.find((other) => other.subject === side.subject),
    ),
  );
  return { plan, sides };
}

/** One side's numbers after cleaning: enough to estimate any contrast of its columns. */
interface SideSample {
  readonly design: SideDesign;
  /** One, or two where the other half of a fraction was run. */
  readonly halves: readonly HalfSample[];
  readonly first: HalfSample;
}

/** What ran in the same blocks. */
interface HalfSample {
  readonly half: HalfDesign;
  readonly matrix: Matrix;
  readonly cleaned: Cleaned;
  readonly means: Float64Array;
  /** Residuals of the two-way fit, divided by the unclipped share. */
  readonly rest: Float64Array;
  readonly components: Components;
}

/** Detrending is kept only where it narrows the intervals by more than 5 %: in white noise it costs 8 %. */
const detrendingMustGain = 0.05;

/** Blocks of the first half of all designs, and of the other half of those fractions that needed it. */
export interface Tables {
  readonly first: Table;
  readonly other?: Table;
}

export function inferTable(design: PlanDesign, tables: Tables, metric: MetricId): Inference {
  const asMeasured = design.sides.map((side) => sampleSide(side, tables));
  const calm = tables.first.blocks > 1 ? sampleDetrended(design, tables) : asMeasured;
  const detrended = typicalWidth(calm) < (1 - detrendingMustGain) * typicalWidth(asMeasured);
  const samples = detrended ? calm : asMeasured;
  return {
    metric,
    blocks: tables.first.blocks + (tables.other?.blocks ?? 0),
    units: Math.min(...samples.flatMap(({ halves }) => halves.map(({ matrix }) => matrix.rows))),
    sides: samples.map((sample) => describeSide(sample, design.plan.confidence)),
    pairs: pairs(samples).map(([left, right]) => inferPair(left, right)),
    detrended,
    driftShare: driftShare(asMeasured, calm),
    confidence: design.plan.confidence,
  };
}

function sampleDetrended({ sides }: PlanDesign, { first, other }: Tables): readonly SideSample[] {
  const calm = { first: detrend(first), ...(other === undefined ? {} : { other: detrend(other) }) };
  return sides.map((side) => sampleSide(side, calm, detrendedSlope));
}

/** `slopeOf` gives what a residual kept of its own run before it came here, by blocks. */
function sampleSide(
  design: SideDesign,
  { first, other }: Tables,
  slopeOf: (blocks: number) => number = () => 1,
): SideSample {
  const halves = design.halves.map((half, index) => {
    const table = ensure(index === 0 ? first : other, "blocks of the other half");
    return sampleHalf(half, { table, slope: slopeOf(table.blocks), factorCount: design.factors.length });
  });
  return { design, halves, first: ensure(halves[0], "a first half") };
}

function sampleHalf(
  half: HalfDesign,
  {
    table,
    slope,
    factorCount,
  }: { readonly table: Table; readonly slope: number; readonly factorCount: number },
): HalfSample {
  const matrix = averageRows(cutOut(table, half), half.side.blocksPerLayout);
  const clipped = clip(matrix, half.cells, factorCount);
  const cleaned = { ...clipped, unclippedShare: slope * clipped.unclippedShare };
  const fit = fitMeans(cleaned.matrix);
  const rest = residuals(cleaned.matrix, fit).map((value) => value / cleaned.unclippedShare);
  const components =
    matrix.rows > 1
      ? estimateComponents(cleaned.matrix, rest, { binaries: half.binaries, apart: clipped.apart })
      : replicateComponents(matrix, half.side.columns);
  return { half, matrix, cleaned, means: columnMeans(cleaned.matrix), rest, components };
}

function cutOut(table: Table, { side, offset }: HalfDesign): Matrix {
  const columns = side.columns.length;
  const values = new Float64Array(table.blocks * columns);
  for (let block = 0; block < table.blocks; block++) {
    const start = block * table.columns + offset;
    values.set(table.values.subarray(start, start + columns), block * columns);
  }
  return { rows: table.blocks, columns, values };
}

const weightsOf = ({ half, matrix }: HalfSample, weights: Weights): Weights =>
  weights.subarray(half.start, half.start + matrix.columns);

/** A contrast of one side's columns with the variance from its components; its weights sum to zero. */
function contrast({ halves, first }: SideSample, weights: Weights): Contrast {
  const value = sum(halves.map((half) => dot(weightsOf(half, weights), half.means)));
  if (halves.length === 1) return { value, ...contrastVariance(first.components, weights) };
  const terms = halves.map((half) => contrastVariance(half.components, weightsOf(half, weights)));
  return {
    value,
    variance: sum(terms.map((term) => term.variance)),
    degreesOfFreedom: satterthwaite(terms),
  };
}

function dot(weights: Weights, values: Float64Array): number {
  let total = 0;
  for (let index = 0; index < weights.length; index++) total += at(weights, index) * at(values, index);
  return total;
}

/** What intervals are proportional to: root mean variance of contributions, of the placebo contrast without factors. */
function typicalWidth(samples: readonly SideSample[]): number {
  const variances = samples.flatMap((sample) => {
    const { factors, placebo } = sample.design;
    const wanted = factors.length === 0 ? [placebo] : factors.map((factor) => factor.shapley);
    return wanted.map((weights) => contrast(sample, weights).variance);
  });
  return mean(variances.map(Math.sqrt));
}

/** Sum of squares inside columns before and after detrending. */
function driftShare(before: readonly SideSample[], after: readonly SideSample[]): number {
  const inside = (samples: readonly SideSample[]) =>
    sum(
      samples
        .flatMap(({ halves }) => halves)
        .map(({ matrix }) => {
          const means = columnMeans(matrix);
          return sum(matrix.values.map((value, index) => (value - at(means, index % matrix.columns)) ** 2));
        }),
    );
  const total = inside(before);
  return total === 0 ? 0 : Math.min(1, Math.max(0, 1 - inside(after) / total));
}

function describeSide(sample: SideSample, confidence: number): SideInference {
  const { design, halves } = sample;
  const { components } = sample.first;
  const of = (weights: Weights) => contrast(sample, weights);
  const effects = design.effects.map(({ subset, weights }) => ({ subset, ...of(weights) }));
  const mayHide = sizeOfUnseen(effects, design.zeroFromOrder, confidence);
  return {
    subject: design.side.subject,
    factors: design.factors.map(({ factor, group, shapley, alone, last, sensitivity }, bit) => ({
      factor,
      ...(group === undefined ? {} : { group }),
      shapley: of(shapley),
      ...(alone === undefined ? {} : { alone: of(alone) }),
      ...(last === undefined ? {} : { last: of(last) }),
      range: marginalRange(
        effects,
        { bit, factorCount: design.factors.length, confidence },
        of(shapley).value,
      ),
      ...(sensitivity === undefined ? {} : { unseen: sensitivity * mayHide }),
    })),
    cells: design.cellMeans.map(({ cell, weights }) => ({ cell, mean: of(weights).value })),
    groups: design.groups.map(({ group, sum: weights }) => ({ group, sum: of(weights) })),
    interactions: design.interactions.map(({ factors, index }) => ({ factors, index: of(index) })),
    total: of(design.total),
    ...(design.higherOrder === undefined ? {} : { higherOrder: of(design.higherOrder) }),
    ...(design.schemeShift === undefined ? {} : { schemeShift: of(design.schemeShift) }),
    placebo: of(design.placebo),
    doses: design.doses.map(({ factor, level, shift }) => ({ factor, level, shift: of(shift) })),
    typical: blockContrast([{ sample: sample.first, weights: weightsOf(sample.first, design.plain) }]),
    tailLift: tailLift(sample),
    ...standardDeviations(components),
    degreesOfFreedom: Math.min(
      ...halves.flatMap(({ components: { run, layout } }) => [
        run.degreesOfFreedom,
        layout?.degreesOfFreedom ?? Number.POSITIVE_INFINITY,
      ]),
    ),
    clippedShare: mean(halves.map(({ cleaned }) => cleaned.clippedShare)),
    tails: worstTails(halves.map(({ cleaned }) => cleaned.tails)),
  };
}

const fromWorst: readonly TailTreatment[] = ["variants differ", "too many", "too few blocks", "clipped"];

function worstTails(treatments: readonly TailTreatment[]): TailTreatment {
  return fromWorst.find((treatment) => treatments.includes(treatment)) ?? "clipped";
}

/**
 * How large an effect may be that was taken as zero: the t half width of a population of effects like those of one
 * order less, whose mean square beyond their noise is known. Effects of higher order are smaller as a rule (effect
 * hierarchy: Wu and Hamada, Experiments, 2009, section 4.6), so this errs on the wide side.
 */
function sizeOfUnseen(
  effects: readonly ({ readonly subset: number } & Contrast)[],
  zeroFromOrder: number | undefined,
  confidence: number,
): number {
  if (zeroFromOrder === undefined) return 0;
  const below = effects.filter(({ subset }) => bitCount(subset) === zeroFromOrder - 1);
  const meanSquare = mean(below.map(({ value, variance: noise }) => value ** 2 - noise));
  return studentQuantile((1 + confidence) / 2, below.length) * Math.sqrt(Math.max(0, meanSquare));
}

/** Arithmetic against geometric mean at the subject as written, from all its runs unclipped. */
function tailLift({ first: { matrix }, design }: SideSample): number {
  const logs: number[] = [];
  for (let index = 0; index < matrix.values.length; index++)
    if (at(design.plain, index % matrix.columns) > 0) logs.push(at(matrix.values, index));
  const centre = mean(logs);
  return Math.log(mean(logs.map((value) => Math.exp(value - centre))));
}

function inferPair(left: SideSample, right: SideSample): PairInference {
  const between = (read: (design: SideDesign) => Weights) =>
    blockContrast([
      { sample: left.first, weights: weightsOf(left.first, read(left.design)) },
      {
        sample: right.first,
        weights: weightsOf(right.first, read(right.design)).map((weight) => -weight),
      },
    ]);
  return {
    left: left.design.side.subject,
    right: right.design.side.subject,
    gap: between((design) => design.plain),
    neutralGap: between((design) => design.neutral),
  };
}

/** The subject as written and the neutral cell are in the first half. */
interface Part {
  readonly sample: HalfSample;
  readonly weights: Weights;
}

/**
 * A contrast whose weights do not sum to zero within each side, so that what moves a whole side during a block
 * counts. Its variance has two parts: that of the columns it leans on, from their own residuals, and t^2 of whole
 * sides, the excess of the variance of the sides' block means over what their runs explain (never below zero). The
 * values per block alone would do too, but with n - 1 degrees of freedom; so it never has fewer than those. (A small
 * excess over a large variance that one outlying run makes would be given a fraction of one.)
 */
function blockContrast(parts: readonly Part[]): Contrast {
  const rows = Math.min(...parts.map(({ sample }) => sample.matrix.rows));
  const value = sum(parts.map(({ sample, weights }) => dot(weights, sample.means)));
  if (rows < 2 || parts.some(({ sample }) => sample.matrix.rows !== rows)) return addVariances(value, parts);
  const leaning = parts.map(({ sample, weights }) => {
    const chosen = range(weights.length).filter((column) => at(weights, column) !== 0);
    const { binaries } = sample.half;
    return contrastVariance(
      localComponents(sample.cleaned.matrix, sample.rest, { binaries, chosen }),
      weights,
    );
  });
  const whole = wholeSides(parts, rows);
  const terms = whole.variance > 0 ? [...leaning, whole] : leaning;
  return {
    value,
    variance: sum(terms.map((term) => term.variance)),
    degreesOfFreedom: Math.max(rows - 1, satterthwaite(terms)),
  };
}

/** t^2 / n: how far the sides move against each other from block to block, beyond the noise of their runs. */
function wholeSides(parts: readonly Part[], rows: number): Omit<Contrast, "value"> {
  const perRow = new Float64Array(rows);
  parts.forEach(({ sample }, index) => {
    const { values, columns } = sample.cleaned.matrix;
    for (let row = 0; row < rows; row++)
      perRow[row] =
        at(perRow, row) + (index === 0 ? 1 : -1) * mean(values.subarray(row * columns, (row + 1) * columns));
  });
  const unclippedShare = Math.min(...parts.map(({ sample }) => sample.cleaned.unclippedShare));
  const seen = variance(perRow) / unclippedShare ** 2 / rows;
  const ofRuns = sum(
    parts.map(({ sample }) => {
      const { columns } = sample.matrix;
      return contrastVariance(sample.components, new Float64Array(columns).fill(1 / columns)).variance;
    }),
  );
  const excess = Math.max(0, seen - ofRuns);
  return { variance: excess, degreesOfFreedom: (rows - 1) * (excess === 0 ? 1 : excess / seen) ** 2 };
}

/** One block only, or sides whose layouts last differently long: the sides' components as if independent. */
function addVariances(value: number, parts: readonly Part[]): Contrast {
  const terms = parts.map(({ sample, weights }) => contrastVariance(sample.components, weights));
  return { value, variance: sum(terms.map((term) => term.variance)), degreesOfFreedom: satterthwaite(terms) };
}
