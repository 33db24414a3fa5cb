import { ok, type Result } from "../base/result.ts";
import type { Artifact, BuildFailure } from "../model/artifact.ts";
import type { Facts } from "../model/evidence.ts";
import type { Lever, ProofResult } from "../model/factor.ts";
import { applyPatches, baselineSetting, type Setting, type SettingPatch } from "../model/setting.ts";

export type ProofScope = "hot" | "all";

/** What proving needs of the world; both work on one subject. */
export interface ProofContext {
  build(setting: Setting): Promise<Result<Artifact, BuildFailure>>;
  /** Static facts of an artifact: of its hot functions, or of all code that was compiled with the program. */
  inspect(artifact: Artifact, scope: ProofScope): Promise<Facts>;
  /** Facts of one untimed run that is traced; a run that fails is a reason, not an exception. */
  trace(artifact: Artifact, setting: Setting): Promise<Result<Facts, string>>;
  /** What every variant of the side carries. */
  readonly scheme?: SettingPatch;
  /** Other levers that are pulled on both sides of the proof: a lever may have something to do only in company. */
  readonly company?: readonly SettingPatch[];
}

export type ProofOutcome =
  | { readonly kind: "proved"; readonly result: ProofResult }
  /** The lever was pulled and its count did not move, or the count could not be taken. */
  | { readonly kind: "notApplied"; readonly reason: string; readonly result?: ProofResult }
  /** What the lever takes away is not there in the first place: the effect on this subject is exactly zero. */
  | { readonly kind: "absent"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** What is pulled, and what shows that it was. */
export type Provable = Pick<Lever, "patch" | "stage" | "proof" | "requires" | "needlessWhen">;

/** Pulls one lever on its own and looks whether its count moved. Never times anything. */
export async function proveLever(lever: Provable, context: ProofContext): Promise<ProofOutcome> {
  const inHotFunctions = await proveWithin(lever, context, "hot");
  // A hot function may be gone from one of the two variants (inlined, renamed): then all code is counted in both.
  return inHotFunctions.kind === "uncounted"
    ? asOutcome(lever, await proveWithin(lever, context, "all"))
    : inHotFunctions;
}

type Attempt = ProofOutcome | { readonly kind: "uncounted" };

async function proveWithin(lever: Provable, context: ProofContext, scope: ProofScope): Promise<Attempt> {
  const common = [...(context.scheme === undefined ? [] : [context.scheme]), ...(context.company ?? [])];
  const look = (patches: readonly SettingPatch[]) =>
    observe(lever, { setting: applyPatches(baselineSetting, patches), scope }, context);
  const before = await look(common);
  if (!before.ok) return { kind: "failed", reason: before.error };
  const { requires, needlessWhen } = lever;
  if (needlessWhen !== undefined && before.value[needlessWhen.fact] === needlessWhen.value)
    return { kind: "absent", reason: needlessWhen.reason };
  if (requires !== undefined && before.value[requires.fact] !== requires.value)
    return { kind: "notApplied", reason: requires.otherwise };
  const after = await look([...common, lever.patch]);
  if (!after.ok) return { kind: "failed", reason: after.error };
  return judge(lever, before.value, after.value);
}

function asOutcome({ proof }: Provable, attempt: Attempt): ProofOutcome {
  if (attempt.kind !== "uncounted") return attempt;
  return {
    kind: "notApplied",
    reason: `${proof.title} could not be counted, so nothing shows that it took effect`,
  };
}

async function observe(
  lever: Provable,
  { setting, scope }: { readonly setting: Setting; readonly scope: ProofScope },
  context: ProofContext,
): Promise<Result<Facts, string>> {
  const built = await context.build(setting);
  if (!built.ok) return { ok: false, error: `the variant does not build: ${firstLine(built.error.output)}` };
  const inspected = await context.inspect(built.value, scope);
  if (lever.stage === "build") return ok(inspected);
  const traced = await context.trace(built.value, setting);
  return traced.ok ? ok({ ...inspected, ...traced.value }) : traced;
}

function judge(lever: Provable, before: Facts, after: Facts): Attempt {
  const { proof } = lever;
  const from = before[proof.fact];
  const to = after[proof.fact];
  if (from === undefined || to === undefined) return { kind: "uncounted" };
  if (from === 0 && (proof.expect === "zero" || proof.expect === "decreases")) {
    return { kind: "absent", reason: `${proof.title}: none as written` };
  }
  const part = partOf(lever, before, after);
  const result: ProofResult = {
    proof,
    before: from,
    after: to,
    applied: moved(lever, from, to),
    ...(part === undefined ? {} : { part }),
  };
  return result.applied
    ? { kind: "proved", result }
    : {
        kind: "notApplied",
        result,
        reason: `${proof.title}: ${countText(from)} before, ${countText(to)} after`,
      };
}

function partOf({ proof: { part } }: Provable, before: Facts, after: Facts): ProofResult["part"] {
  if (part === undefined) return undefined;
  const [from, to] = [before[part.fact], after[part.fact]];
  return from === undefined || to === undefined ? undefined : { before: from, after: to };
}

function countText(count: number): string {
  return Number.isInteger(count) ? String(count) : String(Number(count.toPrecision(3)));
}

/**
 * Counts of a run move by themselves: page faults of one program were seen to vary by 1 %. What moves by less than this
 * part of the larger count shows nothing.
 */
const leastMoveOfRun = 0.05;

function moved({ stage, proof: { expect } }: Provable, before: number, after: number): boolean {
  const still = stage === "run" ? leastMoveOfRun * Math.max(before, after) : 0;
  switch (expect) {
    case "zero":
      return before > 0 && after === 0;
    case "decreases":
      return before - after > still;
    case "increases":
      return after - before > still;
    case "changes":
      return Math.abs(after - before) > still;
  }
}

function firstLine(output: string): string {
  return (
    output
      .split("\n")
      .map((line) => line.trim())
      .find((line) => /error|undefined|cannot|failed/i.test(line)) ??
    output.trim().split("\n")[0] ??
    ""
  ).slice(0, 200);
}
