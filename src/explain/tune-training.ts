import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { goProbePatch, probedRun, takeProbeOutput } from "../account/go-probe.ts";
import { hashParts } from "../base/hash.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Artifact } from "../model/artifact.ts";
import { runRequest } from "../model/invocation.ts";
import type { RunRequest } from "../model/run.ts";
import { exitPhrase, succeeded } from "../model/run-exit.ts";
import { applyPatches, baselineSetting, type SettingPatch } from "../model/setting.ts";
import type { Training } from "../plugin.ts";
import { buildVariant, type VerifiedBaseline } from "./baselines.ts";
import { scratchDirectory } from "./scratch.ts";
import type { Workbench } from "./workbench.ts";

/** A trained program is instrumented or sampled: it may take this many times as long as the subject as written. */
const slowerInTraining = 20;
const leastTimeoutMs = 60_000;

/** What settings that learn from runs are given, on the training input where the case has one. */
export async function trainingOf(bench: Workbench, baseline: VerifiedBaseline): Promise<Training> {
  const { subject, toolchain } = baseline.contender;
  const digest = await bench.builder.sourceDigest(subject, toolchain);
  const workDirectory = join(
    bench.cacheDirectory,
    "training",
    hashParts([subject.path, subject.bin ?? "", digest, toolchain.digest, inputKey(bench)]).slice(0, 32),
  );
  await mkdir(workDirectory, { recursive: true });
  const build = async (patch: SettingPatch): Promise<Result<Artifact, string>> => {
    const built = await buildVariant(bench, baseline.contender, applyPatches(baselineSetting, [patch]));
    return built.ok
      ? built
      : err(`the program to learn from does not build: ${firstLine(built.error.output)}`);
  };
  const run = async (request: RunRequest): Promise<Result<undefined, string>> => {
    const result = await bench.runner.run(request, bench.options.kill);
    return succeeded(result) ? ok(undefined) : err(`the run to learn from ${exitPhrase(result.exit)}`);
  };
  return {
    subject,
    toolchain,
    workDirectory,
    build,
    run: (artifact, patch) => run(trainingRequest(bench, baseline, { artifact, patch })),
    profile: async () => {
      const patch = await goProbePatch({
        subjectPath: subject.path,
        goRoot: toolchain.properties["GOROOT"] ?? "",
        workDirectory,
      });
      if (!patch.ok) return patch;
      const built = await build(patch.value);
      if (!built.ok) return built;
      const request = trainingRequest(bench, baseline, { artifact: built.value, patch: {} });
      const prefix = join(scratchDirectory(bench.run.directory), "training");
      const ran = await run(probedRun(request, prefix, true));
      const output = await takeProbeOutput(prefix);
      if (!ran.ok) return ran;
      if (!output.ok) return output;
      if (output.value.pprof === undefined)
        return err("the probe wrote no profile: the program profiles itself");
      const path = join(workDirectory, "cpu.pprof");
      await writeFile(path, output.value.pprof);
      return ok(path);
    },
  };
}

interface TrainingRun {
  readonly artifact: Artifact;
  readonly patch: SettingPatch;
}

function trainingRequest(
  bench: Workbench,
  { contender, reference }: VerifiedBaseline,
  { artifact, patch }: TrainingRun,
): RunRequest {
  const { workload } = bench.surroundings;
  const { run } = applyPatches(baselineSetting, [patch]);
  const surroundings = { ...bench.surroundings, workload: { ...workload, ...workload.training } };
  const timeoutMs = Math.max(leastTimeoutMs, (slowerInTraining * reference.longestWallTimeNs) / 1e6);
  return runRequest({ subject: contender.subject, artifact, run }, surroundings, timeoutMs);
}

/** Profiles of another input are another profile. */
function inputKey({ surroundings: { workload } }: Workbench): string {
  return JSON.stringify([workload.args, workload.stdinPath, workload.training]);
}

export function firstLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return (lines.find((line) => /\berror\b/i.test(line)) ?? lines.find((line) => line !== "") ?? "").slice(
    0,
    200,
  );
}
