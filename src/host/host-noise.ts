import { loadavg } from "node:os";
import { present } from "../base/present.ts";
import { type CpuTicks, parseCpuTicks, parsePressureUs } from "./proc-text.ts";
import { readText } from "./read-text.ts";

/** What else the host was doing at one instant; two of them tell about the time in between. */
export interface HostNoise {
  readonly atMs: number;
  readonly load1: number;
  /** Time since the start in which some task waited for a processor. */
  readonly waitedUs?: number;
  readonly ticks?: CpuTicks;
}

export async function hostNoise(): Promise<HostNoise> {
  const [pressure, stat] = await Promise.all([readText("/proc/pressure/cpu"), readText("/proc/stat")]);
  return {
    atMs: Date.now(),
    load1: loadavg()[0] ?? 0,
    ...present({ waitedUs: parsePressureUs(pressure ?? ""), ticks: parseCpuTicks(stat ?? "") }),
  };
}

/** Shares of a span of time, 0-1; absent where the system does not tell. */
export interface NoiseSpan {
  readonly seconds: number;
  /** Share of the time in which some task waited for a processor. */
  readonly waiting?: number;
  /** Share of all processor time that other virtual machines had. */
  readonly stolen?: number;
  /** Load average at the end. */
  readonly load1: number;
}

export function noiseBetween(before: HostNoise, after: HostNoise): NoiseSpan {
  const spanMs = after.atMs - before.atMs;
  const waitedMs = difference(before.waitedUs, after.waitedUs) / 1000;
  const stolenTicks = difference(before.ticks?.steal, after.ticks?.steal);
  const allTicks = difference(before.ticks?.total, after.ticks?.total);
  return {
    seconds: spanMs / 1000,
    load1: after.load1,
    ...present({ waiting: share(waitedMs, spanMs), stolen: share(stolenTicks, allTicks) }),
  };
}

function difference(before: number | undefined, after: number | undefined): number {
  return before === undefined || after === undefined ? Number.NaN : after - before;
}

function share(part: number, whole: number): number | undefined {
  return whole > 0 && part >= 0 ? Math.min(1, part / whole) : undefined;
}
