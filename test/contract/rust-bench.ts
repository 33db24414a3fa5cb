import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseElf } from "../../src/base/elf.ts";
import { runCommand } from "../../src/base/subprocess.ts";
import { namedFunctions } from "../../src/languages/native/inspect-elf.ts";
import { rust } from "../../src/languages/rust/index.ts";
import { applyPatches, baselineSetting, type SettingPatch } from "../../src/model/setting.ts";
import type { BuildOutcome, FactorId, Facts, Lever, Subject, Toolchain } from "../../src/plugin.ts";

/** One Rust program with its toolchain and a scratch folder that its builds share. */
export interface RustBench {
  readonly subject: Subject;
  readonly toolchain: Toolchain;
  readonly folder: string;
}

export interface VariantOptions {
  readonly patches?: readonly SettingPatch[];
  readonly layoutSeed?: number;
  readonly purpose?: "timed" | "profile";
}

/** `path` is the program; everything that is built goes to `folder`. */
export async function openRustBench(path: string, folder: string, bin?: string): Promise<RustBench> {
  const detection = await rust.detect(path, bin, true);
  if (detection.kind !== "yes") throw new Error(JSON.stringify(detection));
  const search = await rust.findToolchain(detection.subject);
  if (search.kind !== "found") throw new Error(JSON.stringify(search));
  await mkdir(join(folder, "scratch"), { recursive: true });
  return { subject: detection.subject, toolchain: search.toolchain, folder };
}

let built = 0;

export async function tryVariant(
  { subject, toolchain, folder }: RustBench,
  { patches = [], layoutSeed, purpose = "timed" }: VariantOptions = {},
): Promise<{ readonly outcome: BuildOutcome; readonly executable: string }> {
  const executable = join(folder, `variant-${built++}`);
  const outcome = await rust.build({
    subject,
    toolchain,
    setting: applyPatches(baselineSetting, patches).build,
    outputPath: executable,
    scratchDirectory: join(folder, "scratch"),
    purpose,
    ...(layoutSeed === undefined ? {} : { layoutSeed }),
  });
  return { outcome, executable };
}

export async function buildVariant(bench: RustBench, options: VariantOptions = {}): Promise<string> {
  const { outcome, executable } = await tryVariant(bench, options);
  if (outcome.kind !== "built") throw new Error(`${outcome.command}\n${outcome.output}`);
  return executable;
}

export async function factsOf({ toolchain, subject }: RustBench, executable: string): Promise<Facts> {
  const artifact = {
    key: "",
    subject: subject.id,
    executable,
    sha256: "",
    setting: baselineSetting.build,
    toolchain: toolchain.digest,
    buildTimeMs: 0,
    logPath: "",
  };
  return rust.inspect(artifact, toolchain, []);
}

export async function leverOf(bench: RustBench, factor: FactorId, level = "off"): Promise<Lever> {
  const realization = await rust.realize(factor, level, bench.toolchain);
  if (realization.kind !== "lever") throw new Error(`${factor}: ${realization.reason}`);
  return realization;
}

export async function outputOf(
  executable: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const result = await runCommand({ argv: [executable], env, timeoutMs: 120_000 });
  if (result.code !== 0) throw new Error(`${executable}: ${result.kind} ${result.code} ${result.stderr}`);
  return result.stdout;
}

/** Shapes of the functions whose readable names match. */
export async function shapesOf(executable: string, own: RegExp): Promise<ReadonlyMap<string, string>> {
  const elf = parseElf(await readFile(executable));
  if (!elf.ok) throw new Error(elf.error.message);
  const functions = (await namedFunctions(elf.value, executable)) ?? [];
  const matching = functions.filter(({ name }) => own.test(name));
  return new Map(matching.map(({ name, shape }) => [name, shape] as const).sort());
}
