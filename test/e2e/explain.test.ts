import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packageDirectory } from "../../src/base/directories.ts";
import type { Attribution, Report } from "../../src/model/report.ts";
import { openSandbox, parseReport, type Sandbox } from "./perfgap.ts";

const workload = (name: string) => join(packageDirectory(), "workloads", name);
const fixture = (name: string) => join(packageDirectory(), "test/e2e/fixtures", name);

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox.remove());

function cpu(report: Report): Attribution {
  const found = report.attributions.find(({ metric }) => metric === "cpuTime");
  if (found === undefined) throw new Error("no attribution of CPU time");
  return found;
}

/** Contributions and the neutral gap give the gap back, in every attribution. */
function expectIdentity(report: Report): void {
  for (const attribution of report.attributions) {
    const gap = report.gaps.find(
      ({ slow, fast, metric }) =>
        slow === attribution.slow && fast === attribution.fast && metric === attribution.metric,
    );
    const sum = attribution.contributions.reduce(
      (total, { value }) => total + value,
      attribution.neutralGap.value,
    );
    expect(Math.abs(sum - (gap?.logRatio.value ?? Number.NaN))).toBeLessThan(1e-9);
  }
}

describe("real programs, real toolchains", () => {
  test("sum-array: Rust's vector code is named, and what Go lacks by nature is said", async () => {
    const result = await sandbox.perfgap(
      "explain",
      `go:${workload("sum-array/go")}`,
      `rust:${workload("sum-array/rust")}`,
      // Spent only where the machine is so busy that less would leave out every cause.
      "--budget",
      "170s",
      "--seed",
      "7",
      "--json",
    );
    const report = parseReport(result);
    expectIdentity(report);
    const { contributions, excluded, slow, fast } = cpu(report);
    expect([slow, fast]).toEqual(["go", "rust"]);
    const largest = contributions.toSorted((left, right) => right.value - left.value)[0];
    expect(largest).toMatchObject({ factor: "vectorisation", verdict: "cause" });
    expect(largest?.proofs["rust"]).toMatchObject({ applied: true });
    expect(excluded).toContainEqual(
      expect.objectContaining({ factor: "vectorisation", side: "go", kind: "natural" }),
    );
    expect(
      excluded
        .filter(({ factor }) => factor === "gc")
        .map(({ side }) => side)
        .sort(),
    ).toEqual(["go", "rust"]);
    expect((await readdir(sandbox.directory)).sort()).toEqual([".perfgap"]);
  });

  // Every variant compiles the crates: three minutes on two busy processors.
  test("programs with crates and modules from the registries", { timeout: 1_000_000 }, async () => {
    const result = await sandbox.perfgap(
      "explain",
      join(fixture("dependencies"), "case.toml"),
      "--quick",
      "--budget",
      "40s",
      "--seed",
      "7",
      "--json",
    );
    const report = parseReport(result);
    expectIdentity(report);
    expect(report.subjects.map(({ language }) => language).sort()).toEqual(["go", "rust"]);
    expect(report.attributions[0]?.diagnostics.blocks).toBeGreaterThanOrEqual(2);
  });

  test("one program against itself: whatever is seen stays within what the placebo shows", async () => {
    // Short runs, so that there are many blocks: of two blocks' interval five half widths are not beyond luck.
    const result = await sandbox.perfgap(
      "explain",
      `go:${workload("a-a/go-first")}`,
      `go:${workload("a-a/go-second")}`,
      "--budget",
      "40s",
      "--seed",
      "7",
      "--json",
      "--no-profile",
      "--",
      "20",
    );
    const report = parseReport(result);
    expectIdentity(report);
    const gap = report.gaps.find(({ metric }) => metric === "cpuTime")?.logRatio;
    // Five half widths: true by more than luck, and false when the design itself is biased.
    const half = ((gap?.high ?? 0) - (gap?.low ?? 0)) / 2;
    expect(Math.abs(gap?.value ?? Number.NaN)).toBeLessThan(5 * half);
  });

  test("C and C++, gcc, without a profile", async () => {
    const result = await sandbox.perfgap(
      "explain",
      `c:${workload("crc32/c")}`,
      `cpp:${workload("crc32/cpp")}`,
      "--quick",
      "--budget",
      "20s",
      "--no-profile",
      "--json",
    );
    const report = parseReport(result);
    expectIdentity(report);
    expect(report.accounting).toEqual([]);
  });
});
