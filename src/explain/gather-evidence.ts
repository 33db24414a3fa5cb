import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createClassifier } from "../account/classify.ts";
import { componentIds } from "../account/components.ts";
import type { SourceLead } from "../advise/source-lead.ts";
import { hashParts } from "../base/hash.ts";
import { checklistEvidence } from "../evidence/checklist.ts";
import type { CodeSide } from "../evidence/compare-code.ts";
import { type Compared, comparePrograms } from "../evidence/compare-programs.ts";
import { type ComponentTime, componentTimes } from "../evidence/component-times.ts";
import { type Gathered, gatherEvidence, nothingSeen } from "../evidence/gather.ts";
import { ownFunctions, unplacedShare } from "../evidence/own-functions.ts";
import { type PairSide, pairFunctions, pairingEvidence } from "../evidence/pair-functions.ts";
import { sampledCalls } from "../evidence/sampled-calls.ts";
import { withStances } from "../evidence/stances.ts";
import type { Evidence, Facts } from "../model/evidence.ts";
import type { ProfileFrame } from "../model/profile.ts";
import type { Checklist, ProgramDifference, Warning } from "../model/report.ts";
import { applyPatches, baselineSetting, type SettingPatch } from "../model/setting.ts";
import type { SampledCall } from "../model/source-site.ts";
import { buildVariant } from "./baselines.ts";
import { checkSubject, readBuildFacts } from "./check-subject.ts";
import { componentsWithFactor } from "./components.ts";
import { findSourceLeads } from "./find-source-leads.ts";
import type { Findings } from "./gather-facts.ts";
import { subjectTitle, titlesOf } from "./subject-title.ts";
import type { Workbench } from "./workbench.ts";

export interface AllEvidence {
  readonly evidence: readonly Evidence[];
  /** In the order of the findings: what they knew and what the evidence counted. */
  readonly facts: readonly Facts[];
  readonly differences: readonly ProgramDifference[];
  readonly checklist: readonly Checklist[];
  readonly leads: readonly SourceLead[];
  readonly warnings: readonly Warning[];
}

/** What a sceptic asks for, per subject and for each subject beside the fastest. Nothing without profiles. */
export async function gatherAllEvidence(
  bench: Workbench,
  findings: readonly Findings[],
): Promise<AllEvidence> {
  bench.emit({ kind: "stageStarted", stage: "gathering evidence" });
  const gathered = await Promise.all(findings.map((one) => gatherOne(bench, one)));
  const builds = await Promise.all(findings.map(readBuildFacts));
  const facts = findings.map(
    (one, index): Facts => ({ ...one.facts, ...gathered[index]?.facts, ...builds[index] }),
  );
  const checklist = findings.map((one, index) => checkSubject(bench, one, facts[index] ?? {}));
  const times = await Promise.all(findings.map(timesByComponent));
  const beside = besideTheFastest(
    bench,
    findings.map((one, index) => ({ findings: one, facts: facts[index] ?? {}, ...times[index] })),
  );
  const evidence = withStances(
    [
      ...gathered.flatMap((one) => one.evidence),
      ...checklist.flatMap(checklistEvidence),
      ...beside.flatMap((one) => one.evidence),
    ],
    Object.fromEntries(findings.map((one, index) => [idOf(one), gathered[index]?.seen ?? nothingSeen])),
  );
  const differences = beside.flatMap((one) => one.differences);
  const subjects = findings.flatMap((one, index) => {
    const own = gathered[index];
    const { calls = [] } = times[index] ?? {};
    return own === undefined ? [] : [{ findings: one, gathered: own, facts: facts[index] ?? {}, calls }];
  });
  return {
    evidence,
    facts,
    differences,
    checklist,
    leads: findSourceLeads(subjects, evidence, differences),
    warnings: findings.flatMap(({ baseline }, index) =>
      (gathered[index]?.lost ?? []).map((lost) => ({
        code: "evidence-degraded",
        message: `${titlesOf(bench.contenders)(idOf({ baseline }))}: ${lost}`,
        appliesTo: idOf({ baseline }),
      })),
    ),
  };
}

