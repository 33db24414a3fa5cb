import { findExecutable } from "../base/find-executable.ts";
import type { ProfilerRung } from "../model/profile.ts";
import { canRecord, type PerfEvent } from "./perf.ts";

/** Where samples can come from on this host. */
export interface ProfilerChoice {
  readonly rung: ProfilerRung;
  readonly lost: readonly string[];
  /** Why the rungs above were not taken; empty on the first. */
  readonly reasons: readonly string[];
  /** What would mend it, where one command does. */
  readonly fix?: string;
  /** Absolute path of perf, on its two rungs. */
  readonly perf?: string;
}

const rungs: readonly ProfilerRung[] = ["perf", "perf-user", "go-probe", "none"];

const lostOnRung: Readonly<Record<ProfilerRung, readonly string[]>> = {
  perf: [],
  "perf-user": ["time in the kernel: perf may not look into it here, so shares are of user time only"],
  "go-probe": [
    "profiles of Rust, C and C++ programs",
    "native threads and most of the kernel: the Go runtime samples itself, 100 times a second of CPU time",
    "a trustworthy share of the collector: a Go program that samples itself has a larger heap goal and collects less often, so garbage collection reads too low where the heap is small",
  ],
  none: ["profiles: accounting by component, hot functions, and all evidence tied to them"],
};

/**
 * The first rung that works here, or the one that PERFGAP_PROFILER names (perf, perf-user, go-probe, none): a
 * forced rung that does not work falls to the next below it.
 */
export async function chooseProfiler(
  workDirectory: string,
  forced: string | undefined = process.env["PERFGAP_PROFILER"],
): Promise<ProfilerChoice> {
  const reasons: string[] = [];
  const start = Math.max(0, (rungs as readonly string[]).indexOf(forced ?? "perf"));
  if (start > 0) reasons.push(`PERFGAP_PROFILER=${forced ?? ""}`);
  const perf = await findExecutable("perf");
  if (perf === undefined && start < 2) reasons.push("perf is not installed");
  for (const rung of rungs.slice(start)) {
    if (rung === "go-probe" || rung === "none")
      return { rung, lost: lostOnRung[rung], reasons, ...fixFor(reasons) };
    if (perf === undefined) continue;
    const event = eventOf(rung);
    if (await canRecord(perf, event, workDirectory))
      return { rung, lost: lostOnRung[rung], reasons, perf, ...fixFor(reasons) };
    reasons.push(`perf may not sample ${event} here`);
  }
  return { rung: "none", lost: lostOnRung.none, reasons };
}

/** What perf samples on one of its rungs. */
export function eventOf(rung: ProfilerRung): PerfEvent {
  return rung === "perf-user" ? "cpu-clock:u" : "cpu-clock";
}

function fixFor(reasons: readonly string[]): { readonly fix?: string } {
  if (reasons.some((reason) => reason.startsWith("perf is not")))
    return { fix: "install perf (Debian: apt-get install linux-perf; Ubuntu: linux-tools-$(uname -r))" };
  if (reasons.some((reason) => reason.startsWith("perf may not")))
    return { fix: "sudo sysctl kernel.perf_event_paranoid=1" };
  return {};
}
