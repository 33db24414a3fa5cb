import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { sum } from "../base/array.ts";
import { bitCount } from "../base/statistics.ts";
import { errorCode } from "../base/storage.ts";
import { killGroup, startProcess } from "../base/subprocess.ts";
import type { RunExit, Runner, RunnerRung, RunRequest, RunResult } from "../model/run.ts";
import { notStarted } from "./not-started.ts";
import { requestedEnvironment } from "./requested-process.ts";
import { spawnCommand } from "./spawn-command.ts";
import { openStreams, type Streams } from "./spawn-streams.ts";

type Child = ReturnType<typeof startProcess>;

/** A descendant in a session of its own may hold the pipes; what the program itself wrote arrives within this. */
const drainLimitMs = 250;
/** Descendants that end by themselves within this were not left behind. */
const graceMs = 250;
const threadSampleMs = 5;
const maxTimerMs = 2 ** 31 - 1;

/** Runs programs straight from Node, for hosts where no launcher can be built. */
export function spawnRunner(rung: RunnerRung): Runner {
  let busy = false;
  const run = async (request: RunRequest, signal?: AbortSignal): Promise<RunResult> => {
    if (busy) throw new Error("a runner makes one run at a time");
    signal?.throwIfAborted();
    busy = true;
    try {
      return await prepareAndExecute(request, signal);
    } finally {
      busy = false;
    }
  };
  return { rung, run, close: () => Promise.resolve() };
}

async function prepareAndExecute(request: RunRequest, signal: AbortSignal | undefined): Promise<RunResult> {
  const command = await spawnCommand(request);
  const opened = openStreams(request);
  if (opened.kind === "obstacle") return notStarted(opened.errno, opened.path, Date.now());
  try {
    if (command.kind === "notStarted") return notStarted(command.errno, request.argv[0], Date.now());
    return await execute(request, command.argv, opened.streams, signal);
  } finally {
    opened.streams.close();
  }
}

/** Why this runner ended the program; absent while it may run. */
type Ended = "timedOut" | "flooded" | "aborted";

async function execute(
  request: RunRequest,
  argv: readonly [string, ...string[]],
  streams: Streams,
  signal: AbortSignal | undefined,
): Promise<RunResult> {
  const startedAtMs = Date.now();
  const startNs = process.hrtime.bigint();
  const child = start(request, argv, streams);
  if (typeof child === "string") return notStarted(child, request.argv[0], startedAtMs);
  let ended: Ended | undefined;
  const end = (reason: Ended) => {
    ended ??= reason;
    killGroup(child.pid, "SIGKILL");
  };
  drain(child, streams, request.outputLimitBytes, () => end("flooded"));
  const abort = () => end("aborted");
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  const timer = setTimeout(() => end("timedOut"), Math.min(request.timeoutMs, maxTimerMs));
  const sampler = request.sampleThreads === true ? sampleThreads(child.pid) : undefined;
  const outcome = await exitOf(child);
  const wallTimeNs = Number(process.hrtime.bigint() - startNs);
  clearTimeout(timer);
  signal?.removeEventListener("abort", abort);
  const sampled = sampler?.stop() ?? {};
  if (outcome.kind === "notStarted") return notStarted(outcome.errno, request.argv[0], startedAtMs);
  const orphans = await endGroup(child.pid, ended !== undefined);
  await outputEnd(child);
  if (ended === "aborted") signal?.throwIfAborted();
  throwIfNotKept(streams);
  return {
    exit: exitKind(ended, outcome, request),
    wallTimeNs,
    stdoutBytes: streams.stdout.bytes(),
    stdoutHash: streams.stdout.hash(),
    stderrTail: streams.stderr.tail(),
    orphans,
    startedAtMs,
    ...sampled,
  };
}

