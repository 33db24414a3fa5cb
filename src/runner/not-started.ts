import type { RunResult } from "../model/run.ts";

/** The result of a run that never began: no cost, no output. */
export function notStarted(errno: string, path: string | undefined, startedAtMs: number): RunResult {
  return {
    exit: { kind: "notStarted", errno, ...(path === undefined ? {} : { path }) },
    wallTimeNs: 0,
    stdoutBytes: 0,
    stdoutHash: "",
    stderrTail: "",
    orphans: 0,
    startedAtMs,
  };
}
