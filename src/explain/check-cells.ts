import { Failure } from "../base/failure.ts";
import type { SideFactor } from "../model/plan.ts";
import type { Exclusion, Warning } from "../model/report.ts";
import { applyPatches, baselineSetting, type Setting } from "../model/setting.ts";
import { canBeCompleted, dropFailingFactors } from "../plan/index.ts";
import { verifyVariant } from "../verify/verify-outputs.ts";
import { buildVariant } from "./baselines.ts";
import {
  type ChosenSide,
  type FailedDose,
  findingsOf,
  type MissingVariant,
  schemeOf,
} from "./choose-sides.ts";
import { doseSetting, dosesOf, doseWarning } from "./doses.ts";
import type { Findings } from "./gather-facts.ts";
import { phraseOf } from "./phrase-of.ts";
import { titlesOf } from "./subject-title.ts";
import { verifyingOf } from "./verify-baselines.ts";
import type { Workbench } from "./workbench.ts";

export interface CheckedSides {
  readonly sides: readonly ChosenSide[];
  /** By "subject/cell". */
  readonly outputHashes: Readonly<Record<string, string>>;
  readonly warnings: readonly Warning[];
}

/**
 * Builds and runs the variants once before any of them is timed (METHOD step 2). Where so few variants fail or print something else that the others tell what they would show, all factors stay; else the factor that fails most goes. Never the run.
 */
export async function checkCells(
  bench: Workbench,
  chosen: readonly ChosenSide[],
  findings: readonly Findings[],
): Promise<CheckedSides> {
  bench.emit({ kind: "stageStarted", stage: "checking that every variant does the same job" });
  const sides: ChosenSide[] = [];
  const outputHashes: Record<string, string> = {};
  for (const side of chosen) {
    const checked = await checkSide(bench, side, findingsOf(findings, side.subject));
    sides.push(await checkDoses(bench, checked.side, findingsOf(findings, side.subject)));
    Object.assign(outputHashes, checked.outputHashes);
  }
  const warnings = sides.flatMap((side) => [
    ...side.excluded.filter(({ kind }) => kind === "failed").map((exclusion) => warningOf(bench, exclusion)),
    ...(side.missing ?? []).map((variant) => missingWarning(bench, side, variant)),
    ...(side.failedDoses ?? []).map((dose) => doseWarning(bench, dose)),
  ]);
  return { sides, outputHashes, warnings };
}

async function checkSide(
  bench: Workbench,
  side: ChosenSide,
  findings: Findings,
): Promise<{ readonly side: ChosenSide; readonly outputHashes: Readonly<Record<string, string>> }> {
  let current = side;
  for (;;) {
    const outputHashes: Record<string, string> = {};
    const failures: MissingVariant[] = [];
    for (const cell of cellsToCheck(current.factors)) {
      const outcome = await checkVariant(bench, findings, cellSetting(current, cell));
      if (outcome.ok) outputHashes[`${side.subject}/${cell}`] = outcome.hash;
      else failures.push({ cell, reason: outcome.reason });
    }
    if (failures.length === 0)
      return { side: current, outputHashes: namedForAllCells(bench, current, outputHashes) };
    const cells = failures.map(({ cell }) => cell);
    if (canBeCompleted(current.factors.length, cells))
      return {
        side: { ...current, missing: failures },
        outputHashes: namedForAllCells(bench, current, outputHashes),
      };
    const baseline = failures.find(({ cell }) => cell === 0);
    current = baseline === undefined ? withoutFailing(current, failures) : withoutScheme(current, baseline);
  }
}

/** All variants of a full design. Of larger sides, of which a fraction is run, the rest is held to its hash in every run. */
const mostCheckedInFull = 5;

export function cellsToCheck(factors: readonly SideFactor[]): readonly number[] {
  const runBits = factors.reduce(
    (mask, { lever }, bit) => (lever.stage === "run" ? mask | (1 << bit) : mask),
    0,
  );
  const all = (1 << factors.length) - 1;
  return Array.from({ length: all + 1 }, (_, cell) => cell).filter(
    (cell) =>
      factors.length <= mostCheckedInFull ||
      (cell & runBits) === 0 ||
      cell === all ||
      (cell & (cell - 1)) === 0,
  );
}

/**
 * With exact outputs, variants that were not checked must print what the others print. Compared in any other way, runs
 * of one variant may print different bytes.
 */
function namedForAllCells(
  bench: Workbench,
  { subject, factors }: ChosenSide,
  checked: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const baseline = checked[`${subject}/0`];
  if (bench.surroundings.workload.compare.kind !== "exact") return {};
  if (baseline === undefined) return checked;
  return Object.fromEntries(
    Array.from({ length: 1 << factors.length }, (_, cell) => [`${subject}/${cell}`, baseline]),
  );
}

