/** Readers of the kernel's text files. Each takes the file's text, and gives undefined for what is not in it. */

/** Processor flags of /proc/cpuinfo ("flags" on x86, "Features" on ARM), sorted. */
export function cpuFlags(cpuinfo: string): readonly string[] {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? "";
  return line.split(/\s+/).filter(Boolean).sort();
}

/**
 * The processor's name, with its numbers where the name alone does not say which one it is: virtual machines often
 * pass on the brand only ("AMD EPYC"), ARM kernels give no name at all.
 */
export function cpuModel(cpuinfo: string): string | undefined {
  const field = (name: string) => new RegExp(`^(?:${name})\\s*:\\s*(\\S.*)$`, "m").exec(cpuinfo)?.[1]?.trim();
  const name = field("model name|Model|Processor|cpu model");
  if (name !== undefined && /\d/.test(name)) return name;
  const [family, model, part] = [field("cpu family"), field("model"), field("CPU part")];
  const numbers =
    family !== undefined && model !== undefined
      ? `family ${family}, model ${model}`
      : part !== undefined && `implementer ${field("CPU implementer") ?? "unknown"}, part ${part}`;
  if (numbers === false) return name;
  return name === undefined ? `processor of ${numbers}` : `${name} (${numbers})`;
}

/** Microseconds since the start in which some task waited for a processor, by /proc/pressure/cpu. */
export function parsePressureUs(text: string): number | undefined {
  const match = /^some .*total=(\d+)$/m.exec(text);
  return match === null ? undefined : Number(match[1]);
}

export interface CpuTicks {
  /** Time that another virtual machine had instead of this one. */
  readonly steal: number;
  readonly total: number;
}

/** The first line of /proc/stat; guest time is already in user time (proc(5)). */
export function parseCpuTicks(text: string): CpuTicks | undefined {
  const fields = /^cpu +(.*)$/m.exec(text)?.[1]?.split(" ").map(Number);
  const steal = fields?.[7];
  if (fields === undefined || steal === undefined || fields.some(Number.isNaN)) return undefined;
  return { steal, total: fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0) };
}

/** Processors that a control group grants: cpu.max of version 2 ("200000 100000", "max 100000"). */
export function parseCpuMax(text: string): number | undefined {
  const [quota, period] = text.trim().split(/\s+/).map(Number);
  if (quota === undefined || period === undefined || Number.isNaN(quota) || !(period > 0)) return undefined;
  return quota / period;
}

/** The same of version 1; a quota of -1 is none. */
export function parseCfsQuota(quota: string, period: string): number | undefined {
  const share = Number(quota) / Number(period);
  return Number.isFinite(share) && share > 0 ? share : undefined;
}

/** Folder of this process in a control group hierarchy, from /proc/self/cgroup; "" names version 2. */
export function cgroupPath(cgroup: string, controller: string): string | undefined {
  for (const line of cgroup.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers?.split(",").includes(controller) === true) return path;
  }
  return undefined;
}

/** ID and ID_LIKE of /etc/os-release, most specific first. */
export function distributionIds(osRelease: string): readonly string[] {
  const value = (key: string) =>
    new RegExp(`^${key}="?([^"\n]*)"?$`, "m").exec(osRelease)?.[1]?.split(" ").filter(Boolean) ?? [];
  return [...value("ID"), ...value("ID_LIKE")];
}
