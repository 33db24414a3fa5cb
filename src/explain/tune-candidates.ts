import { stat } from "node:fs/promises";
import type { Arm, Option } from "../advise/search-problem.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Artifact } from "../model/artifact.ts";
import type { TimeMetric } from "../model/plan.ts";
import {
  applyPatches,
  baselineSetting,
  conflictOf,
  type Setting,
  type SettingPatch,
} from "../model/setting.ts";
import type { Toolchain } from "../model/toolchain.ts";
import type { ShippableSetting } from "../plugin.ts";
import { verifyVariant } from "../verify/verify-outputs.ts";
import type { VerifiedBaseline } from "./baselines.ts";
import { type MeasuredLever, withMeasuredPromise } from "./measured-levers.ts";
import { type SettingProver, settingProver } from "./prove-setting.ts";
import { firstLine, trainingOf } from "./tune-training.ts";
import { verifyingOf } from "./verify-baselines.ts";
import type { Workbench } from "./workbench.ts";

/** A setting whose program was built once, ran well and printed what the subject as written prints. */
export interface Candidate extends Option {
  readonly setting: ShippableSetting;
  readonly patch: SettingPatch;
}

export interface DroppedSetting {
  readonly id: string;
  readonly setting: string;
  readonly reason: string;
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly dropped: readonly DroppedSetting[];
  /** Settings were left out for want of time. */
  readonly outOfTime: boolean;
}

/** What trying settings may take, so that those which work can be measured. All milliseconds. */
export interface TryingTime {
  /** How many settings the time that is left now would measure. */
  readonly measurable: () => number;
  /**
   * When trying has to end, on the clock of performance.now, so that those which were found can be measured; where none
   * was found, when there is no more use in finding one.
   */
  readonly endFor: (found: number) => number;
  /** The most that one setting may take. */
  readonly mostOfOne: number;
}

interface Checking {
  readonly bench: Workbench;
  readonly baseline: VerifiedBaseline;
  readonly time: TryingTime;
  /** Dimensions that evidence rules out, with the reason. */
  readonly ruledOut: ReadonlyMap<string, string>;
  /** What this run knows of settings already, in the time that decides. */
  readonly measured: { readonly levers: readonly MeasuredLever[]; readonly primary: TimeMetric };
  readonly onChecked: (done: number, all: number) => void;
}

/**
 * Tries the settings of the language once, as many as can be measured: the most promising ones, of these and of the rest
 * those first that need no build. Each one that cannot be used has its reason.
 */
export async function collectCandidates(checking: Checking): Promise<Candidates> {
  const { subject, language, toolchain } = checking.baseline.contender;
  const offered = (await language.settings?.(subject, toolchain)) ?? [];
  const dropped = offered.flatMap((one): readonly DroppedSetting[] =>
    one.kind === "unavailable" ? [{ id: one.id, setting: one.title, reason: withFix(one) }] : [],
  );
  const settings = inOrder(
    checking,
    withMeasuredPromise(
      offered.filter((one) => one.kind === "setting"),
      checking.measured.levers,
      checking.measured.primary,
    ),
  );
  const prover = settingProver(checking.bench, checking.baseline);
  const candidates: Candidate[] = [];
  let outOfTime = false;
  for (const [index, setting] of settings.entries()) {
    const tried =
      refusal(checking, setting, candidates.length) ??
      (await checkInTime(checking, setting, { prover, found: candidates.length }));
    if (tried.ok) candidates.push(tried.value);
    else {
      outOfTime ||= tried.error.outOfTime;
      dropped.push({ id: setting.id, setting: setting.title, reason: tried.error.reason });
    }
    checking.onChecked(index + 1, settings.length);
  }
  return { candidates, dropped, outOfTime };
}

interface Refusal {
  readonly reason: string;
  readonly outOfTime: boolean;
}

function inOrder(
  { ruledOut, time }: Checking,
  settings: readonly ShippableSetting[],
): readonly ShippableSetting[] {
  const byPromise = settings.toSorted((left, right) => right.promise - left.promise);
  const likely = new Set(
    byPromise.filter(({ dimension }) => !ruledOut.has(dimension)).slice(0, Math.max(1, time.measurable())),
  );
  const rank = (setting: ShippableSetting) => (likely.has(setting) ? 0 : 1);
  return byPromise.toSorted((left, right) => rank(left) - rank(right) || costToTry(left) - costToTry(right));
}

/** Why a setting is not even begun. */
function refusal(
  { bench, time, ruledOut }: Checking,
  { dimension }: ShippableSetting,
  found: number,
): Result<never, Refusal> | undefined {
  const evidence = ruledOut.get(dimension);
  if (evidence !== undefined) return err({ reason: evidence, outOfTime: false });
  if (bench.options.stop.aborted) return err({ reason: "it was not tried: interrupted", outOfTime: false });
  // One setting with a wide interval is worth more than none.
  if (found < time.measurable() || (found === 0 && performance.now() < time.endFor(0))) return undefined;
  const reason =
    found === 0
      ? "it was not tried: the time for it was used up; a larger --budget would reach it"
      : `it was not tried: what is left of the budget measures ${found === 1 ? "the one setting that was" : `the ${found} settings that were`} found first; a larger --budget would reach it`;
  return err({ reason, outOfTime: true });
}

