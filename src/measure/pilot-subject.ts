import type { SubjectId } from "../model/case.ts";
import type { Facts } from "../model/evidence.ts";
import type { RunResult } from "../model/run.ts";

/** What a few runs of one baseline show. */
export interface PilotSubject {
  readonly subject: SubjectId;
  readonly typicalWallTimeNs: number;
  /** Absent where CPU time cannot be had. */
  readonly typicalCpuTimeNs?: number;
  /** Standard deviation of the log of one run. */
  readonly wallTimeSd: number;
  readonly cpuTimeSd?: number;
  /** Share of the wall time (waiting for a processor left out) in which no processor was used; single-threaded only. */
  readonly waitingShare?: number;
  /** Share of the wall time spent waiting for a processor. */
  readonly delayShare?: number;
  /** threads.max, cpu.parallelism, cpu.seconds, writes.calls, reads.calls, output.bytes, rss.maxBytes, faults.minor. */
  readonly facts: Facts;
  readonly runs: readonly RunResult[];
  /** Limit for every later run of the subject. */
  readonly timeoutMs: number;
}
