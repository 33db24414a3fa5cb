import { rm } from "node:fs/promises";
import { cacheDirectory } from "../base/directories.ts";
import { Failure } from "../base/failure.ts";
import type { FileLock } from "../base/file-lock.ts";
import { packageVersion } from "../base/package-version.ts";
import { availableProcessors } from "../base/processors.ts";
import { mixSeeds } from "../base/random.ts";
import { type Builder, openBuilder } from "../build/builder.ts";
import { builtinFactors, builtinLanguages } from "../builtins.ts";
import { describeHost } from "../host/index.ts";
import type { Subject } from "../model/case.ts";
import type { Host } from "../model/host.ts";
import type { Surroundings } from "../model/invocation.ts";
import type { ExplainOptions, ProgressListener } from "../model/progress.ts";
import type { Runner, RunnerRung } from "../model/run.ts";
import type { Toolchain } from "../model/toolchain.ts";
import type { Factor, Language } from "../plugin.ts";
import { openRunner } from "../runner/open-runner.ts";
import { lockHost } from "../runs/host-lock.ts";
import { keepProgress } from "../runs/progress-file.ts";
import { createRun, openRun, type Run } from "../runs/run.ts";
import { scratchDirectory } from "./scratch.ts";

/** A subject with the plugin and the compiler that make it. */
export interface Contender {
  readonly subject: Subject;
  readonly language: Language;
  readonly toolchain: Toolchain;
}

/** Everything of the world that the pipeline needs; closed when the pipeline ends, however it ends. */
export interface Workbench {
  readonly options: ExplainOptions;
  readonly emit: ProgressListener;
  readonly host: Host;
  readonly runner: Runner;
  readonly builder: Builder;
  readonly run: Run;
  readonly contenders: readonly Contender[];
  readonly factors: readonly Factor[];
  readonly surroundings: Surroundings;
  readonly cacheDirectory: string;
  /** Of every random choice: --seed, or the run's own. */
  readonly seed: number;
  close(): Promise<void>;
}

/** What a test may put in the place of the real world. */
export interface World {
  readonly languages: readonly Language[];
  readonly factors: readonly Factor[];
  readonly openRunner: (forced: Runner["rung"]["id"] | undefined) => Promise<Runner>;
  readonly describeHost: (rung: RunnerRung) => Promise<Host>;
  readonly cacheDirectory: string;
  readonly version: string;
  readonly now: () => Date;
}

export function realWorld(): World {
  return {
    languages: builtinLanguages,
    factors: builtinFactors,
    openRunner: (forced) => openRunner(forced === undefined ? {} : { forced }),
    describeHost,
    cacheDirectory: cacheDirectory(),
    version: packageVersion(),
    now: () => new Date(),
  };
}

const outputLimitBytes = 256 * 1024 * 1024;

/**
 * Takes the host for measuring, finds the compilers and opens the run folder. What was taken is given back when a
 * later step fails.
 */
export async function openWorkbench(
  options: ExplainOptions,
  emit: ProgressListener,
  world: World,
): Promise<Workbench> {
  const taken: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const giveBack of taken.splice(0).reverse()) await giveBack();
  };
  try {
    const contenders = await findContenders(options.case.subjects, world.languages);
    const lock: FileLock = await lockHost(world.cacheDirectory);
    taken.push(() => lock.release());
    const runner = await world.openRunner(options.runnerRung);
    taken.push(() => runner.close());
    const host = await world.describeHost(runner.rung);
    emit({ kind: "hostDescribed", host, rung: runner.rung });
    const builder = await openBuilder({
      cacheDirectory: world.cacheDirectory,
      languages: world.languages,
      onNote: (message) => emit({ kind: "note", message }),
    });
    taken.push(() => builder.close());
    const run = await openRunFolder(options, world);
    taken.push(() => run.close());
    taken.push(() => rm(scratchDirectory(run.directory), { recursive: true, force: true }));
    for (const message of run.notes) emit({ kind: "note", message });
    const keep = keepProgress(run.directory);
    const tell: ProgressListener = (event) => {
      keep(event);
      emit(event);
    };
    tell({ kind: "runOpened", runId: run.id, directory: run.directory, resumed: run.blocks.length });
    const { factors } = world;
    return {
      options,
      emit: tell,
      host,
      runner,
      builder,
      run,
      contenders,
      factors,
      surroundings: await surroundingsOf(options),
      cacheDirectory: world.cacheDirectory,
      seed: options.seed ?? mixSeeds(...Array.from(run.id, (letter) => letter.charCodeAt(0))),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function openRunFolder(options: ExplainOptions, world: World): Promise<Run> {
  const { projectDirectory } = options;
  return options.resume === undefined
    ? createRun({
        projectDirectory,
        case: options.case,
        command: options.command,
        version: world.version,
        now: world.now(),
      })
    : openRun(projectDirectory, options.resume);
}

async function findContenders(
  subjects: readonly Subject[],
  languages: readonly Language[],
): Promise<readonly Contender[]> {
  const searches = await Promise.all(
    subjects.map(async (subject) => {
      const language = languages.find(({ id }) => id === subject.language);
      if (language === undefined) throw new Error(`bug: no language ${subject.language} for ${subject.id}`);
      return { subject, language, search: await language.findToolchain(subject) };
    }),
  );
  return searches.map(({ subject, language, search }) => {
    if (search.kind === "found") return { subject, language, toolchain: search.toolchain };
    const others = searches.filter((other) => other.search.kind === "found").map((other) => other.subject.id);
    const rest = others.length >= 2 ? `; or leave it out and compare ${others.join(" with ")}` : "";
    throw new Failure({
      code: "toolchain-missing",
      exit: "toolchainOrHost",
      message: `${subject.id} (${language.title}) needs ${search.tool}: ${search.reason}.`,
      help: `${search.help}${rest}`,
    });
  });
}

async function surroundingsOf(options: ExplainOptions): Promise<Surroundings> {
  return {
    workload: options.case.workload,
    environment: inheritedEnvironment(),
    workingDirectory: options.projectDirectory,
    processors: await availableProcessors(),
    outputLimitBytes,
  };
}

/** Subjects run in the user's environment, as from the user's shell; only what concerns perfgap itself is left out. */
function inheritedEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || name.startsWith("PERFGAP_") || name.startsWith("npm_") ? [] : [[name, value]],
    ),
  );
}
