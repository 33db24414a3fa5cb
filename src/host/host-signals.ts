import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { cacheDirectory } from "../base/directories.ts";
import { Failure } from "../base/failure.ts";
import { findExecutable } from "../base/find-executable.ts";
import { present } from "../base/present.ts";
import { runCommand } from "../base/subprocess.ts";
import type { HostSignal } from "../model/host.ts";
import type { RunnerRung } from "../model/run.ts";
import { openRunner } from "../runner/open-runner.ts";
import { installCommand } from "./install-command.ts";
import { cgroupPath, parseCfsQuota, parseCpuMax } from "./proc-text.ts";
import { readText } from "./read-text.ts";

/** How programs are run here. The rung is found out by opening a runner when it is not given. */
export async function runnerSignal(rung: RunnerRung | undefined): Promise<HostSignal> {
  const base = { id: "runner", title: "running programs" };
  const found = rung ?? (await findRung());
  if (typeof found === "string") return { ...base, state: "missing", detail: found };
  if (found.lost.length === 0) return { ...base, state: "ok", detail: `${found.title}: every figure` };
  const reason = found.reason === undefined ? "" : ` (${found.reason})`;
  return {
    ...base,
    state: "degraded",
    detail: `${found.title}${reason}: ${found.lost.join("; ")}`,
    ...present({ fix: found.reason === undefined ? undefined : await installCommand("compiler") }),
  };
}

async function findRung(): Promise<RunnerRung | string> {
  try {
    const runner = await openRunner();
    await runner.close();
    return runner.rung;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

export async function straceSignal(): Promise<HostSignal> {
  const base = { id: "strace", title: "system call tracer" };
  const lost = "which system calls a program makes is not known; how many reads and writes still is";
  const strace = await findExecutable("strace");
  if (strace === undefined)
    return {
      ...base,
      state: "missing",
      detail: `strace is not on PATH: ${lost}`,
      ...present({ fix: await installCommand("strace") }),
    };
  const argv = [strace, "-f", "-c", "-o", "/dev/null", "true"] as const;
  const result = await runCommand({ argv, timeoutMs: 20_000, outputLimitBytes: 65_536 });
  return result.kind === "exited" && result.code === 0
    ? { ...base, state: "ok", detail: "strace may trace what perfgap starts" }
    : {
        ...base,
        state: "missing",
        detail: `strace may not trace here: ${lost}`,
        fix: "docker run --cap-add SYS_PTRACE ..., or sudo sysctl kernel.yama.ptrace_scope=1",
      };
}

const comfortableBytes = 2 * 1024 ** 3;
const neededBytes = 200 * 1024 ** 2;

/** Builds of every variant go to the cache; a case with four causes a side needs some hundred megabytes. */
export async function diskSignal(directory: string = cacheDirectory()): Promise<HostSignal> {
  const base = { id: "disk", title: "disk space for builds" };
  const free = await freeBytes(directory);
  if (free === undefined)
    return { ...base, state: "degraded", detail: `how much is free in ${directory} cannot be told` };
  const detail = `${(free / 1024 ** 3).toFixed(1)} GB free in ${directory}`;
  const fix = "PERFGAP_CACHE=/path/on/a/larger/disk";
  if (free >= comfortableBytes) return { ...base, state: "ok", detail };
  return free >= neededBytes
    ? { ...base, state: "degraded", detail: `${detail}: large programs may not fit`, fix }
    : { ...base, state: "missing", detail: `${detail}: builds may fail`, fix };
}

async function freeBytes(directory: string): Promise<number | undefined> {
  for (let folder = directory; ; folder = dirname(folder)) {
    const status = await statfs(folder).catch(() => undefined);
    if (status !== undefined) return status.bavail * status.bsize;
    if (folder === dirname(folder)) return undefined;
  }
}

export async function governorSignal(): Promise<HostSignal> {
  const base = { id: "governor", title: "processor frequency" };
  const governor = (await readText("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"))?.trim();
  if (governor === undefined)
    return { ...base, state: "degraded", detail: "this system does not say how the frequency is governed" };
  return governor === "performance"
    ? { ...base, state: "ok", detail: "the governor is performance" }
    : {
        ...base,
        state: "degraded",
        detail: `the governor is ${governor}: the frequency follows the load; runs in random order even that out`,
        fix: "sudo cpupower frequency-set -g performance",
      };
}

/** Processors that this process's control group grants, where there is a limit. */
export async function cpuQuota(): Promise<number | undefined> {
  const cgroup = (await readText("/proc/self/cgroup")) ?? "";
  const second = cgroupPath(cgroup, "");
  for (const path of second === undefined ? [] : [second, "/"]) {
    const quota = parseCpuMax((await readText(`/sys/fs/cgroup${path}/cpu.max`)) ?? "");
    if (quota !== undefined) return quota;
  }
  const first = cgroupPath(cgroup, "cpu");
  for (const path of first === undefined ? [] : [first, "/"]) {
    const folder = `/sys/fs/cgroup/cpu${path}`;
    const quota = (await readText(`${folder}/cpu.cfs_quota_us`)) ?? "";
    const period = (await readText(`${folder}/cpu.cfs_period_us`)) ?? "";
    const share = parseCfsQuota(quota, period);
    if (share !== undefined) return share;
  }
  return undefined;
}

export function quotaSignal(quota: number | undefined, cpuCount: number): HostSignal {
  const base = { id: "cpu-quota", title: "processor quota" };
  if (quota === undefined || quota >= cpuCount)
    return { ...base, state: "ok", detail: "no control group throttles programs" };
  return {
    ...base,
    state: "degraded",
    detail: `the control group grants ${quota.toFixed(2)} of ${cpuCount} processors: programs with several threads are stopped for parts of every period`,
    fix: "docker run without --cpus, or raise the limit on the container",
  };
}
