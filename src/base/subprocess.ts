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
  /** errno for notStarted, signal name for signaled, else empty. */
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
    const child = startProcess(command.argv, {
      cwd: command.workingDirectory,
      env: { ...process.env, ...command.env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
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
      const grace = setTimeout(settle, 250);
      child.once("close", () => {
        clearTimeout(grace);
        settle();
      });
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(command.stdin ?? "");
  });
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
  let dropped = false;
  stream?.on("data", (chunk: Buffer) => {
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
