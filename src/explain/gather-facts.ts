import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { account } from "../account/account.ts";
import { hotCode, hotSymbols as symbolsOf } from "../account/hot-code.ts";
import { profileSubject } from "../account/profile-subject.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { PilotSubject } from "../measure/pilot-subject.ts";
import { runFacts } from "../measure/run-facts.ts";
import type { Artifact } from "../model/artifact.ts";
import type { SubjectId } from "../model/case.ts";
import type { Facts } from "../model/evidence.ts";
import { runRequest } from "../model/invocation.ts";
import type { HotFunction, Profile } from "../model/profile.ts";
import type { Accounting, Warning } from "../model/report.ts";
import { exitPhrase, succeeded } from "../model/run-exit.ts";
import { applyPatches, baselineSetting, type Setting } from "../model/setting.ts";
import { type Baseline, buildVariant, type VerifiedBaseline } from "./baselines.ts";
import { scratchDirectory } from "./scratch.ts";
import type { Contender, Workbench } from "./workbench.ts";

/** What is known of one baseline before any cause is switched off. */
export interface Findings {
  readonly baseline: VerifiedBaseline;
  readonly pilot: PilotSubject;
  readonly facts: Facts;
  /** Demangled names, hottest first; empty without a profile. */
  readonly hotSymbols: readonly string[];
  /** Hot functions of the program's own code; empty without a profile. */
  readonly hot: readonly HotFunction[];
  readonly profile?: Profile;
  readonly accounting?: Accounting;
  readonly warnings: readonly Warning[];
}

/** Profiles, inspects and traces a baseline. What cannot be had becomes a warning, never a guess. */
export async function gatherFindings(
  bench: Workbench,
  baseline: VerifiedBaseline,
  pilot: PilotSubject,
): Promise<Findings> {
  const { contender, artifact } = baseline;
  const profiled = bench.options.profile ? await profileBaseline(bench, baseline, pilot) : undefined;
  const hotSymbols = profiled?.hotSymbols ?? [];
  const inspected = await inspectArtifact(contender, artifact, hotSymbols);
  const traced = await traceArtifact(bench, {
    contender,
    artifact,
    setting: baselineSetting,
    timeoutMs: pilot.timeoutMs,
  });
  return {
    baseline,
    pilot,
    hotSymbols,
    hot: profiled?.hot ?? [],
    facts: { ...pilot.facts, ...inspected, ...(traced.ok ? traced.value : {}), ...profiled?.facts },
    ...(profiled?.profile === undefined ? {} : { profile: profiled.profile }),
    ...(profiled?.accounting === undefined ? {} : { accounting: profiled.accounting }),
    warnings: [
      ...(profiled?.warnings ?? []),
      ...(traced.ok
        ? []
        : [
            {
              code: "trace-failed",
              message: `${contender.subject.id}: ${traced.error}`,
              appliesTo: contender.subject.id,
            },
          ]),
    ],
  };
}

/** cmd: subjects and broken binaries have nothing to count in. */
export async function inspectArtifact(
  contender: Contender,
  artifact: Artifact,
  hotSymbols: readonly string[],
): Promise<Facts> {
  return contender.language.inspect(artifact, contender.toolchain, hotSymbols);
}

export interface TraceRequest {
  readonly contender: Contender;
  readonly artifact: Artifact;
  readonly setting: Setting;
  readonly timeoutMs: number;
}

/** One untimed run with the language's own trace switched on: collector cycles, preloads, counters of the run. */
export async function traceArtifact(bench: Workbench, request: TraceRequest): Promise<Result<Facts, string>> {
  const { contender, artifact, setting, timeoutMs } = request;
  const { trace } = contender.language;
  const traced = applyPatches(setting, [{ run: { env: trace.env } }]);
  const stderrPath = join(
    scratchDirectory(bench.run.directory),
    `trace-${safeName(contender.subject.id)}.txt`,
  );
  const invocation = { subject: contender.subject, artifact, run: traced.run };
  const result = await bench.runner.run(
    { ...runRequest(invocation, bench.surroundings, 4 * timeoutMs), stderrPath, sampleThreads: true },
    bench.options.kill,
  );
  const stderr = await readFile(stderrPath, "utf8").catch(() => result.stderrTail);
  await rm(stderrPath, { force: true });
  if (!succeeded(result)) return err(`a traced run ${exitPhrase(result.exit)}`);
  return ok({ ...runFacts([result], result.maxThreads), ...trace.parse(stderr) });
}

interface Profiled {
  readonly facts: Facts;
  readonly hotSymbols: readonly string[];
  /** Hot functions of the program's own code; empty without a profile. */
  readonly hot: readonly HotFunction[];
  readonly profile?: Profile;
  readonly accounting?: Accounting;
  readonly warnings: readonly Warning[];
}

async function profileBaseline(bench: Workbench, baseline: Baseline, pilot: PilotSubject): Promise<Profiled> {
  const { contender } = baseline;
  const built = await buildVariant(bench, contender, baselineSetting, "profile");
  const artifact = built.ok ? built.value : baseline.artifact;
  const outcome = await profileSubject({
    subject: contender.subject.id,
    language: contender.language.id,
    executable: artifact.executable,
    run: runRequest({ ...baseline.invocation, artifact }, bench.surroundings, 4 * pilot.timeoutMs),
    runs: bench.options.quick ? 3 : 10,
    budgetMs: Math.min(15_000, bench.options.budgetMs / (10 * bench.contenders.length)),
    runner: bench.runner,
    workDirectory: scratchDirectory(bench.run.directory),
    signal: bench.options.kill,
  });
  if (outcome.kind === "unavailable") return withoutProfile(contender.subject.id, outcome);
  const { profile } = outcome;
  const hot = hotCode(profile, { language: contender.language.id });
  const accounted = account(profile, {
    language: contender.language.id,
    ...(pilot.typicalCpuTimeNs === undefined ? {} : { cpuSeconds: pilot.typicalCpuTimeNs / 1e9 }),
  });
  return {
    profile,
    accounting: accounted.accounting,
    facts: accounted.facts,
    hot,
    hotSymbols: symbolsOf(hot),
    warnings: lostSignals(contender.subject.id, profile),
  };
}

function withoutProfile(
  subject: SubjectId,
  { reason, fix }: { readonly reason: string; readonly fix?: string },
): Profiled {
  const message = `${subject} could not be profiled (${reason}). Accounting is left out; causes still come from rebuilding.${fix === undefined ? "" : ` To mend it: ${fix}`}`;
  return {
    facts: {},
    hotSymbols: [],
    hot: [],
    warnings: [{ code: "no-profile", message, appliesTo: subject }],
  };
}

function lostSignals(subject: SubjectId, profile: Profile): readonly Warning[] {
  return profile.lost.map((lost) => ({
    code: "profile-degraded",
    message: `${subject}: ${lost}`,
    appliesTo: subject,
  }));
}

function safeName(subject: SubjectId): string {
  return subject.replaceAll(/[^\w-]/g, "_");
}
