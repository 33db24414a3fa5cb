import { Failure } from "../base/failure.ts";
import type { Result } from "../base/result.ts";
import type { Artifact, BuildFailure } from "../model/artifact.ts";
import type { Invocation } from "../model/invocation.ts";
import { baselineSetting, type Setting } from "../model/setting.ts";
import type { ReferenceOutput } from "../verify/verify-outputs.ts";
import type { Contender, Workbench } from "./workbench.ts";

/** A subject as its user would ship it. */
export interface Baseline {
  readonly contender: Contender;
  readonly artifact: Artifact;
  readonly invocation: Invocation;
}

/** A baseline whose output is known to be right; variants are held against it. */
export interface VerifiedBaseline extends Baseline {
  readonly reference: ReferenceOutput;
}

/** Builds every subject as written. A baseline that does not build ends everything, in the compiler's own words. */
export async function buildBaselines(bench: Workbench): Promise<readonly Baseline[]> {
  const builds = bench.contenders.length;
  bench.emit({ kind: "buildStarted", builds, what: "the programs as written" });
  const baselines: Baseline[] = [];
  for (const contender of bench.contenders) {
    const built = await buildVariant(bench, contender, baselineSetting);
    if (!built.ok) throw buildFailed(contender, built.error);
    baselines.push({
      contender,
      artifact: built.value,
      invocation: { subject: contender.subject, artifact: built.value, run: baselineSetting.run },
    });
    bench.emit({ kind: "buildDone", done: baselines.length, builds, cached: bench.builder.counts().taken });
  }
  return baselines;
}

/** One variant with the linker's own layout, for checking, proving and profiling. */
export function buildVariant(
  bench: Workbench,
  { subject, toolchain }: Contender,
  setting: Setting,
  purpose: "timed" | "profile" = "timed",
): Promise<Result<Artifact, BuildFailure>> {
  return bench.builder.build({
    subject,
    toolchain,
    setting: setting.build,
    purpose,
    signal: bench.options.kill,
  });
}

function buildFailed({ subject, language }: Contender, failure: BuildFailure): Failure {
  const log = failure.logPath === undefined ? "" : `; the whole log: ${failure.logPath}`;
  return new Failure({
    code: "build-failed",
    exit: "build",
    message: `${subject.id} (${language.title}) does not build as it is written.`,
    detail: failure.output,
    help: `try it by hand: ${failure.command}${log}`,
  });
}
