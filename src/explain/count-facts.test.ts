import { writeFile } from "node:fs/promises";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { findExecutable } from "../base/find-executable.ts";
import type { PilotSubject } from "../measure/pilot-subject.ts";
import type { SmallerInput } from "../model/case.ts";
import type { RunRequest, RunResult } from "../model/run.ts";
import type { VerifiedBaseline } from "./baselines.ts";
import { countFacts, knownFacts, leftOutWarnings, straceSlowdown } from "./count-facts.ts";
import type { Workbench } from "./workbench.ts";

/** A program that is dynamically linked and takes memory from malloc: the counter must believe it. */
const executable = (await findExecutable("cat")) ?? "/bin/cat";

afterEach(() => vi.unstubAllEnvs());

interface Setup {
  readonly budgetMs?: number;
  readonly quick?: boolean;
  readonly smaller?: SmallerInput;
  /** Replaces the outcome of a run. */
  readonly outcome?: (request: RunRequest) => Partial<RunResult> | undefined;
  /** Whether counters write what they count. */
  readonly silent?: boolean;
}

function ended(request: RunRequest): RunResult {
  const small = request.argv.includes("half");
  return {
    exit: { kind: "exited", code: 0 },
    wallTimeNs: small ? 25e6 : 100e6,
    userTimeNs: small ? 25e6 : 100e6,
    systemTimeNs: 0,
    majorFaults: 2,
    stdoutBytes: 0,
    stdoutHash: "",
    stderrTail: "",
    orphans: 0,
    startedAtMs: 0,
  };
}

/** Does what the real counters do when they are started: they write a file. */
async function writeCounts({ argv, env }: RunRequest): Promise<void> {
  const counter = env["PERFGAP_ALLOC_COUNTER"];
  if (counter !== undefined)
    await writeFile(`${counter}.7`, '{"allocations":30,"reallocations":10,"frees":30,"bytes":4000}\n');
  if (argv[0] === "/bin/sh") {
    const idle = argv[4]?.endsWith("/true") === true;
    const [bytes, calls] = idle ? [1000, 4] : [51_000, 14];
    await writeFile(argv[3] ?? "", `rchar: ${bytes}\nwchar: ${bytes}\nsyscr: ${calls}\nsyscw: ${calls}\n`);
  }
  const output = argv.find((word) => word.startsWith("--output="))?.slice("--output=".length);
  if (output !== undefined)
    await writeFile(
      output,
      "90,,raw_syscalls:sys_enter,1,100.00,,\n20,,syscalls:sys_enter_write,1,100.00,,\n",
    );
  if (argv[1] === "-c" && argv[2] === "-f")
    await writeFile(argv[4] ?? "", " 50.00 0.1 1 20 write\n 50.00 0.1 1 70 read\n");
}

function bench(setup: Setup, requests: RunRequest[] = []): Workbench {
  const directory = temporaryFolder({ "scratch/nothing": "" });
  const kill = new AbortController().signal;
  const fake = {
    options: { quick: setup.quick === true, profile: true, budgetMs: setup.budgetMs ?? 300_000, kill },
    contenders: [{ subject, language: { id: "c", title: "C" } }],
    seed: 3,
    cacheDirectory: directory,
    run: { directory },
    surroundings: {
      workload: {
        args: ["whole"],
        env: {},
        compare: { kind: "exact" },
        ...(setup.smaller === undefined ? {} : { smaller: setup.smaller }),
      },
      environment: {},
      workingDirectory: directory,
      processors: [0, 1],
      outputLimitBytes: 1e6,
    },
    runner: {
      run: async (request: RunRequest) => {
        requests.push(request);
        if (setup.silent !== true) await writeCounts(request);
        return { ...ended(request), ...setup.outcome?.(request) };
      },
    },
  };
  return fake as unknown as Workbench;
}

const subject = { id: "c", language: "c", path: "/nowhere" };
const artifact = { executable };
const baseline = {
  contender: { subject, language: { id: "c" }, toolchain: {} },
  artifact,
  invocation: { subject, artifact, run: { env: {}, preload: [] } },
} as unknown as VerifiedBaseline;

const pilot: PilotSubject = {
  subject: "c",
  typicalWallTimeNs: 100e6,
  typicalCpuTimeNs: 100e6,
  wallTimeSd: 0.01,
  cpuTimeSd: 0.01,
  waitingShare: 0.25,
  facts: { "writes.calls": 3 },
  runs: [ended({ argv: [] } as unknown as RunRequest)],
  timeoutMs: 10_000,
};

test("everything that can be counted becomes a fact, what the pilot knows better is left to it", async () => {
  const requests: RunRequest[] = [];
  const { facts, warnings } = await countFacts(bench({}, requests), baseline, pilot);
  // No collector is at work: a second run would count the same.
  expect(requests.filter(({ env }) => env["PERFGAP_ALLOC_COUNTER"] !== undefined)).toHaveLength(1);
  expect(facts).toMatchObject({
    "allocations.count": 40,
    "allocations.bytes": 4000,
    "input.bytes": 50_000,
    "writes.bytesPerCall": 5000,
    "reads.calls": 10,
    "probe.allocations.cpuRatio": 1,
  });
  expect(facts).not.toHaveProperty("writes.calls");
  expect(facts).not.toHaveProperty("growth.exponent");
  for (const { message } of warnings) expect(message).toMatch(/counted of C: system calls/);
  if (warnings.length === 0)
    expect(facts).toMatchObject({ "systemCalls.count": 90, "systemCalls.write": 20 });
});

