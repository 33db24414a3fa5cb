/**
 * The public door for plugins: languages and factors see what a third party's would see, nothing else of perfgap.
 */
import type { Artifact, BuildFailure } from "./model/artifact.ts";
import type { Subject } from "./model/case.ts";
import type { Facts } from "./model/evidence.ts";
import type { Factor, FactorId, Realization } from "./model/factor.ts";
import type { Setting } from "./model/setting.ts";
import type { Toolchain, ToolchainSearch } from "./model/toolchain.ts";

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
