import { createHash } from "node:crypto";
import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { hasRawBytes } from "../base/raw-bytes.ts";
import { errorCode } from "../base/storage.ts";
import type { RunRequest } from "../model/run.ts";
import { outputNotKept } from "./output-not-kept.ts";

const stderrTailBytes = 8192;

/** One output stream of a program: counted, its end or its hash kept, copied to a file when asked for. */
interface Sink {
  take(chunk: Buffer): void;
  bytes(): number;
  /** What the file system refused while copying, as a Failure. */
  failure(): Error | undefined;
}

export interface Streams {
  readonly stdin: number | "ignore";
  readonly stdout: Sink & { hash(): string };
  readonly stderr: Sink & { tail(): string };
  /** Open file for what the program reports of itself. */
  readonly probe?: number;
  close(): void;
}

export type StreamsOrObstacle =
  | { readonly kind: "streams"; readonly streams: Streams }
  | { readonly kind: "obstacle"; readonly errno: string; readonly path: string };

/**
 * Opens what a run reads and writes, or says what of the request cannot be used. Throws a Failure when a file for
 * output cannot be made.
 */
export function openStreams(request: RunRequest): StreamsOrObstacle {
  const obstacle = findObstacle(request);
  if (obstacle !== undefined) return { kind: "obstacle", ...obstacle };
  const files: number[] = [];
  const open = (path: string, flags: string): number => {
    const file = openSync(path, flags);
    files.push(file);
    return file;
  };
  const close = () => files.splice(0).forEach(closeSync);
  const program = request.argv[0] ?? "";
  let keeping = request.stdoutPath ?? "";
  try {
    const stdinFile = openInput(request, open);
    if (typeof stdinFile === "string")
      return { kind: "obstacle", errno: stdinFile, path: request.stdinPath ?? "" };
    const stdoutFile = request.stdoutPath === undefined ? undefined : open(request.stdoutPath, "w");
    keeping = request.stderrPath ?? "";
    const stderrFile = request.stderrPath === undefined ? undefined : open(request.stderrPath, "w");
    keeping = request.probePath ?? "";
    const probe = request.probePath === undefined ? {} : { probe: open(request.probePath, "w") };
    return {
      kind: "streams",
      streams: {
        stdin: stdinFile ?? "ignore",
        stdout: hashingSink(fileCopy(stdoutFile, program, request.stdoutPath)),
        stderr: tailSink(fileCopy(stderrFile, program, request.stderrPath)),
        ...probe,
        close,
      },
    };
  } catch (error) {
    close();
    throw outputNotKept(error, program, keeping);
  }
}

function openInput(
  request: RunRequest,
  open: (path: string, flags: string) => number,
): number | string | undefined {
  if (request.stdinPath === undefined) return undefined;
  try {
    return open(request.stdinPath, "r");
  } catch (error) {
    return errorCode(error) ?? "unknown";
  }
}

/** Node passes text only, and it reports a missing working folder as a missing program. */
function findObstacle(request: RunRequest): { errno: string; path: string } | undefined {
  const { argv, env, workingDirectory } = request;
  const texts = [...argv, ...Object.entries(env).flat(), workingDirectory];
  if (texts.some((text) => text.includes("\0"))) return { errno: "EINVAL", path: argv[0] ?? "" };
  if (texts.some(hasRawBytes)) return { errno: "EILSEQ", path: argv[0] ?? "" };
  try {
    if (!statSync(workingDirectory).isDirectory()) return { errno: "ENOTDIR", path: workingDirectory };
    return undefined;
  } catch (error) {
    return { errno: errorCode(error) ?? "unknown", path: workingDirectory };
  }
}

function fileCopy(file: number | undefined, program: string, path: string | undefined) {
  let failure: Error | undefined;
  return {
    write: (chunk: Buffer) => {
      if (file === undefined || failure !== undefined) return;
      try {
        for (let done = 0; done < chunk.length; ) done += writeSync(file, chunk, done);
      } catch (error) {
        failure = outputNotKept(error, program, path ?? "");
      }
    },
    failure: () => failure,
  };
}

function hashingSink(copy: ReturnType<typeof fileCopy>): Streams["stdout"] {
  const hash = createHash("sha256");
  let bytes = 0;
  return {
    take: (chunk) => {
      bytes += chunk.length;
      hash.update(chunk);
      copy.write(chunk);
    },
    bytes: () => bytes,
    hash: () => hash.copy().digest("hex").slice(0, 16),
    failure: copy.failure,
  };
}

function tailSink(copy: ReturnType<typeof fileCopy>): Streams["stderr"] {
  let tail = Buffer.alloc(0);
  let bytes = 0;
  return {
    take: (chunk) => {
      bytes += chunk.length;
      tail = Buffer.concat([tail, chunk.subarray(-stderrTailBytes)]).subarray(-stderrTailBytes);
      copy.write(chunk);
    },
    bytes: () => bytes,
    tail: () => tail.toString("utf8"),
    failure: copy.failure,
  };
}