async function gatherOne(bench: Workbench, { baseline, facts, profile, hot }: Findings): Promise<Gathered> {
  const { subject, language, toolchain } = baseline.contender;
  if (profile === undefined) return { evidence: [], sites: [], facts: {}, seen: nothingSeen, lost: [] };
  const prebuilt = subject.command !== undefined;
  const digest = prebuilt ? "" : await bench.builder.sourceDigest(subject, toolchain);
  return gatherEvidence({
    subject: subject.id,
    language: language.id,
    toolchain: toolchain.title,
    executable: profile.executable,
    hot,
    facts,
    workDirectory: join(bench.cacheDirectory, "remarks", hashParts([digest, toolchain.digest]).slice(0, 32)),
    // A compiler's words cost one more build: not worth it for a first answer.
    ...(prebuilt || bench.options.quick ? {} : { compile: (patch) => compileLog(bench, baseline, patch) }),
  });
}

async function compileLog(
  bench: Workbench,
  { contender }: Findings["baseline"],
  patch: SettingPatch,
): Promise<string | undefined> {
  const built = await buildVariant(bench, contender, applyPatches(baselineSetting, [patch]));
  return built.ok ? readFile(built.value.logPath, "utf8").catch(() => "") : undefined;
}

interface Times {
  readonly calls?: readonly SampledCall[];
  readonly components?: readonly ComponentTime[];
}

/** Nothing without a profile. */
async function timesByComponent({ baseline, profile }: Findings): Promise<Times> {
  if (profile === undefined) return {};
  const language = baseline.contender.language.id;
  const classifier = createClassifier({ language, executable: profile.executable }, profile);
  const componentOf = (frames: readonly ProfileFrame[]) => classifier.stack(frames)?.component;
  const calls = await sampledCalls(profile, componentOf);
  return { calls, components: componentTimes(profile, { components: componentIds, calls, componentOf }) };
}

interface Gatherings extends Times {
  readonly findings: Findings;
  readonly facts: Facts;
}

function besideTheFastest(bench: Workbench, all: readonly Gatherings[]): readonly Compared[] {
  const fastest = all.toSorted((left, right) => timeOf(left.findings) - timeOf(right.findings))[0];
  if (fastest === undefined) return [];
  return all.flatMap((slow) => {
    if (slow === fastest) return [];
    const [left, right] = [pairSide(bench, slow.findings), pairSide(bench, fastest.findings)];
    const pairing = left === undefined || right === undefined ? undefined : pairFunctions(left, right);
    const { differences, evidence } = comparePrograms({
      slow: codeSide(slow),
      fast: codeSide(fastest),
      gap: Math.log(timeOf(slow.findings) / timeOf(fastest.findings)),
      haveFactor: componentsWithFactor(bench.factors, [slow.facts, fastest.facts]),
      ...(pairing === undefined ? {} : { pairing }),
    });
    const paired =
      pairing === undefined || left === undefined || right === undefined
        ? []
        : pairingEvidence(left, right, pairing);
    return [{ differences, evidence: [...evidence, ...paired] }];
  });
}

function codeSide({ findings, facts, components }: Gatherings): CodeSide {
  const { baseline, pilot, profile } = findings;
  const { subject } = baseline.contender;
  return {
    subject: subject.id,
    name: subjectTitle(baseline.contender),
    facts,
    functions: profile === undefined ? [] : ownFunctions(profile),
    ...(profile === undefined ? {} : { unplacedShare: unplacedShare(profile) }),
    ...(pilot.typicalCpuTimeNs === undefined ? {} : { cpuSeconds: pilot.typicalCpuTimeNs / 1e9 }),
    ...(subject.command === undefined ? {} : { isPrebuilt: true }),
    ...(components === undefined ? {} : { components }),
  };
}

const idOf = ({ baseline }: Pick<Findings, "baseline">) => baseline.contender.subject.id;

const timeOf = ({ pilot }: Findings) => pilot.typicalCpuTimeNs ?? pilot.typicalWallTimeNs;

function pairSide({ contenders }: Workbench, findings: Findings): PairSide | undefined {
  const { profile, hot } = findings;
  const subject = idOf(findings);
  return profile === undefined ? undefined : { subject, name: titlesOf(contenders)(subject), profile, hot };
}
