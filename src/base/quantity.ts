const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of "500ms", "60s", "1.5m", "1h30m" or a bare number of seconds; undefined for anything else or nothing. */
export function parseDurationMs(text: string): number | undefined {
  const bare = /^\d+(\.\d+)?$/.exec(text.trim());
  if (bare !== null) return positive(Number(text) * 1000);
  if (!/^(\d+(\.\d+)?(ms|s|m|h)\s*)+$/.test(text.trim())) return undefined;
  let total = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (durationUnits[unit ?? ""] ?? 0);
  }
  return positive(total);
}

function positive(milliseconds: number): number | undefined {
  return milliseconds > 0 && Number.isFinite(milliseconds) ? milliseconds : undefined;
}

/** A span of time for people, coarse as a forecast deserves: "48 s", "3 min 20 s", "2 h 5 min". */
export function formatDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "unknown";
  if (milliseconds < 950) return `${Math.max(0, Math.round(milliseconds / 10) * 10)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return joinParts(minutes, "min", seconds % 60, "s");
  return joinParts(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

function joinParts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
