import { canonicalJson } from "../base/hash.ts";
import { ok } from "../base/result.ts";
import type { SubjectId } from "../model/case.ts";
import type { FactorGroup, FactorId, Lever, Realization } from "../model/factor.ts";
import type { Column, SideFactor } from "../model/plan.ts";
import { baselineSetting, type SettingPatch } from "../model/setting.ts";
import { mostFactors } from "../plan/index.ts";
import { type ProofOutcome, proveLever } from "../prove/prove-lever.ts";
import {
  type Candidate,
  rankFactors,
  type ScreenedSide,
  type Screening,
  type ScreeningSide,
  screenFactors,
  withoutRivals,
} from "../screen/screen-factors.ts";
import { buildVariant } from "./baselines.ts";
import { type Findings, inspectArtifact, traceArtifact } from "./gather-facts.ts";
import type { Workbench } from "./workbench.ts";

export interface ChosenSide extends ScreenedSide {
  /** What every variant of the side carries because a chosen lever needs it. */
  readonly scheme?: SettingPatch;
  /** Variants that cannot be run although their factors stay. */
  readonly missing?: readonly MissingVariant[];
  /** Levels of its factors that cannot be run. */
  readonly failedDoses?: readonly FailedDose[];
}

export interface MissingVariant {
  /** Bit i set = factors[i] switched off. */
  readonly cell: number;
  readonly reason: string;
}

/** A dose that cannot be measured; `reason` reads after the name of the subject. */
export interface FailedDose extends NonNullable<Column["dose"]> {
  readonly subject: SubjectId;
  readonly reason: string;
}

/** The factors that could enter the design by the evidence alone, before any lever was pulled. */
export interface RankedSides {
  readonly screening: Screening;
  /** Without proofs: every candidate as if its lever worked, the weightiest first. */
  readonly sides: readonly ChosenSide[];
}

/** How many factors of a side are worth proving, and why the others are not. */
export interface SideLimit {
  readonly most: number;
  readonly reason: string;
}

export async function rankSides(bench: Workbench, findings: readonly Findings[]): Promise<RankedSides> {
  const realizations = await Promise.all(findings.map((one) => realizeAll(bench, one)));
  const screening: Screening = {
    factors: bench.factors,
    sides: findings.map(({ baseline, facts }, index) => ({
      subject: baseline.contender.subject.id,
      facts,
      realizations: realizations[index] ?? new Map<FactorId, Realization>(),
      proofs: new Map<FactorId, ProofOutcome>(),
    })),
    maxPerSide: mostFactors,
    ...(bench.options.factors === undefined ? {} : { requested: bench.options.factors }),
    ...(bench.options.skip === undefined ? {} : { skipped: bench.options.skip }),
  };
  const ranked = rankFactors(screening);
  const sides = screening.sides.map(({ subject }) =>
    schemeOf({ subject, factors: (ranked.get(subject) ?? []).map(asIfProved), excluded: [] }),
  );
  return { screening, sides };
}

function asIfProved({ factor, lever }: Candidate): SideFactor {
  return { factor, lever, proof: { proof: lever.proof, before: 0, after: 0, applied: false } };
}

/**
 * From all factors to at most eight a side, each with a lever that is proved to work and a reason for every one left
 * out. No more levers of a side are pulled than its limit can use: each may cost a build.
 */
export async function chooseSides(
  bench: Workbench,
  findings: readonly Findings[],
  { screening, sides }: RankedSides,
  limits: ReadonlyMap<SubjectId, SideLimit>,
): Promise<readonly ChosenSide[]> {
  const proved: ScreeningSide[] = [];
  for (const [index, side] of screening.sides.entries()) {
    const finding = findings[index];
    if (finding === undefined) continue;
    const candidates = sides[index]?.factors ?? [];
    const most = limits.get(side.subject)?.most ?? candidates.length;
    proved.push({ ...side, proofs: await proveCandidates(bench, finding, candidates, most) });
  }
  const untried = new Map([...limits].map(([subject, { reason }]) => [subject, reason]));
  return screenFactors({ ...screening, sides: proved, untried }).map(schemeOf);
}

async function realizeAll(
  bench: Workbench,
  { baseline: { contender } }: Findings,
): Promise<ReadonlyMap<FactorId, Realization>> {
  const entries = await Promise.all(
    bench.factors.map(
      async ({ id, neutral }) =>
        [id, await contender.language.realize(id, neutral, contender.toolchain)] as const,
    ),
  );
  return new Map(entries);
}

/**
 * Pulls levers until `most` of them are proved, the weightiest candidates first. Of those that are tried together,
 * levers that bring a scheme come first: the others are then proved in the link that they will be measured in.
 */
async function proveCandidates(
  bench: Workbench,
  finding: Findings,
  candidates: readonly Candidate[],
  most: number,
): Promise<ReadonlyMap<FactorId, ProofOutcome>> {
  const proofs = new Map<FactorId, ProofOutcome>();
  const schemes: SettingPatch[] = [];
  const proved = () => candidates.filter(({ factor }) => proofs.get(factor)?.kind === "proved");
  const usable = () => withoutRivals(bench.factors, proved());
  const waiting = () => candidates.filter(({ factor }) => !proofs.has(factor));
  const tryThese = (next: readonly Candidate[]) => {
    // A scheme that comes late changes the link of those that were proved without it.
    const again = next.some(({ lever }) => lever.scheme !== undefined) ? proved() : [];
    return proveTogether(bench, finding, { candidates: [...next, ...again], proofs, schemes });
  };
  while (waiting().length > 0 && usable().length < most)
    await tryThese(waiting().slice(0, most - usable().length));
  // Which of two rivals is measured depends on the other side too.
  const rivals = waiting().filter(
    (one) => withoutRivals(bench.factors, [...usable(), one]).length === usable().length,
  );
  if (rivals.length > 0) await tryThese(rivals);
  if (usable().length < most)
    await proveInCompany(bench, finding, { candidates, proofs, scheme: mergeSchemes(schemes) });
  return proofs;
}

