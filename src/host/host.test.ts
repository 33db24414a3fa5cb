import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeHost } from "./describe-host.ts";
import { hostNoise, noiseBetween } from "./host-noise.ts";
import { diskSignal, quotaSignal } from "./host-signals.ts";

describe("host", () => {
  it("describes this machine, every signal once and in words", async () => {
    const host = await describeHost({
      id: "spawn",
      title: "started by Node",
      lost: ["CPU time"],
      reason: "no compiler",
    });
    expect(host.cpuCount).toBeGreaterThan(0);
    expect(host.memoryBytes).toBeGreaterThan(1e6);
    expect(host.cpuModel).not.toBe("");
    const ids = host.signals.map((signal) => signal.id);
    expect(ids).toEqual(["runner", "perf", "hardware-counters", "strace", "disk", "governor", "cpu-quota"]);
    for (const signal of host.signals) expect(signal.detail, signal.id).toMatch(/\w/);
    expect(host.signals[0]).toMatchObject({
      state: "degraded",
      detail: "started by Node (no compiler): CPU time",
    });
  });

  it("looks for disk space where the cache will be", async () => {
    const folder = mkdtempSync(join(tmpdir(), "perfgap-disk-"));
    const signal = await diskSignal(join(folder, "not", "there", "yet"));
    expect(signal.detail).toMatch(/^\d+\.\d GB free in .*yet/);
    rmSync(folder, { recursive: true });
  });

  it("warns of a quota below the processors that can be seen", () => {
    expect(quotaSignal(undefined, 8).state).toBe("ok");
    expect(quotaSignal(8, 8).state).toBe("ok");
    expect(quotaSignal(1.5, 8)).toMatchObject({ state: "degraded" });
    expect(quotaSignal(1.5, 8).detail).toContain("1.50 of 8 processors");
  });
});

describe("host noise", () => {
  it("gives shares of the time between two snapshots", () => {
    const before = {
      atMs: 1000,
      load1: 1,
      waitedUs: 5e6,
      ticks: { steal: 10, total: 1000 },
    };
    const after = {
      atMs: 3000,
      load1: 4,
      waitedUs: 6e6,
      ticks: { steal: 60, total: 1400 },
    };
    expect(noiseBetween(before, after)).toEqual({ seconds: 2, load1: 4, waiting: 0.5, stolen: 0.125 });
  });

  it("leaves out what the system does not tell, or told backwards", () => {
    const bare = { atMs: 0, load1: 1 };
    expect(noiseBetween(bare, { atMs: 1000, load1: 2 })).toEqual({ seconds: 1, load1: 2 });
    const full = {
      atMs: 500,
      load1: 1,
      waitedUs: 9,
      ticks: { steal: 0, total: 5 },
    };
    expect(noiseBetween(full, { ...full, waitedUs: 3 })).toEqual({
      seconds: 0,
      load1: 1,
    });
  });

  it("takes snapshots that grow", async () => {
    const before = await hostNoise();
    const after = await hostNoise();
    expect(after.atMs).toBeGreaterThanOrEqual(before.atMs);
    if (before.ticks !== undefined) expect(after.ticks?.total).toBeGreaterThanOrEqual(before.ticks.total);
  });
});
