import type { RunExit, RunResult } from "./run.ts";

/** Whether the program did its work: it ended by itself with code 0. */
export function succeeded(result: Pick<RunResult, "exit">): boolean {
  return result.exit.kind === "exited" && result.exit.code === 0;
}

/** How a run ended, as the predicate of a sentence about the program: "crashed (SIGSEGV)". */
export function exitPhrase(exit: RunExit): string {
  switch (exit.kind) {
    case "exited":
      return `ended with code ${exit.code}`;
    case "signaled":
      return `crashed (${exit.signal})`;
    case "timedOut":
      return `did not end in ${seconds(exit.limitMs)}`;
    case "flooded":
      return `wrote more than ${Math.round(exit.limitBytes / 1024 ** 2)} MiB`;
    case "notStarted":
      return `could not be started (${exit.path === undefined ? "" : `${exit.path}: `}${exit.errno})`;
  }
}

/** CPU time of a run; undefined where it could not be had. User and system apart mean little in short runs. */
export function cpuTimeNs(result: RunResult): number | undefined {
  const { userTimeNs, systemTimeNs } = result;
  return userTimeNs === undefined || systemTimeNs === undefined ? undefined : userTimeNs + systemTimeNs;
}

function seconds(milliseconds: number): string {
  const value = milliseconds / 1000;
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} s`;
}
