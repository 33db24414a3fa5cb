import { writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { ProgressEvent } from "../model/progress.ts";
import type { RunRequest, RunResult } from "../model/run.ts";
import type { Baseline } from "./baselines.ts";
import { verifyBaselines } from "./verify-baselines.ts";
import type { Workbench } from "./workbench.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** A program whose runs take this long by the clock of the test, up to their limit. */
async function notesOf(budgetMs: number, takesMs: number) {
  const notes: string[] = [];
  const warnings: string[] = [];
  const limits: number[] = [];
  const run = async ({ argv, timeoutMs }: RunRequest): Promise<RunResult> => {
    limits.push(timeoutMs);
    const traceAt = argv.indexOf("-o") + 1;
    if (traceAt > 0) await writeFile(argv[traceAt] ?? "", '7 read(0</dev/null>, "", 4096)      = 0\n');
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
    contenders: [],
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
  let returned: readonly string[] = [];
  const failure: unknown = await verifyBaselines(bench, [{ invocation } as unknown as Baseline]).then(
    (verification) => {
      returned = verification.warnings.map(({ code }) => code);
    },
    (error: unknown) => error,
  );
  return {
    notes,
    limits,
    warnings,
    returned,
    message: failure instanceof Error ? failure.message : undefined,
  };
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

test("that a program read an input that nobody gave is told before it is timed", async () => {
  vi.stubEnv("PERFGAP_SYSTEM_CALLS", "strace");
  vi.stubEnv("PATH", temporaryFolder({ strace: "#!/bin/sh\n" }));
  const { warnings, returned } = await notesOf(20_000, 3);
  expect(warnings).toEqual(["nothing-printed", "empty-input"]);
  expect(returned).toEqual(warnings);
});