function start(request: RunRequest, argv: readonly [string, ...string[]], streams: Streams): Child | string {
  try {
    return startProcess(argv, {
      cwd: request.workingDirectory,
      env: requestedEnvironment(request),
      detached: true,
      // The fourth is descriptor 3, the one that PERFGAP_FD names.
      stdio: [streams.stdin, "pipe", "pipe", ...(streams.probe === undefined ? [] : [streams.probe])],
    });
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

function drain(child: Child, streams: Streams, limitBytes: number, onFlood: () => void): void {
  for (const name of ["stdout", "stderr"] as const) {
    const sink = streams[name];
    child[name]?.on("error", () => undefined);
    child[name]?.on("data", (chunk: Buffer) => {
      if (sink.bytes() > limitBytes) return;
      sink.take(chunk);
      if (sink.bytes() > limitBytes) onFlood();
    });
  }
}

type ProcessEnd = RunExit & { kind: "exited" | "signaled" | "notStarted" };

function exitOf(child: Child): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      if (child.pid === undefined) resolve({ kind: "notStarted", errno: errorCode(error) ?? error.message });
    });
    child.once("exit", (code, signal) =>
      resolve(code === null ? { kind: "signaled", signal: signal ?? "unknown" } : { kind: "exited", code }),
    );
  });
}

function exitKind(ended: Ended | undefined, outcome: ProcessEnd, request: RunRequest): RunExit {
  switch (ended) {
    case "timedOut":
      return { kind: "timedOut", limitMs: request.timeoutMs };
    case "flooded":
      return { kind: "flooded", limitBytes: request.outputLimitBytes };
    case "aborted":
    case undefined:
      return outcome;
  }
}

function outputEnd(child: Child): Promise<void> {
  return new Promise((resolve) => {
    const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
    let open = streams.filter((stream) => !stream.closed).length;
    const finish = () => {
      clearTimeout(timer);
      for (const stream of streams) stream.destroy();
      resolve();
    };
    const timer = setTimeout(finish, drainLimitMs);
    if (open === 0) finish();
    for (const stream of streams)
      stream.once("close", () => {
        open -= 1;
        if (open === 0) finish();
      });
  });
}

function throwIfNotKept(streams: Streams): void {
  for (const sink of [streams.stdout, streams.stderr]) {
    const failure = sink.failure();
    if (failure !== undefined) throw failure;
  }
}

/** Ends what is left of the program's process group after a grace; gives how many processes that were. */
async function endGroup(pid: number | undefined, alreadyEnded: boolean): Promise<number> {
  if (pid === undefined || alreadyEnded || countGroup(pid) === 0) return 0;
  await delay(graceMs);
  const alive = countGroup(pid);
  if (alive > 0) killGroup(pid, "SIGKILL");
  return alive;
}

/** Fields 3 and 5 of /proc/PID/stat are state and process group (proc(5)). */
function countGroup(group: number): number {
  if (process.platform !== "linux") return answers(group) ? 1 : 0;
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    const stat = readOrEmpty(`/proc/${name}/stat`);
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state !== "Z" && processGroup === String(group);
  }).length;
}

function answers(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

type Sampled = Pick<RunResult, "maxThreads" | "allowedProcessors">;

function sampleThreads(pid: number | undefined): { stop(): Sampled } {
  let sampled: Sampled = {};
  const timer = setInterval(() => {
    const status = readOrEmpty(`/proc/${pid ?? 0}/status`);
    const threads = /^Threads:\s*(\d+)/m.exec(status)?.[1];
    const mask = /^Cpus_allowed:\s*([\da-f,]+)/m.exec(status)?.[1];
    if (threads === undefined || mask === undefined) return;
    // Until taskset has become the program, all are allowed.
    sampled = {
      maxThreads: Math.max(sampled.maxThreads ?? 0, Number(threads)),
      allowedProcessors: bitsOf(mask),
    };
  }, threadSampleMs);
  return {
    stop: () => {
      clearInterval(timer);
      return sampled;
    },
  };
}

/** Bits of a mask in hexadecimal words with commas between them. */
function bitsOf(mask: string): number {
  return sum(Array.from(mask.replaceAll(",", ""), (digit) => bitCount(Number.parseInt(digit, 16))));
}
