import { ensure } from "../base/assert.ts";
import { type Pilot, runPilot } from "../measure/pilot.ts";
import type { Plan } from "../model/plan.ts";
import type { Exclusion, Warning } from "../model/report.ts";
import { forecastPlan, makePlan, type PlanInput } from "../plan/index.ts";
import { requireUnchanged, runOptionsOf, type SubjectFingerprint } from "../runs/documents.ts";
import { writeProfile } from "../runs/profiles.ts";
import type { Verification } from "../verify/verify-outputs.ts";
import { type Baseline, buildBaselines, type VerifiedBaseline } from "./baselines.ts";
import { type CheckedSides, checkCells } from "./check-cells.ts";
import { checkLatencies } from "./check-latencies.ts";
import { chooseSides, findingsOf } from "./choose-sides.ts";
import { leftOutWarnings } from "./count-facts.ts";
import { type AllEvidence, gatherAllEvidence } from "./gather-evidence.ts";
import { type Findings, gatherFindings } from "./gather-facts.ts";
import { boundHoles } from "./hole-bounds.ts";
import { identityOf } from "./identity.ts";
import { pilotGap } from "./pilot-gap.ts";
import { sdOf, sideInput } from "./plan-input.ts";
import type { Prepared } from "./prepared.ts";
import { screenByMeasuring } from "./screen-by-measuring.ts";
import { verifyBaselines } from "./verify-baselines.ts";
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
  const baselines = await buildBaselines(bench);
  const verification = await verifyBaselines(bench, baselines);
  await checkLatencies(bench, baselines);
  const pilot = await pilotBaselines(bench, baselines, verification);
  const findings = await gatherAll(bench, verified(baselines, verification), pilot);
  const evidence = await gatherAllEvidence(bench, findings);
  const chosen = await chooseSides(bench, findings);
  const screened = await screenByMeasuring(bench, chosen, findings);
  const checked = await checkCells(bench, screened, findings);
  const input = await planInput(bench, checked, findings, performance.now() - startedMs);
  const prepared: Prepared = {
    ...describe({
      verification,
      pilot,
      findings,
      evidence,
      checked,
      plan: makePlan(input),
      leftOut: leftOutWarnings(bench),
    }),
    identity: await identityOf(bench, verification),
  };
  tellPlan(bench, prepared.plan, input);
  const options = runOptionsOf(bench.options);
  await bench.run.writePlan({ plan: prepared.plan, subjects: fingerprints, prepared, options });
  return prepared;
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

function verified(baselines: readonly Baseline[], { references }: Verification): readonly VerifiedBaseline[] {
  return baselines.map((baseline, index) => ({
    ...baseline,
    reference: ensure(references[index], "a reference"),
  }));
}

async function pilotBaselines(
  bench: Workbench,
  baselines: readonly Baseline[],
  { references }: Verification,
): Promise<Pilot> {
  bench.emit({ kind: "stageStarted", stage: "pilot runs" });
  const pilot = await runPilot({
    runner: bench.runner,
    invocations: baselines.map(({ invocation }) => invocation),
    surroundings: bench.surroundings,
    knownWallTimeNs: Object.fromEntries(
      references.map(({ subject, longestWallTimeNs }) => [subject, longestWallTimeNs]),
    ),
    host: bench.host,
    seed: bench.seed,
    signal: bench.options.kill,
  });
  bench.emit({
    kind: "pilotDone",
    typicalWallTimeNs: Object.fromEntries(pilot.subjects.map((one) => [one.subject, one.typicalWallTimeNs])),
    runSd: Math.max(...pilot.subjects.map(sdOf)),
  });
  const [metric = "cpuTime"] = bench.options.metrics;
  const gap = pilotGap(pilot.subjects, metric);
  if (gap !== undefined) bench.emit({ kind: "gapKnown", gap });
  for (const warning of pilot.warnings) bench.emit({ kind: "warning", warning });
  return pilot;
}

async function gatherAll(
  bench: Workbench,
  baselines: readonly VerifiedBaseline[],
  pilot: Pilot,
): Promise<readonly Findings[]> {
  bench.emit({ kind: "stageStarted", stage: bench.options.profile ? "profiling" : "inspecting" });
  const findings: Findings[] = [];
  for (const [index, baseline] of baselines.entries()) {
    const subject = pilot.subjects[index];
    if (subject !== undefined) findings.push(await gatherFindings(bench, baseline, subject));
  }
  for (const { profile } of findings) if (profile !== undefined) await writeProfile(bench.run, profile);
  for (const warning of [...leftOutWarnings(bench), ...findings.flatMap(({ warnings }) => warnings)])
    bench.emit({ kind: "warning", warning });
  return findings;
}

async function planInput(
  bench: Workbench,
  { sides }: CheckedSides,
  findings: readonly Findings[],
  spentMs: number,
): Promise<PlanInput> {
  const inputs = await Promise.all(
    sides.map((side) => sideInput(bench, side, findingsOf(findings, side.subject))),
  );
  const { metrics, precision, quick, budgetMs } = bench.options;
  return {
    sides: inputs,
    options: {
      seed: bench.seed,
      metrics,
      ...(precision === undefined ? {} : { precision }),
      ...(quick ? { minBlocks: 3 } : {}),
      budgetMs: Math.max(budgetMs - spentMs, budgetMs / 4),
    },
  };
}

interface Known {
  readonly verification: Verification;
  readonly pilot: Pilot;
  readonly findings: readonly Findings[];
  readonly evidence: AllEvidence;
  readonly checked: CheckedSides;
  readonly plan: Plan;
  readonly leftOut: readonly Warning[];
}

function describe({ verification, pilot, findings, evidence, checked, plan, leftOut }: Known): Prepared {
  const excluded: readonly Exclusion[] = checked.sides.flatMap((side) => side.excluded);
  return {
    plan,
    facts: Object.fromEntries(
      findings.map(({ baseline, facts }, index) => [
        baseline.contender.subject.id,
        evidence.facts[index] ?? facts,
      ]),
    ),
    excluded,
    bounds: boundHoles(checked.sides, findings),
    timeoutMs: Object.fromEntries(pilot.subjects.map(({ subject, timeoutMs }) => [subject, timeoutMs])),
    outputHashes: checked.outputHashes,
    accounting: findings.flatMap(({ accounting }) => accounting ?? []),
    evidence: evidence.evidence,
    differences: evidence.differences,
    leads: evidence.leads,
    checklist: evidence.checklist,
    warnings: [
      ...verification.warnings,
      ...pilot.warnings,
      ...leftOut,
      ...findings.flatMap(({ warnings }) => warnings),
      ...evidence.warnings,
      ...checked.warnings,
    ],
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
