import {
  arch,
  availableParallelism,
  cpus,
  loadavg,
  platform,
  release,
  type as systemType,
  totalmem,
} from "node:os";
import { setTimeout } from "node:timers/promises";
import { present } from "../base/present.ts";
import { runCommand } from "../base/subprocess.ts";
import type { Host } from "../model/host.ts";
import type { RunnerRung } from "../model/run.ts";
import { hostNoise, type NoiseSpan, noiseBetween } from "./host-noise.ts";
import {
  cpuQuota,
  diskSignal,
  governorSignal,
  quotaSignal,
  runnerSignal,
  straceSignal,
} from "./host-signals.ts";
import { counterSignal, findPerf, profilerSignal } from "./perf-signals.ts";
import { cpuFlags, cpuModel } from "./proc-text.ts";
import { readText } from "./read-text.ts";

/** Describes this host and what it can tell; every signal was tried, none is assumed. */
export async function describeHost(rung?: RunnerRung): Promise<Host> {
  const cpuinfo = (await readText("/proc/cpuinfo")) ?? "";
  const flags = cpuFlags(cpuinfo);
  const virtualised = await isVirtualised(flags);
  const cpuCount = availableParallelism();
  const [perf, runner, strace, disk, governor, quota] = await Promise.all([
    findPerf(),
    runnerSignal(rung),
    straceSignal(),
    diskSignal(),
    governorSignal(),
    cpuQuota(),
  ]);
  const { waiting } = await noiseWhileIdle();
  return {
    os: (await osName()) ?? systemType(),
    kernel: release(),
    architecture: arch(),
    cpuModel: cpuModel(cpuinfo) ?? cpus()[0]?.model.trim() ?? "unknown",
    cpuCount,
    cpuFlags: flags,
    memoryBytes: totalmem(),
    virtualised,
    load1: loadavg()[0] ?? 0,
    ...present({ cpuPressure: waiting }),
    signals: [
      runner,
      profilerSignal(perf),
      counterSignal(perf, virtualised),
      strace,
      disk,
      governor,
      quotaSignal(quota, cpuCount),
    ],
  };
}

const idleMs = 500;

/** The system's own averages still hold what was installed or built just before; a busy machine is busy now. */
async function noiseWhileIdle(): Promise<NoiseSpan> {
  const before = await hostNoise();
  await setTimeout(idleMs);
  return noiseBetween(before, await hostNoise());
}

async function osName(): Promise<string | undefined> {
  const text = await readText("/etc/os-release");
  return text === undefined ? undefined : /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(text)?.[1];
}

async function isVirtualised(flags: readonly string[]): Promise<boolean> {
  if (flags.includes("hypervisor")) return true;
  if (platform() === "darwin") {
    const result = await runCommand({ argv: ["sysctl", "-n", "kern.hv_vmm_present"], timeoutMs: 5000 });
    return result.stdout.trim() === "1";
  }
  const product = (await readText("/sys/class/dmi/id/product_name")) ?? "";
  return /virtual|kvm|qemu|vmware|xen|bochs|hvm|compute engine|ec2/i.test(product);
}
