import { describe, expect, it } from "vitest";
import { formatDuration, parseDurationMs } from "./quantity.ts";

describe("parseDurationMs", () => {
  it.each([
    ["500ms", 500],
    ["60s", 60_000],
    ["1.5m", 90_000],
    ["1h30m", 5_400_000],
    ["15", 15_000],
    [" 2 ", 2000],
  ])("%s", (text, expected) => expect(parseDurationMs(text)).toBe(expected));

  it.each(["", "abc", "5x", "-3s", "0", "0s", "5 minutes", "1e9s", "s"])("refuses %j", (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0 ms"],
    [123, "120 ms"],
    [960, "1 s"],
    [59_400, "59 s"],
    [60_000, "1 min"],
    [200_000, "3 min 20 s"],
    [7_500_000, "2 h 5 min"],
    [Number.POSITIVE_INFINITY, "unknown"],
  ])("%d", (milliseconds, expected) => expect(formatDuration(milliseconds)).toBe(expected));
});
