import { err, ok, type Result } from "../base/result.ts";

export interface SystemCalls {
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
}

/** Longer tables than this are not strace's: Linux has fewer than 500 system calls. */
const mostLines = 2000;

/**
 * Reads the table of `strace -c`: "% time  seconds  usecs/call  calls  errors  syscall". Lines that are no row are
 * skipped; the error says that there was no row at all. Its times are strace's own and are not read.
 */
export function parseStraceSummary(text: string): Result<readonly SystemCalls[], string> {
  const rows = text.split("\n", mostLines).flatMap((line) => {
    const match = /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:(\d+)\s+)?([a-z_]\w*)\s*$/.exec(line.slice(0, 300));
    const row = { name: match?.[3] ?? "total", calls: Number(match?.[1]), errors: Number(match?.[2] ?? 0) };
    return row.name === "total" || !Number.isSafeInteger(row.calls) || !Number.isSafeInteger(row.errors)
      ? []
      : [row];
  });
  return rows.length === 0
    ? err("strace printed no table")
    : ok(rows.sort((left, right) => right.calls - left.calls));
}
