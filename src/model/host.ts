/** What a signal of this host can tell, and what was missing. */
export interface HostSignal {
  readonly id: string;
  readonly title: string;
  readonly state: "ok" | "degraded" | "missing";
  /** What it adds when ok, what is lost when not. */
  readonly detail: string;
  /** The exact command that would mend it, where there is one. */
  readonly fix?: string;
}

export interface Host {
  readonly os: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly cpuFlags: readonly string[];
  readonly memoryBytes: number;
  readonly virtualised: boolean;
  readonly load1: number;
  /** Share of time in which some task waited for a processor while perfgap itself did nothing, 0-1. */
  readonly cpuPressure?: number;
  readonly signals: readonly HostSignal[];
}
