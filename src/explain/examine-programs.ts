import { ensure } from "../base/assert.ts";
import { present } from "../base/present.ts";
import { type Pilot, runPilot } from "../measure/pilot.ts";
import type { SubjectId } from "../model/case.ts";
import type { Facts } from "../model/facts.ts";
import type { Warning } from "../model/report.ts";
import { baselineSetting } from "../model/setting.ts";
import { writeProfile } from "../runs/profiles.ts";
import type { Verification } from "../verify/verify-outputs.ts";
import { type Baseline, buildBaselines, buildVariant, type VerifiedBaseline } from "./baselines.ts";
import { checkLatencies } from "./check-latencies.ts";
import { leftOutWarnings } from "./count-facts.ts";
import { type AllEvidence, gatherAllEvidence } from "./gather-evidence.ts";
import { type Findings, gatherFindings } from "./gather-facts.ts";
import { pilotGap } from "./pilot-gap.ts";
import { sdOf } from "./plan-input.ts";
import { buildWithProbe } from "./probe-build.ts";
import { titlesOf } from "./subject-title.ts";
import { verifyBaselines } from "./verify-baselines.ts";
import type { Workbench } from "./workbench.ts";

/** What is known of the programs as written, before any cause is switched off or any setting is tried. */
export interface Examined {
  readonly verification: Verification;
  readonly pilot: Pilot;
  /** In the order of the bench's contenders. */
  readonly findings: readonly Findings[];
  readonly evidence: AllEvidence;
  /** What was not looked at, by the options. */
  readonly leftOut: readonly Warning[];
  /** The operation whose latencies are to be measured; absent where none were asked for. */
  readonly operation?: string;
}

/** Builds, checks, times, profiles and reads the programs as written. */
export async function examinePrograms(bench: Workbench): Promise<Examined> {
  const { baselines, verification } = await buildAndVerify(bench);
  const operation = await checkLatencies(bench, baselines);
  const pilot = await pilotBaselines(bench, baselines, verification);
  const findings = await gatherAll(bench, baselines, pilot);
  const evidence = await gatherAllEvidence(bench, findings);
  const leftOut = leftOutWarnings(bench);
  return { verification, pilot, findings, evidence, leftOut, ...present({ operation }) };
}

/** Everything that was said while the programs were looked at, in the order of the steps. */
export function warningsOf({
  verification,
  pilot,
  leftOut,
  findings,
  evidence,
}: Examined): readonly Warning[] {
  return [
    ...verification.warnings,
    ...pilot.warnings,
    ...leftOut,
    ...findings.flatMap(({ warnings }) => warnings),
    ...evidence.warnings,
  ];
}

/** By subject: what the findings knew and what the evidence counted. */
export function factsOf({ findings, evidence }: Examined): Readonly<Record<SubjectId, Facts>> {
  return Object.fromEntries(
    findings.map(({ baseline, facts }, index) => [
      baseline.contender.subject.id,
      evidence.facts[index] ?? facts,
    ]),
  );
}

/** The programs as written, known to do the same job. */
export async function buildAndVerify(bench: Workbench): Promise<{
  readonly baselines: readonly VerifiedBaseline[];
  readonly verification: Verification;
}> {
  const built = await buildBaselines(bench);
  const verification = await verifyBaselines(bench, built);
  const baselines = built.map((baseline, index) => ({
    ...baseline,
    reference: ensure(verification.references[index], "a reference"),
  }));
  return { baselines, verification };
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
    titleOf: titlesOf(bench.contenders),
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
  await buildAhead(bench);
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

/** What profiles and counters need is built at once, while nothing runs that is looked at; from here on it is in the cache. */
async function buildAhead(bench: Workbench): Promise<void> {
  const { profile, quick, importedProfiles } = bench.options;
  if (!profile) return;
  await Promise.all(
    bench.contenders.flatMap((contender): Promise<unknown>[] => {
      const { subject, language } = contender;
      if (subject.command !== undefined) return [];
      return [
        ...(importedProfiles?.[subject.id] === undefined
          ? [buildVariant(bench, contender, baselineSetting, "profile")]
          : []),
        ...(quick || language.id !== "go" ? [] : [buildWithProbe(bench, contender)]),
      ];
    }),
  );
}
