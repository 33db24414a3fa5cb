import type { SideFactor } from "../model/plan.ts";
import type { Exclusion, Warning } from "../model/report.ts";
import { applyPatches, baselineSetting, type Setting } from "../model/setting.ts";
import { verifyVariant } from "../verify/verify-outputs.ts";
import { buildVariant } from "./baselines.ts";
import { type ChosenSide, findingsOf } from "./choose-sides.ts";
import type { Findings } from "./gather-facts.ts";
import { verifyingOf } from "./verify-baselines.ts";
import type { Workbench } from "./workbench.ts";

export interface CheckedSides {
  readonly sides: readonly ChosenSide[];
  /** By "subject/cell". */
  readonly outputHashes: Readonly<Record<string, string>>;
  readonly warnings: readonly Warning[];
}

/**
 * Builds and runs the variants before any of them is timed: every distinct build, every run-time factor alone, all
 * neutral. A variant that fails or prints something else costs the factor that fails most, never the run.
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
    sides.push(checked.side);
    Object.assign(outputHashes, checked.outputHashes);
  }
  const warnings = sides.flatMap((side) =>
    side.excluded.filter(({ kind }) => kind === "failed").map(warningOf),
  );
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
    const failures: { readonly cell: number; readonly reason: string }[] = [];
    for (const cell of cellsToCheck(current.factors)) {
      const outcome = await checkCell(bench, current, { cell, findings });
      if (outcome.ok) outputHashes[`${side.subject}/${cell}`] = outcome.hash;
      else failures.push({ cell, reason: outcome.reason });
    }
    const worst = worstFactor(current.factors, failures);
    if (worst === undefined)
      return { side: current, outputHashes: namedForAllCells(bench, current, outputHashes) };
    current = without(current, worst.factor, worst.reason);
  }
}

function cellsToCheck(factors: readonly SideFactor[]): readonly number[] {
  const runBits = factors.reduce(
    (mask, { lever }, bit) => (lever.stage === "run" ? mask | (1 << bit) : mask),
    0,
  );
  const all = (1 << factors.length) - 1;
  return Array.from({ length: all + 1 }, (_, cell) => cell).filter(
    (cell) => (cell & runBits) === 0 || cell === all || (cell & (cell - 1)) === 0,
  );
}

/** With exact outputs, variants that were not checked must print what the others print. */
function namedForAllCells(
  bench: Workbench,
  { subject, factors }: ChosenSide,
  checked: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const baseline = checked[`${subject}/0`];
  if (bench.surroundings.workload.compare.kind !== "exact" || baseline === undefined) return checked;
  return Object.fromEntries(
    Array.from({ length: 1 << factors.length }, (_, cell) => [`${subject}/${cell}`, baseline]),
  );
}

type CellOutcome =
  | { readonly ok: true; readonly hash: string }
  | { readonly ok: false; readonly reason: string };

async function checkCell(
  bench: Workbench,
  side: ChosenSide,
  { cell, findings }: { readonly cell: number; readonly findings: Findings },
): Promise<CellOutcome> {
  const setting = cellSetting(side, cell);
  const { contender, reference } = findings.baseline;
  const built = await buildVariant(bench, contender, setting);
  if (!built.ok) return { ok: false, reason: "does not build" };
  const variant = { subject: contender.subject, artifact: built.value, run: setting.run };
  const check = await verifyVariant(verifyingOf(bench), variant, reference);
  return check.kind === "same"
    ? { ok: true, hash: check.run.stdoutHash }
    : { ok: false, reason: check.reason };
}

function cellSetting(side: ChosenSide, cell: number): Setting {
  const neutral = side.factors.filter((_, bit) => ((cell >> bit) & 1) === 1).map(({ lever }) => lever.patch);
  return applyPatches(baselineSetting, [...(side.scheme === undefined ? [] : [side.scheme]), ...neutral]);
}

/** The factor that is neutral in most of the failing variants; of equals the one that fails alone. */
function worstFactor(
  factors: readonly SideFactor[],
  failures: readonly { readonly cell: number; readonly reason: string }[],
): { readonly factor: SideFactor; readonly reason: string } | undefined {
  const scored = factors.map((factor, bit) => {
    const mine = failures.filter(({ cell }) => ((cell >> bit) & 1) === 1);
    const alone = mine.find(({ cell }) => cell === 1 << bit);
    return {
      factor,
      score: mine.length + (alone === undefined ? 0 : failures.length),
      reason: (alone ?? mine[0])?.reason ?? "",
    };
  });
  const worst = scored.toSorted((left, right) => right.score - left.score)[0];
  return worst === undefined || worst.score === 0 ? undefined : worst;
}

function without(side: ChosenSide, factor: SideFactor, reason: string): ChosenSide {
  const factors = side.factors.filter((other) => other !== factor);
  const { scheme, ...rest } = side;
  const excluded: Exclusion = {
    factor: factor.factor,
    side: side.subject,
    kind: "failed",
    reason: `with it switched off the program ${reason}`,
  };
  const needsScheme = factors.some(({ lever }) => lever.scheme !== undefined);
  return {
    ...rest,
    factors,
    excluded: [...side.excluded, excluded],
    ...(scheme === undefined || !needsScheme ? {} : { scheme }),
  };
}

function warningOf({ factor, side, reason }: Exclusion): Warning {
  return {
    code: "factor-dropped",
    message: `${factor} is not measured on ${side}: ${reason}.`,
    appliesTo: side,
  };
}
