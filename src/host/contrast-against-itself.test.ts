import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import type { Runner, RunRequest, RunResult } from "../model/run.ts";
import { contrastOfPairs } from "./contrast-against-itself.ts";

const request: RunRequest = {
  argv: ["/bin/loop"],
  env: {},
  workingDirectory: "/",
  timeoutMs: 1000,
  outputLimitBytes: 1000,
};

/** A host whose speed drifts by half within the runs. */
function driftingRunner(
  counters: "all" | "wall",
  exit: RunResult["exit"] = { kind: "exited", code: 0 },
): Runner {
  const random = createRandom(7);
  let runs = 0;
  return {
    rung: { id: "launcher", title: "drifting", lost: [] },
    run: () => {
      runs += 1;
      const wallTimeNs = 20e6 * (1 + runs / 100) * Math.exp(0.01 * random.normal());
      const cpu = counters === "all" ? { userTimeNs: wallTimeNs * 0.9, systemTimeNs: 1e5 } : {};
      const rest = { stdoutBytes: 0, stdoutHash: "", stderrTail: "", orphans: 0, startedAtMs: 0 };
      return Promise.resolve({ exit, wallTimeNs, ...cpu, ...rest });
    },
    close: () => Promise.resolve(),
  };
}

describe("contrast against itself", () => {
  it("finds no difference where there is none, under drift", async () => {
    const { wallTime, cpuTime } = await contrastOfPairs(driftingRunner("all"), request, {
      pairs: 30,
      seed: 3,
    });
    expect(wallTime.low).toBeLessThan(0);
    expect(wallTime.high).toBeGreaterThan(0);
    expect(wallTime.high - wallTime.low).toBeLessThan(0.05);
    expect(cpuTime?.value).toBeCloseTo(wallTime.value, 3);
  });

  it("has no contrast of CPU time where the runner has none", async () => {
    const contrast = await contrastOfPairs(driftingRunner("wall"), request, { pairs: 10, seed: 3 });
    expect(contrast.cpuTime).toBeUndefined();
  });

  it("refuses a program that does not end well", async () => {
    const runner = driftingRunner("all", { kind: "signaled", signal: "SIGSEGV" });
    await expect(contrastOfPairs(runner, request, { pairs: 2, seed: 1 })).rejects.toMatchObject({
      code: "contrast-failed",
      exit: "programFailed",
    });
  });
});
