import { account } from "../account/account.ts";
import { hotCode, hotSymbols as symbolsOf } from "../account/hot-code.ts";
import { importProfile } from "../account/import-profile.ts";
import { profileSubject } from "../account/profile-subject.ts";
import { chooseProfiler } from "../account/profiler-ladder.ts";
import { Failure } from "../base/failure.ts";
import type { PilotSubject } from "../measure/pilot-subject.ts";
import type { SubjectId } from "../model/case.ts";
import type { Facts } from "../model/evidence.ts";
import { runRequest } from "../model/invocation.ts";
import type { HotFunction, Profile } from "../model/profile.ts";
import type { Accounting, Warning } from "../model/report.ts";
import { baselineSetting } from "../model/setting.ts";
import { type Baseline, buildVariant } from "./baselines.ts";
import { buildWithProbe } from "./probe-build.ts";
import { scratchDirectory } from "./scratch.ts";
import { titlesOf } from "./subject-title.ts";
import type { Contender, Workbench } from "./workbench.ts";

export interface Profiled {
  readonly facts: Facts;
  readonly hotSymbols: readonly string[];
  /** Hot functions of the program's own code; empty without a profile. */
  readonly hot: readonly HotFunction[];
  readonly profile?: Profile;
  readonly accounting?: Accounting;
  readonly warnings: readonly Warning[];
}

export async function profileBaseline(
  bench: Workbench,
  baseline: Baseline,
  pilot: PilotSubject,
): Promise<Profiled> {
  const { contender } = baseline;
  const imported = bench.options.importedProfiles?.[contender.subject.id];
  if (imported !== undefined) return importedProfile(bench, baseline, { pilot, path: imported });
  const built = await buildVariant(bench, contender, baselineSetting, "profile");
  const artifact = built.ok ? built.value : baseline.artifact;
  const workDirectory = scratchDirectory(bench.run.directory);
  const profiler = await chooseProfiler(workDirectory);
  const probe =
    profiler.rung === "go-probe" && contender.language.id === "go"
      ? await buildWithProbe(bench, contender)
      : undefined;
  const outcome = await profileSubject({
    subject: contender.subject.id,
    language: contender.language.id,
    executable: artifact.executable,
    run: runRequest({ ...baseline.invocation, artifact }, bench.surroundings, 4 * pilot.timeoutMs),
    runs: bench.options.quick ? 3 : 10,
    budgetMs: Math.min(15_000, bench.options.budgetMs / (10 * bench.contenders.length)),
    runner: bench.runner,
    workDirectory,
    profiler,
    ...(probe?.ok === true ? { goProbeExecutable: probe.value.executable } : {}),
    signal: bench.options.kill,
  });
  if (outcome.kind === "unavailable") return withoutProfile(bench, contender.subject.id, outcome);
  return describe(bench, outcome.profile, { contender, pilot });
}

/** What the user brought in the place of a profile of our own. Rejects with a Failure when it is none. */
async function importedProfile(
  bench: Workbench,
  { contender, artifact }: Baseline,
  { pilot, path }: { readonly pilot: PilotSubject; readonly path: string },
): Promise<Profiled> {
  const read = await importProfile(path, contender.subject.id, artifact.executable);
  if (!read.ok)
    throw new Failure({
      code: "import-profile",
      exit: "usage",
      message: `The profile for ${contender.subject.id} cannot be used: ${read.error}.`,
      help: "bring a pprof file, or the text that perf script prints",
    });
  return describe(bench, read.value, { contender, pilot });
}

function describe(
  bench: Workbench,
  profile: Profile,
  { contender, pilot }: { readonly contender: Contender; readonly pilot: PilotSubject },
): Profiled {
  const language = contender.language.id;
  const hot = hotCode(profile, { language });
  const accounted = account(profile, {
    language,
    ...(pilot.typicalCpuTimeNs === undefined ? {} : { cpuSeconds: pilot.typicalCpuTimeNs / 1e9 }),
  });
  return {
    profile,
    accounting: accounted.accounting,
    facts: accounted.facts,
    hot,
    hotSymbols: symbolsOf(hot),
    warnings: lostSignals(bench, profile),
  };
}

function withoutProfile(
  { contenders }: Workbench,
  subject: SubjectId,
  { reason, fix }: { readonly reason: string; readonly fix?: string },
): Profiled {
  const message = `${titlesOf(contenders)(subject)} could not be profiled (${reason}). Accounting is left out; causes still come from rebuilding.${fix === undefined ? "" : ` To mend it: ${fix}`}`;
  return {
    facts: {},
    hotSymbols: [],
    hot: [],
    warnings: [{ code: "no-profile", message, appliesTo: subject }],
  };
}

function lostSignals({ contenders }: Workbench, { subject, lost }: Profile): readonly Warning[] {
  return lost.map((reason) => ({
    code: "profile-degraded",
    message: `${titlesOf(contenders)(subject)}: ${reason}`,
    appliesTo: subject,
  }));
}
