import type { SubjectId } from "../model/case.ts";
import type { Facts } from "../model/evidence.ts";
import { isTime, type MetricId } from "../model/plan.ts";
import type { Gap, Tuning, Warning, Win } from "../model/report.ts";
import { openTuningLog } from "../runs/tuning-log.ts";
import { limitAfter } from "../verify/kept-run.ts";
import type { VerifiedBaseline } from "./baselines.ts";
import { buildAndVerify } from "./examine-programs.ts";
import type { MeasuredLever } from "./measured-levers.ts";
import { closingGaps, compareBest } from "./tune-final.ts";
import type { TuningRig } from "./tune-measure.ts";
import { describeTuning } from "./tune-report.ts";
import type { SearchFrame } from "./tune-search.ts";
import { type SearchedSide, searchSide } from "./tune-side.ts";
import { verifyingOf } from "./verify-baselines.ts";
import type { Workbench } from "./workbench.ts";

export interface TuneRequest {
  readonly subjects: readonly SubjectId[];
  readonly budgetMs: number;
  /** The gap as written, where the question is whether it would close. */
  readonly gap?: Pick<Gap, "slow" | "fast">;
  /** What is known of the subjects: settings that cannot matter by it take no time from those that may. */
  readonly facts?: Readonly<Record<SubjectId, Facts>>;
  /** Levers that were pulled alone before: the search begins with the settings among them that helped. */
  readonly levers?: readonly MeasuredLever[];
  /** The subjects as written, where they are built and checked already. */
  readonly baselines?: readonly VerifiedBaseline[];
}

export interface Tuned {
  readonly wins: readonly Win[];
  readonly tuning: readonly Tuning[];
  readonly closing: readonly Gap[];
  readonly warnings: readonly Warning[];
  readonly sides: readonly SearchedSide[];
}

const defaultPrecision = 0.02;

/**
 * Searches the best set of settings of every subject, then measures all best sets side by side on fresh blocks. What
 * is measured is in the run folder before the next block begins.
 */
export async function tuneSides(bench: Workbench, request: TuneRequest): Promise<Tuned> {
  const startedMs = performance.now();
  const { subjects, budgetMs, gap } = request;
  const frame = searchFrame(bench);
  const log = await openTuningLog(bench.run.directory);
  try {
    await log.appendSearch(subjects);
    const rig = await openRig(bench, request, log);
    const sides: SearchedSide[] = [];
    for (const [index, subject] of subjects.entries()) {
      // What one subject overran is shared by the rest, the final comparison included.
      const leftMs = budgetMs - (performance.now() - startedMs);
      sides.push(
        await searchSide(rig, {
          subject,
          budgetMs: Math.min(budgetMs / subjects.length, leftMs / (subjects.length - index)),
          frame,
          ruledOut: ruledOutBy(bench, request.facts?.[subject]),
          levers: (request.levers ?? []).filter((lever) => lever.subject === subject),
        }),
      );
    }
    const finals = await compareBest(rig, sides, frame, budgetMs - (performance.now() - startedMs));
    const described = [];
    for (const side of sides) described.push(await describeTuning(rig, side, finals, frame));
    return {
      wins: described.flatMap(({ wins }) => wins),
      tuning: described.map(({ tuning }) => tuning),
      closing: gap === undefined ? [] : closingGaps(finals, gap),
      warnings: described.flatMap(({ warnings }) => warnings),
      sides,
    };
  } finally {
    await log.close();
  }
}

/** Dimensions of settings, and the factors that act on the same part of a program: all of them have to be out. */
const factorsOfDimension: Readonly<Record<string, readonly string[]>> = {
  allocator: ["allocator"],
  gogc: ["gc"],
  gomaxprocs: ["cores"],
  processors: ["cores"],
  "goexperiment-greenteagc": ["gc"],
  "goexperiment-sizespecializedmalloc": ["allocator"],
  "goexperiment-runtimefreegc": ["allocator", "gc"],
};

function ruledOutBy({ factors }: Workbench, facts: Facts | undefined): ReadonlyMap<string, string> {
  if (facts === undefined) return new Map();
  const out = new Map(
    factors.flatMap((factor) => {
      const { verdict, reason } = factor.relevantWhen(facts);
      return verdict === "out" ? [[factor.id, reason] as const] : [];
    }),
  );
  return new Map(
    Object.entries(factorsOfDimension).flatMap(([dimension, ids]) => {
      const reasons = ids.flatMap((id) => out.get(id) ?? []);
      return reasons.length < ids.length
        ? []
        : [[dimension, `it has nothing to gain: ${[...new Set(reasons)].join(", ")}`] as const];
    }),
  );
}

function searchFrame({ options, seed, runner }: Workbench): SearchFrame {
  const wished = options.metrics.find(isTime) ?? "cpuTime";
  // The lowest rung counts nothing but wall time.
  const primary = runner.rung.id === "spawn" ? "wallTime" : wished;
  const metrics: readonly MetricId[] = [...new Set([primary, "cpuTime", "wallTime", "maxRss"] as const)];
  return { seed, metrics, precision: options.precision ?? defaultPrecision, confidence: 0.95, primary };
}

async function openRig(
  bench: Workbench,
  { subjects, baselines: known }: TuneRequest,
  log: TuningRig["log"],
): Promise<TuningRig> {
  const narrowed = {
    ...bench,
    contenders: bench.contenders.filter(({ subject }) => subjects.includes(subject.id)),
  };
  const baselines = known ?? (await buildAndVerify(narrowed)).baselines;
  return {
    bench,
    baselines,
    timeoutMs: Object.fromEntries(
      baselines.map(({ reference: { subject, longestWallTimeNs } }) => [
        subject,
        limitAfter(verifyingOf(bench), longestWallTimeNs),
      ]),
    ),
    toolchains: new Map(),
    log,
    nextBlock: 0,
    buildTimesMs: new Map(),
  };
}
