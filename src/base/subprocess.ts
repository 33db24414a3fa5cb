import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

/** A tool to run to its end: compilers, profilers, inspectors. Subjects are run by the Runner, not by this. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly workingDirectory?: string;
  /** Added to this process's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | Uint8Array;
  readonly timeoutMs?: number;
  /** Bytes kept of each stream; what comes after is read and dropped. Default 64 MiB. */
  readonly outputLimitBytes?: number;
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  readonly kind: "exited" | "signaled" | "timedOut" | "notStarted" | "aborted";
  /** Exit code; -1 unless kind is "exited". */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** errno (or Node's own code) for notStarted, signal name for signaled, else empty. */
  readonly reason: string;
  readonly truncated: boolean;
}

/** Told of every command just before it starts (`-v` prints them). */
export type CommandListener = (command: Command) => void;
let listener: CommandListener | undefined;
export function onCommand(newListener: CommandListener | undefined): void {
  listener = newListener;
}

/**
 * Runs a tool in a process group of its own and resolves for every outcome. On timeout or abort the whole group
 * is killed, so a grandchild that holds a pipe open cannot delay the answer.
 */
export function runCommand(command: Command): Promise<CommandResult> {
  listener?.(command);
  return new Promise((resolve) => {
    const child = startOrReason(command);
    if (typeof child === "string") {
      resolve({ kind: "notStarted", code: -1, stdout: "", stderr: "", reason: child, truncated: false });
      return;
    }
    const limit = command.outputLimitBytes ?? 64 * 1024 * 1024;
    const stdout = collect(child.stdout, limit);
    const stderr = collect(child.stderr, limit);
    let ended: CommandResult["kind"] | undefined;
    const stop = (kind: "timedOut" | "aborted") => {
      ended ??= kind;
      killGroup(child.pid, "SIGKILL");
    };
    const timer =
      command.timeoutMs === undefined ? undefined : setTimeout(() => stop("timedOut"), command.timeoutMs);
    const abort = () => stop("aborted");
    command.signal?.addEventListener("abort", abort, { once: true });
    if (command.signal?.aborted === true) abort();

    const finish = (kind: CommandResult["kind"], code: number, reason: string) => {
      clearTimeout(timer);
      command.signal?.removeEventListener("abort", abort);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({
        kind: ended ?? kind,
        code,
        stdout: stdout.text(),
        stderr: stderr.text(),
        reason,
        truncated: stdout.truncated() || stderr.truncated(),
      });
    };
    child.once("error", (error: NodeJS.ErrnoException) =>
      finish("notStarted", -1, error.code ?? error.message),
    );
    child.once("exit", (code, signal) => {
      // Output that the program wrote itself is in the pipes by now; a descendant that keeps them open is not waited for.
      const settle = () =>
        code === null ? finish("signaled", -1, signal ?? "unknown") : finish("exited", code, "");
      const giveUp = whenQuiet(() => stdout.received() + stderr.received(), settle);
      child.once("close", () => {
        giveUp();
        settle();
      });
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(command.stdin ?? "");
  });
}

/** Most reasons come as an event of the child, but some are thrown: arguments that are too long, or hold a NUL. */
function startOrReason({ argv, workingDirectory, env }: Command): ChildProcess | string {
  try {
    return startProcess(argv, {
      cwd: workingDirectory,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code ?? message;
  }
}

const quietMs = 250;
/** As many turns as empty any pipe; a descendant that goes on writing is not listened to for ever. */
const mostTurns = 20;

/**
 * Calls `settle` when nothing more was received for a while; gives what takes the call back. When this process was busy,
 * the timer is due before what waits in the pipes was looked at: they are looked at first.
 */
export function whenQuiet(received: () => number, settle: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = (before: number, turns: number) => {
    const look = () => {
      const now = received();
      if (now === before || turns === 0) settle();
      else wait(now, turns - 1);
    };
    timer = setTimeout(() => setImmediate(look), quietMs);
  };
  wait(received(), mostTurns);
  return () => clearTimeout(timer);
}

/** Starts a long-lived helper (the launcher). The only other door to a process. */
export function startProcess(argv: readonly [string, ...string[]], options: SpawnOptions): ChildProcess {
  return spawn(argv[0], argv.slice(1), options);
}

/** Kills a process group by its leader's id; a group that is gone is no error. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function collect(stream: NodeJS.ReadableStream | null, limitBytes: number) {
  const chunks: Buffer[] = [];
  let kept = 0;
  let received = 0;
  let dropped = false;
  stream?.on("data", (chunk: Buffer) => {
    received += chunk.length;
    const room = limitBytes - kept;
    if (chunk.length > room) dropped = true;
    if (room <= 0) return;
    const part = chunk.subarray(0, room);
    chunks.push(part);
    kept += part.length;
  });
  stream?.on("error", () => undefined);
  return {
    text: () => Buffer.concat(chunks).toString("utf8"),
    truncated: () => dropped,
    /** Bytes so far, those that were not kept included. */
    received: () => received,
  };
}

/** A command line that can be pasted into a POSIX shell. */
export function shellCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): string {
  const assignments = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${shellQuote(value)}`],
  );
  return [...assignments, ...argv.map(shellQuote)].join(" ");
}

export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
