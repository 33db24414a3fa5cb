import { exitCodes } from "../base/failure.ts";

/** What the signals of this process mean to the work under way. */
export interface Interruption {
  /** First Ctrl-C: finish what is under way and answer with what is known. */
  readonly stop: AbortSignal;
  /** Second Ctrl-C, or SIGTERM: end everything now. */
  readonly kill: AbortSignal;
  /** The exit code that the signal asks for; undefined while there was none. */
  exitCode(): number | undefined;
  /** What the first Ctrl-C says; undefined: nothing, the work ends at once by itself. */
  announce(text: string | undefined): void;
}

/** What the first Ctrl-C says while blocks are measured. */
export const stopsAfterBlock = "stopping after this block; Ctrl-C again stops now";

interface SignalSource {
  on(event: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
}

export interface InterruptionParts {
  readonly source: SignalSource;
  readonly say: (text: string) => void;
  /** Ends the process when the work does not end by itself after a kill. */
  readonly forceExit: (code: number) => void;
  readonly graceMs?: number;
}

export function watchSignals({ source, say, forceExit, graceMs = 3000 }: InterruptionParts): Interruption {
  const stop = new AbortController();
  const kill = new AbortController();
  let exitCode: number | undefined;
  let announcement: string | undefined = stopsAfterBlock;
  const endNow = (code: number) => {
    exitCode = code;
    if (kill.signal.aborted) return;
    stop.abort();
    kill.abort();
    setTimeout(() => forceExit(code), graceMs).unref();
  };
  source.on("SIGINT", () => {
    if (stop.signal.aborted) return endNow(exitCodes.interrupted);
    exitCode = exitCodes.interrupted;
    if (announcement !== undefined) say(`\n${announcement}\n`);
    stop.abort();
  });
  source.on("SIGTERM", () => endNow(exitCodes.terminated));
  source.on("SIGHUP", () => endNow(exitCodes.terminated));
  return {
    stop: stop.signal,
    kill: kill.signal,
    exitCode: () => exitCode,
    announce: (text) => {
      announcement = text;
    },
  };
}
