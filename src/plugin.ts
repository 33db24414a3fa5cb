/**
 * The public door for plugins: languages and factors see what a third party's would see, nothing else of perfgap.
 */
import type { Result } from "./base/result.ts";
import type { Artifact, BuildFailure } from "./model/artifact.ts";
import type { Subject } from "./model/case.ts";
import type { Facts } from "./model/evidence.ts";
import type { Factor, FactorId, Lever, Proof, Realization } from "./model/factor.ts";
import type { Setting, SettingPatch } from "./model/setting.ts";
import type { Toolchain, ToolchainSearch } from "./model/toolchain.ts";

export type { Result } from "./base/result.ts";
export type { Artifact, BuildFailure } from "./model/artifact.ts";
export type { Subject } from "./model/case.ts";
export type { Evidence, Facts, SourceLocation } from "./model/evidence.ts";
export type { Factor, FactorGroup, FactorId, Lever, Proof, Realization, Relevance } from "./model/factor.ts";
export type { BuildPatch, RunPatch, Setting, SettingPatch } from "./model/setting.ts";
export { baselineSetting } from "./model/setting.ts";
export type { Toolchain, ToolchainMissing, ToolchainSearch } from "./model/toolchain.ts";

/** What a path is to a language. `problem` is a mistake of the user with its remedy (no go.mod, several binaries). */
export type Detection =
  | { readonly kind: "yes"; readonly subject: Subject }
  | { readonly kind: "no" }
  | { readonly kind: "problem"; readonly message: string; readonly help: string };

export interface BuildRequest {
  readonly subject: Subject;
  readonly toolchain: Toolchain;
  readonly setting: Setting["build"];
  /** One placement of code by the linker; absent: the linker's own. */
  readonly layoutSeed?: number;
  /** Where the executable must stand afterwards. */
  readonly outputPath: string;
  /**
   * A folder of the language's own for this subject, source state and toolchain, kept between builds: target
   * directories, saved link commands. Two builds never share it at the same time.
   */
  readonly scratchDirectory: string;
  /** "profile" asks for what a profiler needs (frame pointers, line tables); "timed" for what the user would ship. */
  readonly purpose: "timed" | "profile";
  readonly signal?: AbortSignal;
}

export type BuildOutcome = { readonly kind: "built"; readonly log: string } | BuildFailure;

/** What a setting that learns from runs is given: PGO, for one. */
export interface Training {
  readonly subject: Subject;
  readonly toolchain: Toolchain;
  /** Kept for this subject, source state and toolchain. */
  readonly workDirectory: string;
  /** The subject with one more patch, built as everything else is; a reason when it cannot be built. */
  build(patch: SettingPatch): Promise<Result<Artifact, string>>;
  /** One untimed run, on the case's training input where it has one. A reason when it fails. */
  run(artifact: Artifact, patch: SettingPatch): Promise<Result<undefined, string>>;
  /** A CPU profile of the subject in pprof's format; the path of the file. */
  profile(): Promise<Result<string, string>>;
}

/** One change of how a subject is built or run that could ship. */
export interface ShippableSetting {
  readonly kind: "setting";
  /** Unique in the language, kebab-case: "lto-fat", "gogc-400". */
  readonly id: string;
  /** For people, short: "fat LTO", "GOGC=400". */
  readonly title: string;
  /** Settings of one dimension exclude each other: "lto", "gogc", "allocator". */
  readonly dimension: string;
  readonly stage: "build" | "run";
  /** Where to change what, for people: "Cargo.toml [profile.release]" -> 'lto = "fat"'. */
  readonly change: Readonly<Record<string, string>>;
  /** What it costs by its nature: portability, safety, work to keep it. One sentence each. */
  readonly costs: readonly string[];
  readonly deployable: boolean;
  /** The CPU flags (as in /proc/cpuinfo) without which the program would not run. */
  readonly needsCpuFlags?: readonly string[];
  /** Larger is tried first. */
  readonly promise: number;
  /** Another compiler than the subject's own. */
  readonly toolchain?: Toolchain;
  /** Dimensions that it cannot join: what it asks for holds for one compiler only, for one. */
  readonly conflicts?: readonly string[];
  /** A static fact of the program as written without which the setting would do nothing; then it is dropped, `otherwise` says why. */
  readonly requires?: NonNullable<Lever["requires"]>;
  /**
   * What shows in a traced run that the setting took effect. A setting of the run without it is never used: a variable
   * that nobody reads would be told from one that makes no difference by nothing. A setting of the build shows it by
   * another executable.
   */
  readonly proof?: Proof;
  readonly patch: SettingPatch | ((training: Training) => Promise<Result<SettingPatch, string>>);
}

/** A setting that exists in the language and cannot be had here, with the reason and the remedy. */
export interface UnavailableSetting {
  readonly kind: "unavailable";
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly fix?: string;
}

export interface Language {
  readonly id: string;
  readonly title: string;
  /** Whether the path is a program in this language; `asked` is true when the user named the language. */
  detect(path: string, bin: string | undefined, asked: boolean): Promise<Detection>;
  findToolchain(subject: Subject): Promise<ToolchainSearch>;
  /** Every file or folder whose content decides what a build makes (source roots, lock files, path dependencies). */
  sources(subject: Subject, toolchain: Toolchain): Promise<readonly string[]>;
  /** Must work without the network when dependencies are already there. A second build that differs only in layoutSeed must only relink. */
  build(request: BuildRequest): Promise<BuildOutcome>;
  realize(factor: FactorId, level: string, toolchain: Toolchain): Promise<Realization>;
  /**
   * Static facts of an artifact: counts that levers' proofs and screening ask for. With hotSymbols (demangled names,
   * hottest first) the facts named "hot.*" count inside those functions only; without, inside the user's own code.
   */
  inspect(artifact: Artifact, toolchain: Toolchain, hotSymbols: readonly string[]): Promise<Facts>;
  /** Environment that makes one traced (untimed) run print what `parseTrace` reads from stderr, e.g. gctrace. */
  readonly trace: {
    readonly env: Readonly<Record<string, string>>;
    parse(stderr: string): Facts;
  };
  /** Every setting that could ship, in any order. Absent: nothing about the subject can be set. */
  settings?(
    subject: Subject,
    toolchain: Toolchain,
  ): Promise<readonly (ShippableSetting | UnavailableSetting)[]>;
  /** What a layout seed moves, in words, for the report. */
  readonly layoutScope: string;
}

/** Checks a language when it is defined: a mistake in a plugin is reported by name, at start. */
export function defineLanguage(language: Language): Language {
  if (!/^[a-z][a-z0-9+-]*$/.test(language.id))
    throw new Error(`language id "${language.id}" is not lower-case`);
  return Object.freeze(language);
}

/** Checks a factor when it is defined. */
export function defineFactor(factor: Factor): Factor {
  if (!/^[a-z][a-z0-9-]*$/.test(factor.id)) throw new Error(`factor id "${factor.id}" is not kebab-case`);
  if (!factor.levels.includes(factor.neutral))
    throw new Error(`factor ${factor.id}: neutral level "${factor.neutral}" is not one of its levels`);
  if (factor.levels.length < 2) throw new Error(`factor ${factor.id} needs two levels`);
  return Object.freeze(factor);
}
