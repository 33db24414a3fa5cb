import { present } from "../base/present.ts";
import type { Plan } from "../model/plan.ts";
import type { Exclusion, Warning } from "../model/report.ts";
import { forecastPlan, makePlan, type PlanInput } from "../plan/index.ts";
import { requireUnchanged, runOptionsOf, type SubjectFingerprint } from "../runs/documents.ts";
import { type CheckedSides, checkCells } from "./check-cells.ts";
import { chooseSides, findingsOf, rankSides } from "./choose-sides.ts";
import { type Examined, examinePrograms, factsOf, warningsOf } from "./examine-programs.ts";
import { fitToBudget, limitToBudget } from "./fit-to-budget.ts";
import type { Findings } from "./gather-facts.ts";
import { boundHoles } from "./hole-bounds.ts";
import { identityOf } from "./identity.ts";
import { sideInput } from "./plan-input.ts";
import type { Prepared } from "./prepared.ts";
import { screenByMeasuring } from "./screen-by-measuring.ts";
import type { Workbench } from "./workbench.ts";

/** Everything before the first block. A resumed run takes it from its folder, if its programs are still the same. */
export async function prepare(bench: Workbench): Promise<Prepared> {
  const fingerprints = await fingerprint(bench);
  if (bench.run.plan !== undefined) {
    requireUnchanged(bench.run.plan.subjects, fingerprints);
    const prepared = bench.run.plan.prepared as Prepared;
    return { ...prepared, plan: { ...prepared.plan, budgetMs: bench.options.budgetMs } };
  }
  const startedMs = performance.now();
  const examined = await examinePrograms(bench);
  const { findings, verification } = examined;
  const leftMs = () => timeLeftMs(bench, performance.now() - startedMs);
  const ranked = await rankSides(bench, findings);
  const limits = await limitToBudget(bench, ranked, findings, leftMs());
  const chosen = await chooseSides(bench, findings, ranked, limits);
  const fitting = await fitToBudget(bench, chosen, findings, {
    screening: ranked.screening,
    leftMs: leftMs(),
  });
  for (const [index, { subject, factors }] of fitting.sides.entries())
    bench.emit({
      kind: "screened",
      subject,
      considered: ranked.sides[index]?.factors.length ?? 0,
      kept: factors.map(({ factor }) => factor),
    });
  for (const warning of fitting.warnings) bench.emit({ kind: "warning", warning });
  const screened = await screenByMeasuring(bench, fitting.sides, findings, examined.operation);
  const checked = await checkCells(bench, screened, findings);
  const warnings = [...warningsOf(examined), ...fitting.warnings, ...checked.warnings];
  const input = await planInput(bench, checked, findings, leftMs());
  const prepared: Prepared = {
    ...describe(examined, checked, makePlan(input), warnings),
    identity: await identityOf(bench, verification),
  };
  tellPlan(bench, prepared.plan, input);
  const options = runOptionsOf(bench.options);
  await bench.run.writePlan({ plan: prepared.plan, subjects: fingerprints, prepared, options });
  return prepared;
}

/** Measuring gets a quarter of the budget, however long it took to prepare it. */
function timeLeftMs({ options: { budgetMs } }: Workbench, spentMs: number): number {
  return Math.max(budgetMs - spentMs, budgetMs / 4);
}

function fingerprint(bench: Workbench): Promise<readonly SubjectFingerprint[]> {
  return Promise.all(
    bench.contenders.map(async ({ subject, toolchain }) => ({
      subject: subject.id,
      sourceDigest: await bench.builder.sourceDigest(subject, toolchain),
      toolchain: toolchain.title,
      toolchainDigest: toolchain.digest,
    })),
  );
}

async function planInput(
  bench: Workbench,
  { sides }: CheckedSides,
  findings: readonly Findings[],
  budgetMs: number,
): Promise<PlanInput> {
  const inputs = await Promise.all(
    sides.map((side) => sideInput(bench, side, findingsOf(findings, side.subject))),
  );
  const { metrics, precision, quick } = bench.options;
  return {
    sides: inputs,
    options: {
      seed: bench.seed,
      metrics,
      ...(precision === undefined ? {} : { precision }),
      ...(quick ? { minBlocks: 3 } : {}),
      budgetMs,
    },
  };
}

function describe(
  examined: Examined,
  checked: CheckedSides,
  plan: Plan,
  warnings: readonly Warning[],
): Prepared {
  const { pilot, findings, evidence } = examined;
  const excluded: readonly Exclusion[] = checked.sides.flatMap((side) => side.excluded);
  return {
    plan,
    facts: factsOf(examined),
    excluded,
    bounds: boundHoles(checked.sides, findings),
    timeoutMs: Object.fromEntries(pilot.subjects.map(({ subject, timeoutMs }) => [subject, timeoutMs])),
    outputHashes: checked.outputHashes,
    ...present({ operation: examined.operation }),
    accounting: findings.flatMap(({ accounting }) => accounting ?? []),
    evidence: evidence.evidence,
    differences: evidence.differences,
    leads: evidence.leads,
    checklist: evidence.checklist,
    warnings,
  };
}

function tellPlan(bench: Workbench, plan: Plan, input: PlanInput): void {
  const forecast = forecastPlan(input, plan);
  bench.emit({
    kind: "planMade",
    sides: plan.sides.map((side) => ({
      subject: side.subject,
      factors: side.factors.map(({ factor }) => factor),
      columns: side.columns.length,
      builds: new Set(side.columns.map(({ binary }) => binary)).size,
    })),
    forecastBlocks: forecast.blocks,
    forecastMs: forecast.timeMs,
  });
}