type CellOutcome =
  | { readonly ok: true; readonly hash: string }
  | { readonly ok: false; readonly reason: string };

async function checkVariant(bench: Workbench, findings: Findings, setting: Setting): Promise<CellOutcome> {
  const { contender, reference } = findings.baseline;
  const built = await buildVariant(bench, contender, setting);
  if (!built.ok) return { ok: false, reason: "does not build" };
  const variant = { subject: contender.subject, artifact: built.value, run: setting.run };
  const check = await verifyVariant(verifyingOf(bench), variant, reference);
  return check.kind === "same"
    ? { ok: true, hash: check.run.stdoutHash }
    : { ok: false, reason: check.reason };
}

/** A dose that fails is measured nowhere; its factor is, at its other levels. */
async function checkDoses(bench: Workbench, side: ChosenSide, findings: Findings): Promise<ChosenSide> {
  const failed: FailedDose[] = [];
  for (const dose of await dosesOf(bench, side, findings.baseline.contender)) {
    const outcome = await checkVariant(bench, findings, doseSetting(side, dose));
    const { factor, level } = dose;
    if (!outcome.ok) failed.push({ subject: side.subject, factor, level, reason: outcome.reason });
  }
  return failed.length === 0 ? side : { ...side, failedDoses: failed };
}

function cellSetting(side: ChosenSide, cell: number): Setting {
  const neutral = side.factors.filter((_, bit) => ((cell >> bit) & 1) === 1).map(({ lever }) => lever.patch);
  return applyPatches(baselineSetting, [...(side.scheme === undefined ? [] : [side.scheme]), ...neutral]);
}

/** Without the factors that the failing variants have in common; a variant with that factor alone tells best why. */
function withoutFailing(side: ChosenSide, failures: readonly MissingVariant[]): ChosenSide {
  const { kept, dropped } = dropFailingFactors(
    side.factors.length,
    failures.map(({ cell }) => cell),
  );
  const excluded = dropped.map(({ factor }): Exclusion => {
    const mine = failures.filter(({ cell }) => ((cell >> factor) & 1) === 1);
    const told = mine.find(({ cell }) => cell === 1 << factor) ?? mine[0];
    return {
      factor: side.factors[factor]?.factor ?? "",
      side: side.subject,
      kind: "failed",
      reason: `with it switched off the program ${told?.reason ?? "fails"}`,
    };
  });
  const factors = side.factors.filter((_, place) => kept.includes(place));
  return schemeOf({ subject: side.subject, factors, excluded: [...side.excluded, ...excluded] });
}

/** The program ran well as written: what fails now is the link that some lever needs, and that lever has to go. */
function withoutScheme(side: ChosenSide, { reason }: MissingVariant): ChosenSide {
  const [schemed, factors] = [
    side.factors.filter(({ lever }) => lever.scheme !== undefined),
    side.factors.filter(({ lever }) => lever.scheme === undefined),
  ];
  if (schemed.length === 0) {
    throw new Failure({
      code: "program-failed",
      exit: "programFailed",
      message: `${side.subject} ${reason}, although it had run before.`,
      help: "a program that fails now and then cannot be measured: run it a few times by hand",
    });
  }
  const excluded = schemed.map(
    ({ factor }): Exclusion => ({
      factor,
      side: side.subject,
      kind: "failed",
      reason: `linked as its lever needs, the program ${reason}`,
    }),
  );
  return schemeOf({ subject: side.subject, factors, excluded: [...side.excluded, ...excluded] });
}

function warningOf({ factors, contenders }: Workbench, { factor, side, reason }: Exclusion): Warning {
  return {
    code: "factor-dropped",
    message: `Not measured on ${titlesOf(contenders)(side)}: ${phraseOf(factors, factor)}: ${reason}.`,
    appliesTo: side,
  };
}

/** Only the combination is lost, so no factor stands among what was left out: this is where the reason is kept. */
function missingWarning(
  bench: Workbench,
  { subject, factors }: ChosenSide,
  { cell, reason }: MissingVariant,
): Warning {
  const together = factors
    .filter((_, bit) => ((cell >> bit) & 1) === 1)
    .map(({ factor }) => phraseOf(bench.factors, factor));
  const what =
    together.length === 1
      ? `${together[0]} switched off alone`
      : `${together.join(" and ")} switched off together`;
  return {
    code: "variant-not-run",
    message: `With ${what} ${titlesOf(bench.contenders)(subject)} ${reason}. That variant is not measured; its factors are, from the other variants.`,
    appliesTo: subject,
  };
}
