import { assert } from "../base/assert.ts";
import type { SubjectId } from "../model/case.ts";
import type { MetricId, Plan, Side, SideFactor } from "../model/plan.ts";
import type { SettingPatch } from "../model/setting.ts";
import { type ColumnsInput, type Dose, makeColumns, type Repeats } from "./columns.ts";
import { chooseDesign } from "./design.ts";
import { blocksFor, blockVariance, linkCount, type Noise } from "./forecast.ts";

/** What the pilot saw of one subject. */
export interface PilotFigures {
  readonly runTimeMs: number;
  /** One relink with a new layout seed. */
  readonly linkTimeMs: number;
  /** Standard deviation of the log of one run; absent: 3 %. */
  readonly runSd?: number;
  /** Standard deviation over layouts; absent: 2 %. */
  readonly layoutSd?: number;
}

export interface SideInput {
  readonly subject: SubjectId;
  /** Factors that can be switched off here, at most 8; may be empty. */
  readonly factors: readonly SideFactor[];
  readonly scheme?: SettingPatch;
  readonly doses?: readonly Dose[];
  /** Cells that cannot be run although their factors stay (`canBeCompleted`); full designs only. */
  readonly missing?: readonly number[];
  readonly pilot: PilotFigures;
  /** fixed for subjects that cannot be linked anew. */
  readonly layout?: "randomised" | "fixed";
}

export interface PlanOptions {
  readonly seed: number;
  readonly metrics: readonly MetricId[];
  /** Half width wanted, log units; absent: 0.02, or 5 % of the pilot's gap where that is more. */
  readonly precision?: number;
  readonly confidence?: number;
  readonly minBlocks?: number;
  readonly maxBlocks?: number;
  readonly budgetMs?: number;
  /** Sides with more factors than this get a fraction instead of all cells. */
  readonly fullUpTo?: number;
  readonly repeats?: Repeats;
  /** Overrides the choice between links of each column's own and shared ones. */
  readonly mode?: Side["mode"];
}

export interface PlanInput {
  /** Two or more. */
  readonly sides: readonly SideInput[];
  readonly options: PlanOptions;
}

const assumedNoise: Noise = { runSd: 0.03, layoutSd: 0.02 };
const assumed = { confidence: 0.95, minBlocks: 4, maxBlocks: 400, budgetMs: 15 * 60_000, fullUpTo: 5 };

/** METHOD steps 3, 4 and 20: columns of every side, own or shared links, fractions above five factors. */
export function makePlan({ sides, options }: PlanInput): Plan {
  assert(sides.length >= 2, "a plan needs two sides");
  assert(new Set(sides.map((side) => side.subject)).size === sides.length, "subjects of a plan are distinct");
  const precision = options.precision ?? defaultPrecision(sides);
  const build = (repeats: Repeats) => planWith({ sides, options }, precision, repeats);
  if (options.repeats !== undefined) return build(options.repeats);
  const plan = build(fewRepeats);
  const large = sides.some((side) => side.factors.length >= manyRepeatsFromFactors);
  return large && wantedBlocks({ sides, options }, plan) > longSession ? build(manyRepeats) : plan;
}

/** The smallest blocks that still average the two cells that every contribution and the gap lean on. */
const fewRepeats: Repeats = { baseline: 3, neutral: 2, single: 1 };
/**
 * Close to Neyman's allocation (1934: runs in proportion to the root of squared weights), which needs 16 % less runs
 * at five factors but makes blocks a third larger: it pays once more than a few blocks are needed anyway.
 */
const manyRepeats: Repeats = { baseline: 4, neutral: 4, single: 2 };
const longSession = 4;
/** Below, a block is small and its first answer soon. */
const manyRepeatsFromFactors = 3;

function planWith({ sides, options }: PlanInput, precision: number, repeats: Repeats): Plan {
  return {
    seed: options.seed,
    sides: sides.map((side) => makeSide(side, options, repeats)),
    precision,
    confidence: options.confidence ?? assumed.confidence,
    minBlocks: options.minBlocks ?? assumed.minBlocks,
    maxBlocks: options.maxBlocks ?? assumed.maxBlocks,
    budgetMs: options.budgetMs ?? assumed.budgetMs,
    metrics: options.metrics,
  };
}

/** max(2 pp, 5 % of the largest gap): finer than that changes no decision. */
function defaultPrecision(sides: readonly SideInput[]): number {
  const logs = sides.map((side) => Math.log(side.pilot.runTimeMs));
  return Math.max(0.02, 0.05 * (Math.max(...logs) - Math.min(...logs)));
}

