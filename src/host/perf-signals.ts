import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "../base/find-executable.ts";
import { present } from "../base/present.ts";
import { runCommand } from "../base/subprocess.ts";
import type { HostSignal } from "../model/host.ts";
import { installCommand } from "./install-command.ts";
import { readText } from "./read-text.ts";

/** What was found out about perf on this host. */
export interface PerfFindings {
  readonly found: boolean;
  /** The most that could be sampled: kernel and user part, user part only, nothing. */
  readonly samples: "all" | "user" | "nothing";
  /** /proc/sys/kernel/perf_event_paranoid; absent when it cannot be read. */
  readonly paranoid?: number;
  readonly counts: boolean;
  readonly install?: string;
}

/** Tries perf out: sampling by the processor clock, then counting in hardware. */
export async function findPerf(): Promise<PerfFindings> {
  const perf = await findExecutable("perf");
  const install = await installCommand("perf");
  const paranoid = Number((await readText("/proc/sys/kernel/perf_event_paranoid")) ?? Number.NaN);
  const known = present({ install, paranoid: Number.isNaN(paranoid) ? undefined : paranoid });
  if (perf === undefined) return { found: false, samples: "nothing", counts: false, ...known };
  const samples = (await canSample(perf, "cpu-clock"))
    ? "all"
    : (await canSample(perf, "cpu-clock:u"))
      ? "user"
      : "nothing";
  return { found: true, samples, counts: await canCount(perf), ...known };
}

async function canSample(perf: string, event: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "perfgap-perf-"));
  try {
    const argv = [
      perf,
      "record",
      "-q",
      "-e",
      event,
      "-F",
      "99",
      "-o",
      join(folder, "data"),
      "--",
      "true",
    ] as const;
    const result = await runCommand({ argv, timeoutMs: 20_000, outputLimitBytes: 65_536 });
    return result.kind === "exited" && result.code === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** perf ends well and prints "<not supported>" where a counter is missing. */
async function canCount(perf: string): Promise<boolean> {
  const argv = [perf, "stat", "-x,", "-e", "instructions:u", "--", "true"] as const;
  const result = await runCommand({ argv, timeoutMs: 20_000, outputLimitBytes: 65_536 });
  return result.kind === "exited" && result.code === 0 && /^[1-9]\d*,/m.test(result.stderr);
}

const lostWithoutProfile = "accounting is left out; causes still come from rebuilding";

/** Which part of a profile this host can give, and the command that would give more. */
export function profilerSignal(findings: PerfFindings): HostSignal {
  const base = { id: "perf", title: "sampling profiler" };
  const { paranoid } = findings;
  if (!findings.found)
    return {
      ...base,
      state: "missing",
      detail: `perf is not on PATH: ${lostWithoutProfile}`,
      ...present({ fix: findings.install }),
    };
  switch (findings.samples) {
    case "all":
      return { ...base, state: "ok", detail: "perf samples programs and the kernel by the processor clock" };
    case "user":
      return {
        ...base,
        state: "degraded",
        detail: `perf samples programs but not the kernel (perf_event_paranoid is ${paranoid ?? "unknown"}): system calls and page faults are not split up`,
        fix: "sudo sysctl kernel.perf_event_paranoid=1",
      };
    case "nothing":
      return paranoid !== undefined && paranoid > 2
        ? {
            ...base,
            state: "missing",
            detail: `sampling is not allowed (perf_event_paranoid is ${paranoid}): ${lostWithoutProfile}`,
            fix: "sudo sysctl kernel.perf_event_paranoid=2",
          }
        : {
            ...base,
            state: "missing",
            detail: `perf cannot sample here, as in a container without the right to: ${lostWithoutProfile}`,
            fix: "docker run --cap-add PERFMON --security-opt seccomp=unconfined ...",
          };
  }
}

export function counterSignal(findings: PerfFindings, virtualised: boolean): HostSignal {
  const base = { id: "hardware-counters", title: "hardware counters" };
  if (findings.counts) return { ...base, state: "ok", detail: "instructions can be counted in hardware" };
  const reason = !findings.found
    ? "perf is not on PATH"
    : virtualised
      ? "this virtual machine does not pass them on"
      : findings.samples === "nothing"
        ? "perf may not use them"
        : "this processor or kernel does not offer them to perf";
  return {
    ...base,
    state: "missing",
    detail: `${reason}: instructions are not counted; nothing else needs them`,
  };
}
