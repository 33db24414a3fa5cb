import type { SubjectId } from "./case.ts";
import type { Setting } from "./setting.ts";

/** What a build made: one executable in the cache. */
export interface Artifact {
  /** Hex key over source, setting, toolchain and layout seed. */
  readonly key: string;
  readonly subject: SubjectId;
  /** Absolute path of the executable; the first word of the command for `cmd:` subjects. */
  readonly executable: string;
  /** Hex hash of the executable, checked whenever it is taken from the cache. */
  readonly sha256: string;
  readonly setting: Setting["build"];
  /** Absent: the layout the linker chooses by itself. */
  readonly layoutSeed?: number;
  readonly toolchain: string;
  readonly buildTimeMs: number;
  /** Absolute path of the compiler's output. */
  readonly logPath: string;
}

/** A build that did not work, in the compiler's own words. */
export interface BuildFailure {
  readonly kind: "buildFailure";
  readonly subject: SubjectId;
  /** The command as it can be pasted into a shell. */
  readonly command: string;
  /** The compiler's own output, untouched. */
  readonly output: string;
  readonly logPath?: string;
}
