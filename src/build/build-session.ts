import { Failure } from "../base/failure.ts";
import type { Subject } from "../model/case.ts";
import type { Setting } from "../model/setting.ts";
import type { Toolchain } from "../model/toolchain.ts";
import type { Language } from "../plugin.ts";
import type { ArtifactCache } from "./artifact-cache.ts";
import type { SourceState } from "./source-state.ts";
import type { Turns } from "./turns.ts";

export interface BuildJob {
  readonly subject: Subject;
  readonly toolchain: Toolchain;
  readonly setting: Setting["build"];
  readonly layoutSeed?: number;
  readonly purpose: "timed" | "profile";
  readonly signal?: AbortSignal;
}

/** A subject's sources, read once per session. */
export interface Sources {
  readonly subject: Subject;
  readonly roots: readonly string[];
  readonly state: SourceState;
}

export interface BuildSession {
  readonly cache: ArtifactCache;
  readonly languages: ReadonlyMap<string, Language>;
  readonly turns: Turns;
  readonly onNote: (message: string) => void;
  sourcesOf(subject: Subject, toolchain: Toolchain): Promise<Sources>;
}

export function languageOf(languages: ReadonlyMap<string, Language>, subject: Subject): Language {
  const language = languages.get(subject.language);
  if (language === undefined) throw new Error(`bug: no language ${subject.language} for ${subject.id}`);
  return language;
}

export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new Failure({ code: "interrupted", exit: "interrupted", message: "Interrupted while building." });
}
