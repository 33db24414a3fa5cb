export type SubjectId = string;
export type LanguageId = string;
/** What a subject is called in texts for people. */
export type TitleOf = (subject: SubjectId) => string;
/** Where nobody says what subjects are called. */
export const idAsTitle: TitleOf = (subject) => subject;

/** One program in one language, as the user named it. */
export interface Subject {
  /** Unique in the case; what people read in the answer, e.g. "go" or "rust". */
  readonly id: SubjectId;
  readonly language: LanguageId;
  /** Absolute path of the file or folder; for `cmd:` subjects the working folder. */
  readonly path: string;
  /** Which program of a package that builds several (`rust:PATH#BIN`). */
  readonly bin?: string;
  /** `cmd:` subjects only: the program and its own leading arguments. */
  readonly command?: readonly string[];
  /** Compiler driver to use instead of the first one found (`gcc`, `clang`, `g++`...). */
  readonly compiler?: string;
  /**
   * C and C++ only: the compile command as the user writes it, with `{flags}`, `{sources}` and `{output}`
   * as places that perfgap fills. Absent: the default command of the language.
   */
  readonly compileCommand?: readonly string[];
  /** Flags that the user's own build has and that every variant must have too. */
  readonly flags?: readonly string[];
}

/** How outputs of two programs are held against each other. */
export type Comparison =
  | { readonly kind: "exact" }
  | { readonly kind: "numeric"; readonly tolerance: number }
  | { readonly kind: "none" };

/** The same job with less to do; shows how time grows with the input. */
export interface SmallerInput {
  /** Absent: those of the workload. */
  readonly args?: readonly string[];
  /** Absent: that of the workload. */
  readonly stdinPath?: string;
  /** Its size over the workload's, between 0 and 1. */
  readonly factor: number;
}

/** Another input for settings that learn from runs, so that they are not trained on what is measured. */
export interface TrainingInput {
  /** Absent: those of the workload. */
  readonly args?: readonly string[];
  /** Absent: that of the workload. */
  readonly stdinPath?: string;
}

/** The job: what every subject is given and what it must print. */
export interface Workload {
  readonly args: readonly string[];
  readonly stdinPath?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; where the subjects run. Absent: the folder the command was given in. */
  readonly workingDirectory?: string;
  readonly compare: Comparison;
  /** A file with the output that is known to be right. */
  readonly expectedOutputPath?: string;
  /** Limit of one run; absent: 10 times the first run, at least 10 s. */
  readonly timeoutMs?: number;
  readonly smaller?: SmallerInput;
  readonly training?: TrainingInput;
}

/** One question: a workload and the subjects that do it. */
export interface Case {
  readonly name: string;
  readonly question?: string;
  readonly workload: Workload;
  readonly subjects: readonly Subject[];
  /** The case file it came from, if any. */
  readonly sourcePath?: string;
}