function designOf({ factors, missing = [] }: SideInput, fullUpTo: number): Side["design"] {
  const design = chooseDesign(factors.length, fullUpTo);
  if (missing.length === 0) return design;
  assert(design.kind === "full", "only full designs can do without cells");
  return { ...design, missing };
}

function makeSide(side: SideInput, options: PlanOptions, repeats: Repeats): Side {
  const design = designOf(side, options.fullUpTo ?? assumed.fullUpTo);
  const layout = side.layout ?? "randomised";
  const base: Omit<ColumnsInput, "mode"> = {
    subject: side.subject,
    factors: side.factors,
    ...(side.scheme === undefined ? {} : { scheme: side.scheme }),
    doses: side.doses ?? [],
    design,
    layout,
    repeats,
  };
  const mode = layout === "fixed" ? "shared" : (options.mode ?? chooseMode(base, side.pilot));
  const columns = makeColumns({ ...base, mode });
  return {
    subject: side.subject,
    factors: side.factors,
    ...(side.scheme === undefined ? {} : { scheme: side.scheme }),
    design,
    columns,
    mode,
    blocksPerLayout: mode === "shared" && side.pilot.linkTimeMs > 3 * side.pilot.runTimeMs ? 2 : 1,
    layout,
    blockCost: {
      runMs: columns.length * side.pilot.runTimeMs,
      linkMs: layout === "fixed" ? 0 : linkCount(columns) * side.pilot.linkTimeMs,
    },
  };
}

/**
 * The mode with the smaller product of cost of a block and variance after a block, which is what the time to a
 * given width is proportional to. Sides without factors have no contribution to sharpen: own links serve the gap.
 */
function chooseMode(base: Omit<ColumnsInput, "mode">, pilot: PilotFigures): Side["mode"] {
  const noise: Noise = {
    runSd: pilot.runSd ?? assumedNoise.runSd,
    layoutSd: pilot.layoutSd ?? assumedNoise.layoutSd,
  };
  const cost = (mode: Side["mode"]) => {
    const columns = makeColumns({ ...base, mode });
    const variance = blockVariance(columns, base.factors.length, noise, missingOf(base.design));
    const time = columns.length * pilot.runTimeMs + linkCount(columns) * pilot.linkTimeMs;
    return time * (variance === 0 ? 1 : variance);
  };
  if (base.factors.length === 0) return pilot.linkTimeMs <= pilot.runTimeMs ? "own" : "shared";
  return cost("own") <= cost("shared") ? "own" : "shared";
}

const missingOf = (design: Side["design"]): readonly number[] =>
  design.kind === "full" ? (design.missing ?? []) : [];

/** Blocks, runs, links and milliseconds that the wanted precision is likely to need. */
export interface Forecast {
  readonly blocks: number;
  readonly runsPerBlock: number;
  readonly linksPerBlock: number;
  readonly timeMs: number;
  readonly withinBudget: boolean;
}

/** Blocks that the wanted width needs by the pilot's noise. */
function wantedBlocks({ sides }: PlanInput, plan: Plan): number {
  const variances = plan.sides.map((side, index) => {
    const pilot = sides[index]?.pilot;
    const noise: Noise = {
      runSd: pilot?.runSd ?? assumedNoise.runSd,
      layoutSd: side.layout === "fixed" ? 0 : (pilot?.layoutSd ?? assumedNoise.layoutSd),
    };
    return blockVariance(side.columns, side.factors.length, noise, missingOf(side.design));
  });
  // A contribution lies between two sides; with more sides the worst pair decides.
  const [first = 0, second = 0] = variances.toSorted((left, right) => right - left);
  return blocksFor(plan.precision, plan.confidence, first + second);
}

/** The forecast before the first block; decideStop makes a better one after each. */
export function forecastPlan(input: PlanInput, plan: Plan): Forecast {
  const wanted = wantedBlocks(input, plan);
  const blocks = Math.min(plan.maxBlocks, Math.max(plan.minBlocks, wanted));
  const perBlock = plan.sides.reduce(
    (total, side) =>
      total + (side.blockCost?.runMs ?? 0) + (side.blockCost?.linkMs ?? 0) / side.blocksPerLayout,
    0,
  );
  return {
    blocks,
    runsPerBlock: plan.sides.reduce((total, side) => total + side.columns.length, 0),
    linksPerBlock: plan.sides.reduce(
      (total, side) => total + (side.layout === "fixed" ? 0 : linkCount(side.columns)),
      0,
    ),
    timeMs: blocks * perBlock,
    withinBudget: blocks * perBlock <= plan.budgetMs,
  };
}
