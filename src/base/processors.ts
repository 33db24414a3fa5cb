import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";

/** Numbers of the processors that this process may use (a cpuset or taskset may have taken some away). */
export async function availableProcessors(): Promise<readonly number[]> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  const numbers = list === undefined ? [] : parseProcessorList(list);
  return numbers.length > 0 ? numbers : Array.from({ length: availableParallelism() }, (_, index) => index);
}

/** The kernel's list form, "0-2,7". */
export function parseProcessorList(list: string): readonly number[] {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(list)) return [];
  return list.split(",").flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split("-").map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
}
