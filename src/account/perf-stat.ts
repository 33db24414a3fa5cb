import { err, ok, type Result } from "../base/result.ts";

/**
 * Counts by event of `perf stat -x,`: lines "COUNT,UNIT,EVENT,...". An event that was not counted ("<not counted>",
 * "<not supported>") is absent. The error says that there was no count at all. Pure.
 */
export function parsePerfStat(text: string): Result<ReadonlyMap<string, number>, string> {
  const counts = new Map<string, number>();
  for (const line of text.split("\n", 2000)) {
    const [count = "", , event = ""] = line.slice(0, 500).split(",");
    const value = Number(count);
    if (/^\d+$/.test(count) && Number.isSafeInteger(value) && /^[\w:.-]+$/.test(event))
      counts.set(event, value);
  }
  return counts.size === 0 ? err("perf stat counted nothing") : ok(counts);
}
