/** What a script learns from perfgap's end; the numbers are a contract (docs/format.md). */
export const exitCodes = {
  answered: 0,
  thresholdCrossed: 1,
  usage: 2,
  toolchainOrHost: 3,
  build: 4,
  outputsDiffer: 5,
  programFailed: 6,
  inconclusive: 7,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCodeName = keyof typeof exitCodes;

export interface FailureParts {
  /** Stable name for scripts and tests, e.g. "toolchain-missing". */
  readonly code: string;
  readonly exit: Exclude<ExitCodeName, "answered" | "bug">;
  /** What happened and why; its first line must be enough on its own. */
  readonly message: string;
  /** What to do: one command to paste, or one sentence. */
  readonly help?: string;
  /** Words of another tool, shown untouched. */
  readonly detail?: string;
}

/** An expected failure: a mistake, a missing tool, a program that crashed. Never shown with a stack trace. */
export class Failure extends Error {
  readonly code: string;
  readonly exit: FailureParts["exit"];
  readonly help: string | undefined;
  readonly detail: string | undefined;

  constructor(parts: FailureParts) {
    super(parts.message);
    this.name = "Failure";
    this.code = parts.code;
    this.exit = parts.exit;
    this.help = parts.help;
    this.detail = parts.detail;
  }
}