test("a smaller job is run beside the whole one, each on its own input", async () => {
  const requests: RunRequest[] = [];
  const world = bench({ smaller: { args: ["half"], factor: 0.5 } }, requests);
  const { facts } = await countFacts(world, baseline, pilot);
  expect(facts["growth.exponent"]).toBeCloseTo(2, 12);
  const count = (word: string) =>
    requests.filter(({ argv }) => argv.length === 2 && argv[1] === word && argv[0] === executable).length;
  expect(count("half")).toBe(5);
  expect(count("whole")).toBeGreaterThanOrEqual(5);
});

test("whatever fails is named and nothing else is lost", async () => {
  const failing = bench({
    smaller: { args: ["half"], factor: 0.5 },
    outcome: ({ argv, env }) =>
      env["PERFGAP_ALLOC_COUNTER"] !== undefined || argv.includes("half")
        ? { exit: { kind: "signaled", signal: "SIGSEGV" }, stderrTail: "out of luck\n" }
        : undefined,
  });
  const { facts, warnings } = await countFacts(failing, baseline, pilot);
  expect(facts).toMatchObject({ "input.bytes": 50_000 });
  expect(facts).not.toHaveProperty("allocations.count");
  const text = warnings.map(({ message }) => message).join("\n");
  expect(text).toContain(
    "allocations (the program under the allocation counter was ended by SIGSEGV: out of luck)",
  );
  expect(text).toContain("growth with the input (a run of the smaller job crashed (SIGSEGV))");
  vi.stubEnv("PERFGAP_SYSTEM_CALLS", "none");
  const silent = await countFacts(bench({ silent: true }), baseline, pilot);
  expect(silent.facts).toEqual({});
  expect(silent.warnings[0]?.message).toMatch(
    /allocations \(.*wrote nothing.*; bytes read.*; system calls \(PERF/,
  );
});

test("growth that equal runs hide is not told", async () => {
  let turn = 0;
  const noisy = bench({
    smaller: { args: ["half"], factor: 0.5 },
    outcome: () => ({ userTimeNs: 1e8 * (turn++ % 3 === 0 ? 3 : 1) }),
  });
  const { facts, warnings } = await countFacts(noisy, baseline, pilot);
  expect(facts).not.toHaveProperty("growth.exponent");
  expect(warnings.map(({ message }) => message).join()).toContain("equal runs differ too much");
});

test("a run that does not fit into its part of the budget is not made", async () => {
  const requests: RunRequest[] = [];
  const { facts, warnings } = await countFacts(bench({ budgetMs: 500 }, requests), baseline, pilot);
  expect(facts).toEqual({});
  expect(requests).toEqual([]);
  expect(warnings[0]?.message).toMatch(
    /^What could not be counted of C: allocations \(it takes about 130 ms and (?:\d+ ms of the budget are|nothing of the budget is) left for it\)/,
  );
});

test("a quick answer counts nothing and says so once", async () => {
  const requests: RunRequest[] = [];
  const world = bench({ quick: true }, requests);
  expect(await countFacts(world, baseline, pilot)).toEqual({ facts: {}, warnings: [] });
  expect(requests).toEqual([]);
  expect(leftOutWarnings(world)).toHaveLength(1);
  expect(leftOutWarnings(bench({}))).toEqual([]);
});

test("what the pilot and the profile tell: waiting, faults, processors, and what sampling costs", async () => {
  const runs = Array.from({ length: 10 }, () => ({
    samples: 130,
    malformed: 0,
    wallTimeNs: 1,
    stdoutHash: "",
  }));
  const profile = {
    subject: "c",
    rung: "perf",
    lost: [],
    executable,
    periodNs: 1e6,
    frames: [],
    stacks: [],
    runs,
  } as const;
  const { facts, warnings } = await knownFacts(bench({}), pilot, profile);
  expect(facts).toMatchObject({ "offCpu.share": 0.25, "faults.major": 2, "probe.profile.cpuRatio": 1.3 });
  expect(facts["cpu.quota"]).toBeGreaterThan(0);
  expect(facts["cpu.quota"]).toBeLessThanOrEqual(2);
  expect(warnings[0]?.message).toMatch(/^C: sampling makes the program use 30 % more processor time/);
  const { waitingShare, ...threaded } = pilot;
  expect(waitingShare).toBe(0.25);
  expect((await knownFacts(bench({}), threaded, undefined)).facts).not.toHaveProperty("offCpu.share");
});

test("what strace will take follows the calls that are known", () => {
  const pilot = (facts: PilotSubject["facts"]) => ({ facts, typicalWallTimeNs: 100e6 }) as PilotSubject;
  expect(straceSlowdown(pilot({}))).toBe(6);
  expect(straceSlowdown(pilot({ "reads.calls": 10, "writes.calls": 2 }))).toBeCloseTo(1.812, 9);
  // 50,000 writes of 0.1 ms beside 0.1 s of work.
  expect(straceSlowdown(pilot({ "reads.calls": 0, "writes.calls": 50_000 }))).toBeCloseTo(51.8, 9);
});
