import { readFile } from "node:fs/promises";

/** x86-64 psABI, section 3.1.1, in the names of /proc/cpuinfo. */
const flagsByLevel: readonly (readonly [level: number, flags: readonly string[]])[] = [
  [2, ["cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"]],
  [3, ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"]],
  [4, ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]],
];

/** What this machine's processor lacks to run code for x86-64-v`level`; empty when it can. */
export async function lackingForX86Level(level: number): Promise<readonly string[]> {
  const text = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  return lackingFlags(text, level);
}

/** The flags of a level, and of those below it, that the text of /proc/cpuinfo does not list. */
export function lackingFlags(cpuinfo: string, level: number): readonly string[] {
  const present = new Set((/^flags\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? "").trim().split(/\s+/));
  return flagsOfX86Level(level).filter((flag) => !present.has(flag));
}

/** What a processor must have to run code for x86-64-v`level`, in the names of /proc/cpuinfo. */
export function flagsOfX86Level(level: number): readonly string[] {
  return flagsByLevel.flatMap(([each, flags]) => (each <= level ? flags : []));
}
