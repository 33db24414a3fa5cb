/**
 * One process execution, as asked for. In arguments, variables and paths the lone surrogates U+DC80..U+DCFF stand for
 * bytes that are not UTF-8 (base/raw-bytes.ts).
 */
export interface RunRequest {
  readonly argv: readonly string[];
  /** The whole environment of the child; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly stdinPath?: string;
  readonly timeoutMs: number;
  /** The run is ended when it has written more than this to stdout or to stderr. */
  readonly outputLimitBytes: number;
  /** Where stdout is kept besides being hashed; absent: hashed only. */
  readonly stdoutPath?: string;
  /** Where all of stderr is kept (traces); absent: only its tail. */
  readonly stderrPath?: string;
  /** Where what the program reports of its own operations is kept: it finds the descriptor's number in PERFGAP_FD. */
  readonly probePath?: string;
  /** Untimed runs only: look at the processors that it may use and, every 5 ms, at the number of its threads. */
  readonly sampleThreads?: boolean;
  /** Processors the child may use, by number; absent: all that this process may use. */
  readonly cpus?: readonly number[];
  readonly memoryLimitBytes?: number;
  /** Bytes of random padding added to the environment (Mytkowicz et al. 2009). */
  readonly environmentPaddingBytes?: number;
  /** Slashes more before the program's name: the same file, by a longer path. None where argv[0] has no slash. */
  readonly pathPaddingBytes?: number;
}

export type RunExit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signaled"; readonly signal: string }
  | { readonly kind: "timedOut"; readonly limitMs: number }
  | { readonly kind: "flooded"; readonly limitBytes: number }
  /** `path` is what could not be used: the program, its working folder or its stdin file. */
  | { readonly kind: "notStarted"; readonly errno: string; readonly path?: string };

/** A quantile of one run's operations with its 95 % interval between order statistics, nanoseconds. */
export interface LatencyQuantile {
  readonly valueNs: number;
  readonly lowNs: number;
  readonly highNs: number;
}

/** How long a program's operations took, as it reported them itself. Quantiles that too few operations tell are absent. */
export interface RunLatencies {
  /** The one operation of the session; in runs of 0.1 the one that this run reported most often. */
  readonly operation: string;
  readonly count: number;
  readonly p50?: LatencyQuantile;
  readonly p95?: LatencyQuantile;
  readonly p99?: LatencyQuantile;
}

/** What one run cost and printed. Absent counters could not be had on this rung. */
export interface RunResult {
  readonly exit: RunExit;
  readonly wallTimeNs: number;
  readonly userTimeNs?: number;
  readonly systemTimeNs?: number;
  readonly maxRssBytes?: number;
  readonly minorFaults?: number;
  readonly majorFaults?: number;
  readonly voluntarySwitches?: number;
  readonly involuntarySwitches?: number;
  /** Time the main thread waited for a processor. */
  readonly runQueueDelayNs?: number;
  /** Time the launcher itself waited for a processor while this run lasted. */
  readonly launcherDelayNs?: number;
  readonly readCalls?: number;
  readonly writeCalls?: number;
  readonly stdoutBytes: number;
  /** Hex hash of stdout; equal outputs have equal hashes on one rung. */
  readonly stdoutHash: string;
  /** The last bytes of stderr, at most 8 KiB, as UTF-8 with replacement. */
  readonly stderrTail: string;
  /** Descendants that outlived the program and had to be ended. */
  readonly orphans: number;
  /** Only when sampleThreads was asked for. */
  readonly maxThreads?: number;
  /** Only when sampleThreads was asked for: how many processors its main thread was allowed to use. */
  readonly allowedProcessors?: number;
  /** Wall clock at the start of the run, milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Only of runs whose operations were asked for, and only where the program reports them. */
  readonly latencies?: RunLatencies;
}

/** How runs are made on this host; each lower rung loses something, named in `lost`. */
export interface RunnerRung {
  readonly id: "launcher" | "launcher-rust" | "launcher-go" | "spawn";
  readonly title: string;
  readonly lost: readonly string[];
  /** Why no higher rung could be had; absent on the highest one. */
  readonly reason?: string;
}

export interface Runner {
  readonly rung: RunnerRung;
  /**
   * Resolves for every outcome of the program. Rejects with a Failure when the runner itself or the host is broken,
   * and with the signal's reason when the run was aborted; nothing of the run is left then. One at a time.
   */
  run(request: RunRequest, signal?: AbortSignal): Promise<RunResult>;
  close(): Promise<void>;
}
