import { cp, mkdir, mkdtemp, readFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseElf } from "../../src/base/elf.ts";
import { namedFunctions } from "../../src/languages/native/inspect-elf.ts";
import type { Runner, RunResult } from "../../src/model/run.ts";
import { baselineSetting, type Setting } from "../../src/model/setting.ts";
import type {
  Artifact,
  BuildOutcome,
  FactorId,
  Facts,
  Language,
  Realization,
  Subject,
  Toolchain,
} from "../../src/plugin.ts";
import { openRunner } from "../../src/runner/open-runner.ts";

/** What one language promises on a real toolchain. */
export interface LanguageContract {
  readonly language: Language;
  /** For people, where one language is tested with several toolchains. */
  readonly title?: string;
  /** Folder under test/contract/programs: a program that has something for every factor. */
  readonly program: string;
  /** What the case file would add to the subject. */
  readonly subject?: Partial<Subject>;
  /** File that is overwritten with `text` to see the compiler's `words`. */
  readonly mistake: {
    readonly file: string;
    readonly text: string;
    readonly words: RegExp;
    /** What the pasted command must contain. */
    readonly command: string;
  };
  /** What `realize` answers for every level but the first. "lever": and its proof moves on this program. */
  readonly answers: Readonly<Record<FactorId, Realization["kind"] | readonly Realization["kind"][]>>;
  /** Levers that this program gives nothing to act on: built and run, proof not looked at. */
  readonly proofNotSeen?: readonly FactorId[];
  /** Whether a function, by its readable name, is the user's: its code must be equal in every layout. */
  isUserFunction(name: string): boolean;
}

export interface World {
  readonly subject: Subject;
  readonly toolchain: Toolchain;
  readonly runner: Runner;
  readonly folder: string;
  readonly baseline: Variant;
}

export interface Variant {
  readonly executable: string;
  readonly setting: Setting;
}

export async function createWorld(contract: LanguageContract): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "perfgap-contract-"));
  const copy = join(folder, "program");
  await cp(programFolder(contract), copy, { recursive: true });
  const subject = await detectOrThrow(contract, copy);
  const search = await contract.language.findToolchain(subject);
  if (search.kind !== "found") throw new Error(`${search.tool}: ${search.reason} (${search.help})`);
  const unbuilt = { subject, toolchain: search.toolchain, runner: await openRunner(), folder };
  const baseline = { executable: "", setting: baselineSetting };
  const world = { ...unbuilt, baseline };
  return { ...unbuilt, baseline: await buildOrThrow(world, contract, {}) };
}

export function programFolder(contract: LanguageContract): string {
  return join(import.meta.dirname, "programs", contract.program);
}

export async function detectOrThrow(contract: LanguageContract, folder: string): Promise<Subject> {
  const detection = await contract.language.detect(folder, undefined, true);
  if (detection.kind !== "yes") throw new Error(JSON.stringify(detection));
  return { ...detection.subject, ...contract.subject };
}

interface BuildOptions {
  readonly world: World;
  readonly subject: Subject;
  readonly setting: Setting;
  readonly outputPath: string;
  readonly layoutSeed?: number;
}

export async function build(contract: LanguageContract, options: BuildOptions): Promise<BuildOutcome> {
  const { world, subject, setting, outputPath, layoutSeed } = options;
  const scratchDirectory = join(
    world.folder,
    `scratch of ${subject.path === world.subject.path ? "program" : "other"}`,
  );
  await mkdir(scratchDirectory, { recursive: true });
  return contract.language.build({
    subject,
    toolchain: world.toolchain,
    setting: setting.build,
    outputPath,
    scratchDirectory,
    purpose: "timed",
    ...(layoutSeed === undefined ? {} : { layoutSeed }),
  });
}

let built = 0;

export async function buildOrThrow(
  world: World,
  contract: LanguageContract,
  options: { readonly setting?: Setting; readonly layoutSeed?: number },
): Promise<Variant> {
  const setting = options.setting ?? baselineSetting;
  const executable = join(world.folder, `artifact-${built++}`);
  const outcome = await build(contract, {
    world,
    subject: world.subject,
    ...options,
    setting,
    outputPath: executable,
  });
  if (outcome.kind !== "built") throw new Error(`${outcome.command}\n${outcome.output}`);
  return { executable, setting };
}

export async function run(
  world: World,
  variant: Variant,
  traceEnv: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  const { env, preload, cpuCount } = variant.setting.run;
  return world.runner.run({
    argv: [variant.executable],
    env: {
      PATH: process.env["PATH"] ?? "",
      ...env,
      ...traceEnv,
      ...(preload.length === 0 ? {} : { LD_PRELOAD: preload.join(":") }),
    },
    workingDirectory: world.folder,
    timeoutMs: 120_000,
    outputLimitBytes: 16 * 1024 * 1024,
    stderrPath: join(world.folder, "stderr"),
    sampleThreads: true,
    ...(cpuCount === undefined
      ? {}
      : { cpus: Array.from({ length: Math.min(cpuCount, availableParallelism()) }, (_, cpu) => cpu) }),
  });
}

/** Static facts, those of a traced run, and those that the runner counts. */
export async function observe(contract: LanguageContract, world: World, variant: Variant): Promise<Facts> {
  const { trace } = contract.language;
  const plain = await run(world, variant);
  await run(world, variant, trace.env);
  const traced = trace.parse(await readFile(join(world.folder, "stderr"), "utf8"));
  const cpuTimeNs = (plain.userTimeNs ?? 0) + (plain.systemTimeNs ?? 0);
  return {
    ...(await inspect(contract, world, variant)),
    ...traced,
    "cpu.parallelism": cpuTimeNs / plain.wallTimeNs,
    ...(plain.allowedProcessors === undefined ? {} : { "processors.allowed": plain.allowedProcessors }),
    ...(plain.writeCalls === undefined ? {} : { "writes.calls": plain.writeCalls }),
  };
}

export async function inspect(contract: LanguageContract, world: World, variant: Variant): Promise<Facts> {
  const artifact: Artifact = {
    key: "",
    subject: world.subject.id,
    executable: variant.executable,
    sha256: "",
    setting: variant.setting.build,
    toolchain: world.toolchain.digest,
    buildTimeMs: 0,
    logPath: "",
  };
  return contract.language.inspect(artifact, world.toolchain, []);
}

/** Shapes of the user's functions by name: instructions and registers, not places. */
export async function userCode(
  contract: LanguageContract,
  executable: string,
): Promise<ReadonlyMap<string, string>> {
  const elf = parseElf(await readFile(executable));
  if (!elf.ok) throw new Error(elf.error.message);
  const functions = (await namedFunctions(elf.value, executable)) ?? [];
  const own = functions.filter(({ name }) => contract.isUserFunction(name));
  return new Map(own.map(({ name, shape }) => [name, shape] as const).sort());
}
