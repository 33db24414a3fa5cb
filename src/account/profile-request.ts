import type { LanguageId, SubjectId } from "../model/case.ts";
import type { Runner, RunRequest } from "../model/run.ts";
import type { ProfilerChoice } from "./profiler-ladder.ts";

export interface ProfileRequest {
  readonly subject: SubjectId;
  readonly language: LanguageId;
  /** The profile build of the subject's baseline. */
  readonly executable: string;
  /** One baseline run as it would be timed; argv[0] is the executable. */
  readonly run: RunRequest;
  /** 10 or more for the intervals that METHOD asks for, 3 for a first answer. */
  readonly runs: number;
  /** No run is started after this much time, the first one excepted; absent: all runs. */
  readonly budgetMs?: number;
  readonly runner: Runner;
  /** Recordings are written here and removed when read. */
  readonly workDirectory: string;
  /** From `chooseProfiler`, so that several subjects ask the host once. */
  readonly profiler?: ProfilerChoice;
  /** Go only: the same program built with `goProbePatch`, for the rung without perf. */
  readonly goProbeExecutable?: string;
  readonly signal?: AbortSignal;
}
