import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageDirectory } from "../../src/base/directories.ts";
import { openSandbox, parseReport, type Sandbox } from "./perfgap.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox.remove();
});

test("a matrix product in C at -O2: -O3 is a gain or open, never a loss, and nothing left out lacks its reason", async () => {
  const program = join(packageDirectory(), "workloads/matmul/c");
  const report = parseReport(
    await sandbox.perfgap("tune", `c:${program}`, "--budget", "20s", "--seed", "1", "--json", "-q"),
  );
  const [tuning] = report.tuning ?? [];
  const level = report.wins.find(({ id }) => id === "o3");
  const dropped = tuning?.dropped.find(({ id }) => id === "o3");
  expect([level?.verdict ?? dropped?.reason]).not.toContain(undefined);
  expect(["gain", "undetermined", undefined]).toContain(level?.verdict);
  if (tuning?.best !== undefined) expect(tuning.best.gain.low).toBeGreaterThan(0);
  for (const { reason } of tuning?.dropped ?? []) expect(reason).not.toBe("");
  expect(report.gaps).toEqual([]);
});
