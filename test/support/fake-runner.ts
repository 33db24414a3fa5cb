import { readFile, writeFile } from "node:fs/promises";
import { hashParts } from "../../src/base/hash.ts";
import { createRandom } from "../../src/base/random.ts";
import { errorCode } from "../../src/base/storage.ts";
import type { RunExit, Runner, RunRequest, RunResult } from "../../src/model/run.ts";
import {
  type FakeCall,
  type FakeExecutable,
  type FakeMachine,
  type FakeProgram,
  neutralVariable,
  traceVariable,
  trueLogSeconds,
} from "./fake-machine.ts";

export interface FakeRunner extends Runner {
  /** Every request so far, in order. */
  readonly requests: readonly RunRequest[];
  readonly closed: () => boolean;
}

export interface FakeRunnerHooks {
  /** Called before each run; what it gives replaces parts of the result. */
  readonly intercept?: (request: RunRequest, execution: number) => Partial<RunResult> | undefined;
}

/** Runs what the fake language builds, in no time, with times from the seeded machine. */
export function fakeRunner(machine: FakeMachine, hooks: FakeRunnerHooks = {}): FakeRunner {
  const random = createRandom(machine.seed);
  const requests: RunRequest[] = [];
  let clockMs = 1_800_000_000_000;
  let closed = false;
  const noise = (execution: number): number => {
    const { runSd, drift = 0, outlierShare = 0, outlierSize = 0.3 } = machine.noise;
    const outlier = random.uniform() < outlierShare ? outlierSize : 0;
    return runSd * random.normal() + (drift * execution) / 1000 + outlier;
  };
  return {
    rung: { id: "launcher", title: "fake launcher", lost: [] },
    requests,
    closed: () => closed,
    run: async (request, signal) => {
      if (closed) throw new Error("the runner is closed");
      signal?.throwIfAborted();
      requests.push(request);
      const execution = requests.length;
      const executable = await readExecutable(request.argv[0] ?? "");
      if (typeof executable === "string") return failedStart(executable, clockMs);
      const program = machine.programs[executable.fake];
      if (program === undefined) throw new Error(`no fake program ${executable.fake}`);
      const call = callOf(request, executable, execution);
      const cpuSeconds = Math.exp(trueLogSeconds(machine, executable, call.neutralised) + noise(execution));
      const result = await outcome({ request, program, call, cpuSeconds, startedAtMs: clockMs });
      clockMs += Math.round(result.wallTimeNs / 1e6) + 1;
      const replaced = { ...result, ...hooks.intercept?.(request, execution) };
      signal?.throwIfAborted();
      return replaced;
    },
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
}

/** Programs that are not ours (to see what starting a process costs) end at once. */
async function readExecutable(path: string): Promise<FakeExecutable | string> {
  const text = await readFile(path, "utf8").catch((error: unknown) => errorCode(error) ?? "EIO");
  if (/^E[A-Z0-9]+$/.test(text)) return text;
  if (text.startsWith('{"fake"')) return JSON.parse(text) as FakeExecutable;
  return "ENOEXEC";
}

function callOf(request: RunRequest, executable: FakeExecutable, execution: number): FakeCall {
  const byVariable = Object.keys(request.env)
    .filter((name) => name.startsWith(neutralVariable))
    .map((name) => name.slice(neutralVariable.length));
  const oneProcessor = request.cpus?.length === 1 ? ["cores"] : [];
  return {
    args: request.argv.slice(1),
    env: request.env,
    stdinPath: request.stdinPath,
    neutralised: new Set([...executable.neutralised, ...byVariable, ...oneProcessor]),
    execution,
  };
}

interface Execution {
  readonly request: RunRequest;
  readonly program: FakeProgram;
  readonly call: FakeCall;
  readonly cpuSeconds: number;
  readonly startedAtMs: number;
}

async function outcome(execution: Execution): Promise<RunResult> {
  const { request, program, call, cpuSeconds } = execution;
  const { parallelism = 1, waitingSeconds = 0, output = "42\n", stderr = "" } = program;
  const printed = typeof output === "string" ? output : output(call);
  const flooded = Buffer.byteLength(printed) > request.outputLimitBytes;
  const stdout = Buffer.from(printed).subarray(0, request.outputLimitBytes);
  const messages = typeof stderr === "string" ? stderr : stderr(call);
  const trace =
    request.env[traceVariable] === "1"
      ? JSON.stringify({ ...marksOf(program, call), ...program.tracedFacts })
      : "";
  if (request.stdoutPath !== undefined) await writeFile(request.stdoutPath, stdout);
  if (request.stderrPath !== undefined) await writeFile(request.stderrPath, messages + trace);
  const wallSeconds = cpuSeconds / parallelism + waitingSeconds;
  const late = wallSeconds * 1000 > request.timeoutMs;
  const used = late ? request.timeoutMs / 1000 / wallSeconds : 1;
  const exit = late
    ? ({ kind: "timedOut", limitMs: request.timeoutMs } as const)
    : endOf(request, program, call, flooded);
  return {
    exit,
    wallTimeNs: Math.round(wallSeconds * used * 1e9),
    userTimeNs: Math.round(cpuSeconds * used * 1e9),
    systemTimeNs: 0,
    maxRssBytes: program.maxRssBytes?.(call) ?? 8 * 1024 * 1024,
    minorFaults: 200,
    majorFaults: 0,
    voluntarySwitches: 1,
    involuntarySwitches: 0,
    runQueueDelayNs: 0,
    launcherDelayNs: 0,
    readCalls: request.stdinPath === undefined ? 3 : 4,
    writeCalls: program.writeCalls ?? 1,
    stdoutBytes: stdout.length,
    stdoutHash: hashParts([stdout]),
    stderrTail: (messages + trace).slice(-8192),
    orphans: 0,
    ...(request.sampleThreads === true ? { maxThreads: program.threads ?? 1 } : {}),
    startedAtMs: execution.startedAtMs,
  };
}

/** The count that each factor's lever brings to zero, as this call sees it: by build or by run. */
function marksOf({ effects = {} }: FakeProgram, { neutralised }: FakeCall): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.keys(effects).map((id) => [`fake.${id}`, neutralised.has(id) ? 0 : 7]));
}

function endOf(request: RunRequest, program: FakeProgram, call: FakeCall, flooded: boolean): RunExit {
  if (flooded) return { kind: "flooded", limitBytes: request.outputLimitBytes };
  return program.exit?.(call) ?? { kind: "exited", code: 0 };
}

function failedStart(errno: string, startedAtMs: number): RunResult {
  return {
    exit: { kind: "notStarted", errno },
    wallTimeNs: 0,
    stdoutBytes: 0,
    stdoutHash: hashParts([""]),
    stderrTail: "",
    orphans: 0,
    startedAtMs,
  };
}
