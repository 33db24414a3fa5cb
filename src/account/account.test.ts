import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Profile } from "../model/profile.ts";
import { account, componentsAtMost, holeBound, shareEstimate } from "./account.ts";
import { hotFunctions } from "./hot-functions.ts";
import { mergeRuns, placeSamples } from "./merge-samples.ts";
import { parsePerfScript } from "./perf-script.ts";

function profileOf(name: string, executable: string): Profile {
  const text = readFileSync(new URL(`../../test/golden/profile/${name}`, import.meta.url), "utf8");
  const parsed = parsePerfScript(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return {
    subject: name,
    rung: "perf",
    lost: [],
    executable,
    periodNs: 1e9 / 997,
    ...mergeRuns(placeSamples([parsed.value, parsed.value], executable, undefined)),
    runs: [1, 2].map(() => ({
      samples: parsed.value.samples,
      malformed: 0,
      wallTimeNs: 1e9,
      stdoutHash: "",
    })),
  };
}

const recorded = [
  ["perf-6.1-go.txt", "/build/gobt.bin", "go"],
  ["perf-6.1-rust.txt", "/build/rsmix.bin", "rust"],
  ["perf-6.1-c.txt", "/build/cbt.bin", "c"],
] as const;

test.each(recorded)("%s: components of a recorded profile", async (name, executable, language) => {
  const { accounting, crossings } = account(profileOf(name, executable), { language });
  const lines = [
    `unexplained ${accounting.unexplainedShare.toFixed(3)}`,
    ...accounting.components.map((one) => `${one.component} ${one.share.toFixed(3)}`),
    ...crossings.map((one) => `${one.mechanism} for ${one.cause} ${one.share.toFixed(3)}`),
  ];
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(
    `../../test/golden/profile/${name.replace(".txt", ".components.txt")}`,
  );
  const sum = accounting.components.reduce((total, one) => total + one.share, accounting.unexplainedShare);
  expect(sum).toBeCloseTo(1, 9);
});

test("a component without a sample has a share of zero and an upper bound that is not", () => {
  const { accounting, facts } = account(profileOf("perf-6.1-c.txt", "/build/cbt.bin"), { language: "c" });
  expect(accounting.components.some((one) => one.component === "gc")).toBe(false);
  expect(facts["profile.share.gc"]).toBe(0);
  expect(facts["profile.shareHigh.gc"]).toBeGreaterThan(0);
  expect(facts["profile.shareHigh.gc"]).toBeLessThan(0.05);
});

test("a Go program that samples itself bounds nothing about its collector", () => {
  const profile = profileOf("perf-6.1-go.txt", "/build/gobt.bin");
  const byPerf = account(profile, { language: "go" }).facts;
  const byItself = account({ ...profile, rung: "go-probe" }, { language: "go" }).facts;
  expect(byPerf["profile.shareHigh.gc"]).toBeGreaterThan(byPerf["profile.share.gc"] ?? 1);
  expect(byItself["profile.share.gc"]).toBe(byPerf["profile.share.gc"]);
  expect(byItself["profile.shareHigh.gc"]).toBeUndefined();
  expect(componentsAtMost(byItself, ["gc", "alloc"])).toBeUndefined();
  expect(componentsAtMost(byPerf, ["gc", "alloc"])).toBeGreaterThan(byPerf["profile.share.gc"] ?? 1);
  expect(
    componentsAtMost({ "profile.shareHigh.gc": 0.6, "profile.shareHigh.alloc": 0.6 }, ["gc", "alloc"]),
  ).toBeUndefined();
  expect(byItself["profile.shareHigh.alloc"]).toBe(byPerf["profile.shareHigh.alloc"]);
});

test("component seconds are scaled to the CPU time of unprofiled runs", () => {
  const { accounting } = account(profileOf("perf-6.1-c.txt", "/build/cbt.bin"), {
    language: "c",
    cpuSeconds: 2,
  });
  const user = accounting.components.find((one) => one.component === "user");
  expect(user?.seconds.value).toBeCloseTo(2 * (user?.share ?? 0), 12);
});

test("the interval is by runs where they differ, and never narrower than the samples allow", () => {
  const steady = shareEstimate([50, 50, 50], [100, 100, 100], 0.95);
  expect(steady.value).toBeCloseTo(0.5);
  // Wilson for 150 of 300.
  expect(steady.low).toBeCloseTo(0.4437, 3);
  expect(steady.high).toBeCloseTo(0.5563, 3);
  const uneven = shareEstimate([20, 50, 80], [100, 100, 100], 0.95);
  // t(0.975, 2) = 4.3027 times 0.3 / sqrt 3.
  expect(uneven.high).toBeCloseTo(1, 6);
  expect(shareEstimate([0, 0], [500, 500], 0.95)).toMatchObject({ value: 0, low: 0 });
  expect(shareEstimate([0, 0], [500, 500], 0.95).high).toBeCloseTo(0.00383, 4);
  expect(shareEstimate([], [], 0.95)).toMatchObject({ value: 0, low: 0, high: 1 });
});

test("what a hole can hide is bounded by the share's upper end", () => {
  expect(holeBound(0.5)).toBeCloseTo(Math.LN2, 12);
  expect(holeBound(0)).toBe(0);
  expect(holeBound(1)).toBe(Number.POSITIVE_INFINITY);
});

test("hot functions: self and total shares, recursion counted once", () => {
  const hot = hotFunctions(profileOf("perf-6.1-rust.txt", "/build/rsmix.bin"));
  expect(hot[0]?.symbol).toBe("rsmix::sum");
  for (const one of hot) expect(one.totalShare).toBeGreaterThanOrEqual(one.selfShare);
  expect(hot.reduce((sum, one) => sum + one.selfShare, 0)).toBeCloseTo(1, 9);
  expect(Math.max(...hot.map((one) => one.totalShare))).toBeLessThanOrEqual(1);
});