/** One slow build must not eat what measuring the others needs. */
async function checkInTime(
  { bench, baseline, time }: Checking,
  setting: ShippableSetting,
  { prover, found }: { readonly prover: SettingProver; readonly found: number },
): Promise<Result<Candidate, Refusal>> {
  const { kill } = bench.options;
  const limitMs = Math.min(time.mostOfOne, time.endFor(found) - performance.now());
  const late = AbortSignal.timeout(Math.max(1, Math.ceil(limitMs)));
  const hurried = { ...bench, options: { ...bench.options, kill: AbortSignal.any([kill, late]) } };
  try {
    const checked = await checkSetting({ bench: hurried, baseline, prover }, setting);
    return checked.ok ? checked : err({ reason: checked.error, outOfTime: false });
  } catch (error) {
    if (!late.aborted || kill.aborted) throw error;
    const reason = "building and trying it took too long for the budget; a larger --budget would reach it";
    return err({ reason, outOfTime: true });
  }
}

function costToTry({ stage }: ShippableSetting): number {
  return stage === "run" ? 0 : 1;
}

function withFix({ reason, fix }: { readonly reason: string; readonly fix?: string }): string {
  return fix === undefined ? reason : `${reason}; to have it: ${fix}`;
}

interface SettingCheck {
  readonly bench: Workbench;
  readonly baseline: VerifiedBaseline;
  readonly prover: SettingProver;
}

async function checkSetting(
  { bench, baseline, prover }: SettingCheck,
  setting: ShippableSetting,
): Promise<Result<Candidate, string>> {
  const lacking = (setting.needsCpuFlags ?? []).filter((flag) => !bench.host.cpuFlags.includes(flag));
  if (lacking.length > 0) return err(`this processor lacks ${lacking.join(", ")}`);
  const idle = await prover.nothingToActOn(setting);
  if (idle !== undefined) return err(idle);
  const patch =
    typeof setting.patch === "function"
      ? await setting.patch(await trainingOf(bench, baseline))
      : ok(setting.patch);
  if (!patch.ok) return patch;
  const { id, dimension, promise } = setting;
  const burden = 1 + setting.costs.length;
  const candidate = { id, dimension, promise, burden, setting, patch: patch.value };
  const artifact = await checkSet(bench, baseline, [candidate]);
  if (!artifact.ok) return artifact;
  if (patch.value.run === undefined) {
    const idle = await idleBuild(baseline, artifact.value, prover);
    return idle === undefined ? ok(candidate) : err(idle);
  }
  const unproved = await prover.unproved(setting, patch.value);
  return unproved === undefined ? ok(candidate) : err(unproved);
}

/** Why a build shows no sign of its setting. */
async function idleBuild(
  { artifact }: VerifiedBaseline,
  built: Artifact,
  prover: SettingProver,
): Promise<string | undefined> {
  if (built.sha256 === artifact.sha256)
    return "it was not applied: the compiler makes the very same program with it";
  return (await prover.leavesCode(built))
    ? "it was not applied: the compiler makes the very same instructions with it"
    : undefined;
}

/** Builds and runs a set once; a reason when it does not build, fails, or prints something else. */
export async function checkSet(
  bench: Workbench,
  baseline: VerifiedBaseline,
  set: readonly Candidate[],
): Promise<Result<Artifact, string>> {
  const { subject } = baseline.contender;
  const setting = settingOfSet(set);
  const built = await bench.builder.build({
    subject,
    toolchain: toolchainOfSet(set) ?? baseline.contender.toolchain,
    setting: setting.build,
    purpose: "timed",
    signal: bench.options.kill,
  });
  if (!built.ok) return err(`it does not build: ${firstLine(built.error.output)}`);
  const variant = { subject, artifact: built.value, run: setting.run };
  const check = await verifyVariant(verifyingOf(bench), variant, baseline.reference);
  return check.kind === "same" ? built : err(`with it the program ${check.reason}`);
}

export function settingOfSet(set: readonly Candidate[]): Setting {
  return applyPatches(
    baselineSetting,
    set.map(({ patch }) => patch),
  );
}

export function toolchainOfSet(set: readonly Candidate[]): Toolchain | undefined {
  return set.map(({ setting }) => setting.toolchain).find((toolchain) => toolchain !== undefined);
}

/** What was learned with one compiler is not for another, and one variable has one value. */
export function canJoin(set: readonly Candidate[]): boolean {
  const excluded = set.flatMap(({ setting }) => setting.conflicts ?? []);
  if (set.some(({ dimension }) => excluded.includes(dimension))) return false;
  const trained = set.some(({ setting }) => typeof setting.patch === "function");
  return (
    !(trained && toolchainOfSet(set) !== undefined) && conflictOf(set.map(({ patch }) => patch)) === undefined
  );
}

export function candidatesOf(all: readonly Candidate[], arm: Arm): readonly Candidate[] {
  return all.filter(({ id }) => arm.includes(id));
}

export async function executableBytes({ executable }: Artifact): Promise<number> {
  return (await stat(executable)).size;
}
