import { cp, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goProbePatch, probedRun, takeProbeOutput } from "../../src/account/go-probe.ts";
import { err, ok, type Result } from "../../src/base/result.ts";
import type { Runner, RunRequest, RunResult } from "../../src/model/run.ts";
import { applyPatches, baselineSetting, type Setting, type SettingPatch } from "../../src/model/setting.ts";
import type {
  Artifact,
  Language,
  ShippableSetting,
  Subject,
  Toolchain,
  Training,
  UnavailableSetting,
} from "../../src/plugin.ts";
import { openRunner } from "../../src/runner/open-runner.ts";

/** One tiny program with everything that can be set about it. */
export interface SettingsBench {
  readonly language: Language;
  readonly subject: Subject;
  readonly toolchain: Toolchain;
  readonly folder: string;
  readonly runner: Runner;
  readonly found: readonly ShippableSetting[];
  readonly unavailable: readonly UnavailableSetting[];
}

export interface Built {
  readonly executable: string;
  readonly run: Setting["run"];
}

/** `program`: folder under test/contract/programs. `subject`: what a case file would add. */
export async function openSettingsBench(
  language: Language,
  program: string,
  more: Partial<Subject> = {},
): Promise<SettingsBench> {
  const folder = await mkdtemp(join(tmpdir(), "perfgap-settings-"));
  const copy = join(folder, "a program");
  await cp(join(import.meta.dirname, "programs", program), copy, { recursive: true });
  const detection = await language.detect(copy, undefined, true);
  if (detection.kind !== "yes") throw new Error(JSON.stringify(detection));
  const subject = { ...detection.subject, ...more };
  const search = await language.findToolchain(subject);
  if (search.kind !== "found") throw new Error(`${search.tool}: ${search.reason} (${search.help})`);
  const { toolchain } = search;
  const all = (await language.settings?.(subject, toolchain)) ?? [];
  return {
    language,
    subject,
    toolchain,
    folder,
    runner: await openRunner(),
    found: all.flatMap((each) => (each.kind === "setting" ? [each] : [])),
    unavailable: all.flatMap((each) => (each.kind === "unavailable" ? [each] : [])),
  };
}

let built = 0;

/** Builds with patches; rejects with the compiler's words. */
export async function buildWith(
  bench: SettingsBench,
  patches: readonly SettingPatch[],
  other?: Toolchain,
): Promise<Built> {
  const { language, subject } = bench;
  const toolchain = other ?? bench.toolchain;
  const setting = applyPatches(baselineSetting, patches);
  const executable = join(bench.folder, `artifact-${built++}`);
  const scratchDirectory = join(bench.folder, `scratch-${toolchain.digest.slice(0, 8)}`);
  await mkdir(scratchDirectory, { recursive: true });
  const outcome = await language.build({
    subject,
    toolchain,
    setting: setting.build,
    outputPath: executable,
    scratchDirectory,
    purpose: "timed",
    // As in a measurement: what shares a linker with the placement of code has to work with it.
    layoutSeed: 5,
  });
  if (outcome.kind !== "built") throw new Error(`${outcome.command}\n${outcome.output}`);
  return { executable, run: setting.run };
}

export async function runBuilt(
  bench: SettingsBench,
  { executable, run }: Built,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly result: RunResult; readonly stderr: string }> {
  const request = requestOf(bench, { executable, run }, env);
  const result = await bench.runner.run(request);
  return { result, stderr: await readFile(join(bench.folder, "stderr"), "utf8") };
}

function requestOf(
  { folder }: SettingsBench,
  { executable, run }: Built,
  env: Readonly<Record<string, string>> = {},
): RunRequest {
  return {
    argv: [executable],
    env: {
      PATH: process.env["PATH"] ?? "",
      ...run.env,
      ...env,
      ...(run.preload.length === 0 ? {} : { LD_PRELOAD: run.preload.join(":") }),
    },
    workingDirectory: folder,
    timeoutMs: 120_000,
    outputLimitBytes: 16 * 1024 * 1024,
    stderrPath: join(folder, "stderr"),
    sampleThreads: true,
    ...(run.cpuCount === undefined ? {} : { cpus: [...Array(run.cpuCount).keys()] }),
  };
}

const learntPatches = new Map<ShippableSetting, SettingPatch>();

/** The patch of a setting; one that learns from runs does so once, on the tiny program itself. */
export async function patchOf(bench: SettingsBench, setting: ShippableSetting): Promise<SettingPatch> {
  if (typeof setting.patch !== "function") return setting.patch;
  const known = learntPatches.get(setting);
  if (known !== undefined) return known;
  const learnt = await setting.patch(trainingOf(bench));
  if (!learnt.ok) throw new Error(`${setting.id}: ${learnt.error}`);
  learntPatches.set(setting, learnt.value);
  return learnt.value;
}

function trainingOf(bench: SettingsBench): Training {
  const { subject, toolchain, folder } = bench;
  const workDirectory = join(folder, "training");
  return {
    subject,
    toolchain,
    workDirectory,
    build: async (patch) => ok(artifactOf(bench, await buildWith(bench, [patch]))),
    run: async ({ executable }, patch) => {
      const { result, stderr } = await runBuilt(bench, { executable, run: settingOf(patch).run });
      return result.exit.kind === "exited" && result.exit.code === 0
        ? ok(undefined)
        : err(`${JSON.stringify(result.exit)} ${stderr}`);
    },
    profile: () => profileWithProbe(bench, workDirectory),
  };
}

function settingOf(patch: SettingPatch): Setting {
  return applyPatches(baselineSetting, [patch]);
}

async function profileWithProbe(
  bench: SettingsBench,
  workDirectory: string,
): Promise<Result<string, string>> {
  const patch = await goProbePatch({
    subjectPath: bench.subject.path,
    goRoot: bench.toolchain.properties["GOROOT"] ?? "",
    workDirectory,
  });
  if (!patch.ok) return patch;
  const probed = await buildWith(bench, [patch.value]);
  const prefix = join(bench.folder, "probe");
  await bench.runner.run(probedRun(requestOf(bench, probed), prefix, true));
  const output = await takeProbeOutput(prefix);
  if (!output.ok) return output;
  if (output.value.pprof === undefined) return err("the probe wrote no profile");
  const path = join(workDirectory, "cpu.pprof");
  await writeFile(path, output.value.pprof);
  return ok(path);
}

function artifactOf({ subject, toolchain }: SettingsBench, { executable }: Built): Artifact {
  return {
    key: executable,
    subject: subject.id,
    executable,
    sha256: "",
    setting: baselineSetting.build,
    toolchain: toolchain.title,
    buildTimeMs: 0,
    logPath: "",
  };
}
