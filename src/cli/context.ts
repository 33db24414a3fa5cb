import { Failure } from "../base/failure.ts";
import type { Services } from "./services.ts";
import type { Interruption } from "./signals.ts";
import type { Terminal } from "./terminal.ts";

/** All that a command may touch; tests pass their own. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly services: Services;
  /** The folder the command was given in. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What stood after `--`; undefined without one. */
  readonly programArgs: readonly string[] | undefined;
  readonly version: string;
  /** The command line as given, for the report's "run it again". */
  readonly argv: readonly string[];
  readonly interruption: Interruption;
  readonly nowMs: () => number;
  /** Decides the exit code; the last call counts. */
  readonly exitWith: (code: number) => void;
}

export function usageFailure(code: string, message: string, help?: string): Failure {
  return new Failure({ code, exit: "usage", message, ...(help === undefined ? {} : { help }) });
}
