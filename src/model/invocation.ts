import type { Artifact } from "./artifact.ts";
import type { Subject, Workload } from "./case.ts";
import type { RunRequest } from "./run.ts";
import { joinedVariables, type Setting } from "./setting.ts";

/** Everything but the artifact that decides how a subject is run. */
export interface Surroundings {
  readonly workload: Workload;
  /** What every subject finds in its environment before the workload's and the setting's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the subjects run unless the workload says otherwise; absolute. */
  readonly workingDirectory: string;
  /** Numbers of the processors that may be used. */
  readonly processors: readonly number[];
  readonly outputLimitBytes: number;
}

/** One subject's artifact under the run part of a setting. */
export interface Invocation {
  readonly subject: Subject;
  readonly artifact: Artifact;
  readonly run: Setting["run"];
}

/** The request that runs an invocation. */
export function runRequest(
  invocation: Invocation,
  surroundings: Surroundings,
  timeoutMs: number,
): RunRequest {
  const { subject, artifact, run } = invocation;
  const { workload, processors } = surroundings;
  const environment = { ...surroundings.environment, ...workload.env };
  return {
    argv: [artifact.executable, ...(subject.command?.slice(1) ?? []), ...workload.args],
    env: withPreload(withVariables(environment, run.env), run.preload),
    workingDirectory: workload.workingDirectory ?? surroundings.workingDirectory,
    ...(workload.stdinPath === undefined ? {} : { stdinPath: workload.stdinPath }),
    timeoutMs,
    outputLimitBytes: surroundings.outputLimitBytes,
    ...(run.cpuCount === undefined ? {} : { cpus: processors.slice(0, run.cpuCount) }),
  };
}

/** Runtimes that copy their arguments move the heap in steps of 16 bytes; vectors see that within a line of 64. */
const pathPaddingLimitBytes = 64;

/**
 * What varies between timed runs so that no one placement of stack and heap decides, from one random number. A prebuilt
 * program may print the name that it was called by, so that stays as it is.
 */
export function randomPadding(
  { command }: Subject,
  bytes: number,
): Pick<RunRequest, "environmentPaddingBytes" | "pathPaddingBytes"> {
  return {
    environmentPaddingBytes: bytes,
    ...(command === undefined ? { pathPaddingBytes: bytes % pathPaddingLimitBytes } : {}),
  };
}

/** A setting wins over what is there, except in variables that carry a list: those are joined, the setting last. */
function withVariables(
  environment: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const merged = { ...environment };
  for (const [name, value] of Object.entries(variables)) {
    const before = merged[name];
    const separator = joinedVariables[name];
    merged[name] =
      separator === undefined || before === undefined || before === ""
        ? value
        : `${before}${separator}${value}`;
  }
  return merged;
}

function withPreload(
  environment: Readonly<Record<string, string>>,
  preload: readonly string[],
): Readonly<Record<string, string>> {
  if (preload.length === 0) return environment;
  const { LD_PRELOAD: before } = environment;
  const own = before === undefined || before === "" ? [] : [before];
  return { ...environment, LD_PRELOAD: [...preload, ...own].join(":") };
}