interface Together {
  readonly candidates: readonly Candidate[];
  readonly proofs: Map<FactorId, ProofOutcome>;
  readonly schemes: SettingPatch[];
}

async function proveTogether(
  bench: Workbench,
  finding: Findings,
  { candidates, proofs, schemes }: Together,
): Promise<void> {
  const [schemed, plain] = [
    candidates.filter(({ lever }) => lever.scheme !== undefined),
    candidates.filter(({ lever }) => lever.scheme === undefined),
  ];
  const builds = candidates.filter(({ lever }) => lever.stage === "build").length;
  if (builds > 0)
    bench.emit({
      kind: "buildStarted",
      builds,
      what: `variants of ${finding.baseline.contender.subject.id}`,
    });
  let done = 0;
  for (const { factor, lever } of [...schemed, ...plain]) {
    const scheme = mergeSchemes([...schemes, ...(lever.scheme === undefined ? [] : [lever.scheme])]);
    const outcome = await proveOne(bench, finding, lever, { scheme });
    proofs.set(factor, outcome);
    if (outcome.kind === "proved" && lever.scheme !== undefined) schemes.push(lever.scheme);
    if (lever.stage === "build")
      bench.emit({ kind: "buildDone", done: ++done, builds, cached: bench.builder.counts().taken });
  }
}

interface ProofRound {
  readonly candidates: readonly Candidate[];
  readonly proofs: Map<FactorId, ProofOutcome>;
  readonly scheme: SettingPatch | undefined;
}

/** Factors that keep a pass of the compiler from its work: other passes, and checks that a loop cannot be changed across. */
const hidingGroups: readonly (FactorGroup | undefined)[] = ["loop optimiser", "safety checks"];

/**
 * One factor can hide another's work (a loop that was replaced by a table has no branch left to convert, a checked
 * loop is not vectorised). Levers of the compiler that found nothing to do are pulled once more with those pulled too.
 */
async function proveInCompany(bench: Workbench, finding: Findings, round: ProofRound): Promise<void> {
  const { candidates, proofs, scheme } = round;
  const groupOf = (id: FactorId) => bench.factors.find((factor) => factor.id === id)?.group;
  const company = candidates
    .filter(({ factor }) => hidingGroups.includes(groupOf(factor)) && proofs.get(factor)?.kind === "proved")
    .map(({ lever }) => lever.patch);
  if (company.length === 0) return;
  for (const { factor, lever } of candidates) {
    const group = groupOf(factor);
    if (proofs.get(factor)?.kind !== "absent" || (group !== "loop optimiser" && group !== "codegen"))
      continue;
    const outcome = await proveOne(bench, finding, lever, { scheme, company });
    if (outcome.kind === "proved") proofs.set(factor, outcome);
  }
}

interface ProofSurroundings {
  readonly scheme: SettingPatch | undefined;
  readonly company?: readonly SettingPatch[];
}

function proveOne(
  bench: Workbench,
  { baseline, pilot, hotSymbols, traced }: Findings,
  lever: Lever,
  { scheme, company }: ProofSurroundings,
): Promise<ProofOutcome> {
  const { contender } = baseline;
  const asWritten = canonicalJson(baselineSetting);
  return proveLever(lever, {
    build: (setting) => buildVariant(bench, contender, setting),
    inspect: (artifact, scope) => inspectArtifact(contender, artifact, scope === "hot" ? hotSymbols : []),
    // The program as written was traced before: once for all levers.
    trace: (artifact, setting) =>
      traced !== undefined && canonicalJson(setting) === asWritten
        ? Promise.resolve(ok(traced))
        : traceArtifact(bench, { contender, artifact, setting, timeoutMs: pilot.timeoutMs }),
    ...(scheme === undefined ? {} : { scheme }),
    ...(company === undefined ? {} : { company }),
  });
}

/** The side with what its factors need in every variant, and nothing that a factor needed which is gone. */
export function schemeOf({ subject, factors, excluded }: ScreenedSide): ChosenSide {
  const scheme = mergeSchemes(factors.flatMap(({ lever }) => lever.scheme ?? []));
  return { subject, factors, excluded, ...(scheme === undefined ? {} : { scheme }) };
}

/** Distinct schemes as one patch; undefined for none. */
function mergeSchemes(schemes: readonly SettingPatch[]): SettingPatch | undefined {
  const distinct = schemes.filter(
    (scheme, index) => schemes.findIndex((other) => canonicalJson(other) === canonicalJson(scheme)) === index,
  );
  const [first, ...rest] = distinct;
  if (first === undefined) return undefined;
  return rest.reduce<SettingPatch>(
    (merged, scheme) => ({
      build: {
        flags: { ...merged.build?.flags, ...scheme.build?.flags },
        env: { ...merged.build?.env, ...scheme.build?.env },
        switches: [...(merged.build?.switches ?? []), ...(scheme.build?.switches ?? [])],
      },
      run: {
        env: { ...merged.run?.env, ...scheme.run?.env },
        preload: [...(merged.run?.preload ?? []), ...(scheme.run?.preload ?? [])],
      },
    }),
    first,
  );
}

/** Subjects by id, for the parts of the pipeline that start from a plan. */
export function findingsOf(findings: readonly Findings[], subject: SubjectId): Findings {
  const found = findings.find(({ baseline }) => baseline.contender.subject.id === subject);
  if (found === undefined) throw new Error(`bug: no findings of ${subject}`);
  return found;
}
