import { Socket } from "node:net";
import { Failure } from "../base/failure.ts";
import { startProcess } from "../base/subprocess.ts";
import type { Runner, RunnerRung, RunRequest, RunResult } from "../model/run.ts";
import {
  cancelMessage,
  decodeReply,
  encodeRequest,
  holdsNul,
  isReady,
  maxRequestBytes,
} from "./launcher-protocol.ts";
import { notStarted } from "./not-started.ts";
import { outputNotKeptByErrno } from "./output-not-kept.ts";

type Child = ReturnType<typeof startProcess>;

const readyLimitMs = 10_000;
const closeLimitMs = 15_000;

/** Starts a built launcher and waits for its greeting. Gives the reason when it cannot be used. */
export async function openLauncher(path: string, rung: RunnerRung): Promise<Runner | string> {
  const channel = openChannel(path);
  const line = await channel.receive(readyLimitMs);
  if (line.kind === "line" && isReady(line.text)) return launcherRunner(channel, rung);
  await channel.close();
  return line.kind === "line" ? `${path} did not greet as a launcher does` : `${path} ${line.reason}`;
}

function launcherRunner(channel: Channel, rung: RunnerRung): Runner {
  let busy = false;
  const run = async (request: RunRequest, signal?: AbortSignal): Promise<RunResult> => {
    if (busy) throw new Error("a runner makes one run at a time");
    signal?.throwIfAborted();
    if (holdsNul(request)) return notStarted("EINVAL", request.argv[0], Date.now());
    const message = encodeRequest(request);
    if (message.length > maxRequestBytes) return notStarted("E2BIG", request.argv[0], Date.now());
    busy = true;
    const cancel = () => channel.send(cancelMessage);
    try {
      channel.send(message);
      signal?.addEventListener("abort", cancel, { once: true });
      return settle(await channel.receive(), request, signal);
    } finally {
      signal?.removeEventListener("abort", cancel);
      busy = false;
    }
  };
  return { rung, run, close: () => channel.close() };
}

function settle(received: Received, request: RunRequest, signal: AbortSignal | undefined): RunResult {
  const program = request.argv[0] ?? "";
  if (received.kind === "ended")
    throw new Failure({
      code: "launcher-ended",
      exit: "toolchainOrHost",
      message: `The launcher ended in the middle of a run of ${program}: it ${received.reason}.`,
      help: "run again; nothing of the program was left running. PERFGAP_RUNNER=spawn does without the launcher.",
    });
  const reply = decodeReply(received.text, request);
  switch (reply.kind) {
    case "result":
      return reply.result;
    case "cancelled":
      signal?.throwIfAborted();
      throw new Error("the launcher cancelled a run that nobody aborted");
    case "malformed":
      throw new Error(`the launcher did not understand a request: ${reply.message}`);
    case "refused":
      throw refusal(reply.stage, reply.errno, request);
  }
}

function refusal(stage: string, errno: string, request: RunRequest): Error {
  const program = request.argv[0] ?? "";
  const kept = { stdout: request.stdoutPath, stderr: request.stderrPath, probe: request.probePath };
  if (stage === "stdout" || stage === "stderr" || stage === "probe")
    return outputNotKeptByErrno(errno, program, kept[stage] ?? "");
  if (stage === "cpus")
    return new Failure({
      code: "cpus-not-available",
      exit: "toolchainOrHost",
      message: `${program} cannot be bound to processor ${request.cpus?.join(", ") ?? ""} (${errno}).`,
      help: "see which processors may be used: grep Cpus_allowed_list /proc/self/status",
    });
  return new Failure({
    code: "process-refused",
    exit: "toolchainOrHost",
    message: `The system refused to start a process for ${program} (${stage}: ${errno}).`,
    help: "look at the limits on processes, open files and memory (ulimit -a)",
  });
}

type Received =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "ended"; readonly reason: string };

/** Lines to and from a launcher process; after its end every receive says why it ended. */
interface Channel {
  send(message: string | Buffer): void;
  receive(limitMs?: number): Promise<Received>;
  close(): Promise<void>;
}

function openChannel(path: string): Channel {
  const child = startProcess([path], {
    cwd: "/",
    env: {},
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  let ended: string | undefined;
  let waiting: ((received: Received) => void) | undefined;
  const deliver = (received: Received) => {
    waiting?.(received);
    waiting = undefined;
  };
  const closed = new Promise<void>((resolve) => {
    const end = (reason: string) => {
      ended ??= reason;
      deliver({ kind: "ended", reason: ended });
      resolve();
    };
    child.once("error", (error) => end(`could not be started (${error.message})`));
    // "close", not "exit": its pipe is closed only when both of its processes have ended.
    child.once("close", (code, signal) =>
      end(signal === null ? `ended with code ${code ?? "unknown"}` : `was killed by ${signal}`),
    );
  });
  onLines(child, (text) => deliver({ kind: "line", text }));
  child.stdin?.on("error", () => undefined);
  hold(child, false);

  const receive = (limitMs?: number): Promise<Received> => {
    if (ended !== undefined) return Promise.resolve({ kind: "ended", reason: ended });
    hold(child, true);
    return new Promise<Received>((resolve) => {
      const timer =
        limitMs === undefined
          ? undefined
          : setTimeout(() => deliver({ kind: "ended", reason: "did not answer" }), limitMs);
      waiting = (received) => {
        clearTimeout(timer);
        hold(child, false);
        resolve(received);
      };
    });
  };
  const close = async () => {
    child.stdin?.destroy();
    hold(child, true);
    const timer = setTimeout(() => child.kill("SIGKILL"), closeLimitMs);
    await closed;
    clearTimeout(timer);
  };
  return { send: (message) => void child.stdin?.write(message), receive, close };
}

function onLines(child: Child, take: (line: string) => void): void {
  let rest = "";
  child.stdout?.setEncoding("latin1");
  child.stdout?.on("data", (data: string) => {
    const lines = (rest + data).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
}

/** Only a run in flight keeps perfgap alive; a forgotten launcher ends with it. */
function hold(child: Child, held: boolean): void {
  if (held) child.ref();
  else child.unref();
  for (const stream of [child.stdin, child.stdout])
    if (stream instanceof Socket) {
      if (held) stream.ref();
      else stream.unref();
    }
}
