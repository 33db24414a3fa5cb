import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
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
import type { VerifiedBaseline } from "./baselines.ts";
import { countFacts, knownFacts } from "./count-facts.ts";
import { profileBaseline } from "./profile-baseline.ts";
import { scratchDirectory } from "./scratch.ts";
import { titlesOf } from "./subject-title.ts";
import type { Contender, Workbench } from "./workbench.ts";

/** What is known of one baseline before any cause is switched off. */
export interface Findings {
  readonly baseline: VerifiedBaseline;
  readonly pilot: PilotSubject;
  readonly facts: Facts;
  /** What the traced run said, the pilot's counts not put above it; absent where that run failed. */
  readonly traced?: Facts;
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
  const known = await knownFacts(bench, pilot, profiled?.profile);
  const counted = await countFacts(bench, baseline, pilot);
  return {
    baseline,
    pilot,
    hotSymbols,
    hot: profiled?.hot ?? [],
    // A traced run writes its trace, so what the pilot saw of writes and memory stands above it.
    facts: {
      ...inspected,
      ...(traced.ok ? traced.value : {}),
      ...pilot.facts,
      ...known.facts,
      ...counted.facts,
      ...profiled?.facts,
    },
    ...(traced.ok ? { traced: traced.value } : {}),
    ...(profiled?.profile === undefined ? {} : { profile: profiled.profile }),
    ...(profiled?.accounting === undefined ? {} : { accounting: profiled.accounting }),
    warnings: [
      ...(profiled?.warnings ?? []),
      ...known.warnings,
      ...counted.warnings,
      ...(traced.ok
        ? []
        : [
            {
              code: "trace-failed",
              message: `${titlesOf(bench.contenders)(contender.subject.id)}: ${traced.error}`,
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
  return ok({ ...runFacts([result], result), ...trace.parse(stderr) });
}

function safeName(subject: SubjectId): string {
  return subject.replaceAll(/[^\w-]/g, "_");
}
