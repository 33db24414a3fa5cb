import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { ProgressEvent } from "../model/progress.ts";
import type { RunRequest, RunResult } from "../model/run.ts";
import type { Baseline } from "./baselines.ts";
import { verifyBaselines } from "./verify-baselines.ts";
import type { Workbench } from "./workbench.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A program whose runs take this long by the clock of the test, up to their limit. */
async function notesOf(budgetMs: number, takesMs: number) {
  const notes: string[] = [];
  const warnings: string[] = [];
  const limits: number[] = [];
  const run = async ({ timeoutMs }: RunRequest): Promise<RunResult> => {
    limits.push(timeoutMs);
    const wallTimeMs = Math.min(takesMs, timeoutMs);
    await vi.advanceTimersByTimeAsync(wallTimeMs);
    return {
      exit: takesMs > timeoutMs ? { kind: "timedOut", limitMs: timeoutMs } : { kind: "exited", code: 0 },
      wallTimeNs: wallTimeMs * 1e6,
      userTimeNs: wallTimeMs * 1e6,
      systemTimeNs: 0,
      stdoutBytes: 0,
      stdoutHash: "same",
      stderrTail: "",
      orphans: 0,
      startedAtMs: 0,
    };
  };
  const bench = {
    options: { budgetMs },
    runner: { run },
    run: { directory: temporaryFolder() },
    surroundings: {
      workload: { args: [], env: {}, compare: { kind: "exact" } },
      outputLimitBytes: 1000,
      environment: {},
      processors: [0],
      workingDirectory: "/",
    },
    emit: (event: ProgressEvent) => {
      if (event.kind === "note") notes.push(event.message);
      if (event.kind === "warning") warnings.push(event.warning.code);
    },
  } as unknown as Workbench;
  const invocation = {
    subject: { id: "c" },
    artifact: { executable: "/bin/true" },
    run: { env: {}, preload: [] },
  };
  const failure: unknown = await verifyBaselines(bench, [{ invocation } as unknown as Baseline]).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { notes, limits, warnings, message: failure instanceof Error ? failure.message : undefined };
}

test("a program that does not end is waited for no longer than the budget, and the limit is told meanwhile", async () => {
  const { notes, limits, message } = await notesOf(20_000, 1e9);
  expect(message).toMatch(/^c did not end in 20 s \(the limit of a first run\)/);
  expect(limits).toEqual([20_000]);
  expect(notes).toEqual(["c is still running; it may take 20 s, another limit: --timeout 5m"]);
});

test("the limit of a first run is never below 10 s nor above a minute", async () => {
  expect((await notesOf(1000, 1e9)).limits).toEqual([10_000]);
  expect((await notesOf(3_600_000, 1e9)).limits).toEqual([60_000]);
});

test("a program that ends soon is not told to be running; that it printed nothing is told before it is timed", async () => {
  const { notes, message, warnings } = await notesOf(20_000, 300);
  expect({ notes, message, warnings }).toEqual({
    notes: [],
    message: undefined,
    warnings: ["nothing-printed"],
  });
});
