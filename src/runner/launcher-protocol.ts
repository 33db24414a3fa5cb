import { constants } from "node:os";
import { bytesOfText } from "../base/raw-bytes.ts";
import type { RunExit, RunRequest, RunResult } from "../model/run.ts";
import { errnoName } from "./errno-name.ts";
import { notStarted } from "./not-started.ts";
import { requestedArgv, requestedEnvironment } from "./requested-process.ts";

const protocolVersion = 1;
/** What a launcher accepts; more than any kernel takes for arguments and environment. */
export const maxRequestBytes = 8 * 1024 * 1024;
export const cancelMessage = "cancel\n";

/** A request as docs/launcher-protocol.md lays it out: a header line and NUL-terminated fields. */
export function encodeRequest(request: RunRequest): Buffer {
  const fields: [string, string][] = [
    ...requestedArgv(request).map((argument): [string, string] => ["arg", argument]),
    ...Object.entries(requestedEnvironment(request)).map(([name, value]): [string, string] => [
      "env",
      `${name}=${value}`,
    ]),
    ["cwd", request.workingDirectory],
    ["timeoutMs", wholeNumber(request.timeoutMs)],
    ["outputLimitBytes", wholeNumber(request.outputLimitBytes)],
  ];
  const optional: [string, string | undefined][] = [
    ["stdin", request.stdinPath],
    ["stdout", request.stdoutPath],
    ["stderr", request.stderrPath],
    ["probe", request.probePath],
    ["cpus", request.cpus?.join(",")],
    [
      "memoryLimitBytes",
      request.memoryLimitBytes === undefined ? undefined : wholeNumber(request.memoryLimitBytes),
    ],
    ["sampleThreads", request.sampleThreads === true ? "1" : undefined],
  ];
  for (const [key, value] of optional) if (value !== undefined) fields.push([key, value]);
  const payload = Buffer.concat(fields.map(([key, value]) => bytesOfText(`${key}=${value}\0`)));
  return Buffer.concat([Buffer.from(`run ${payload.length}\n`), payload]);
}

/** Whether a request cannot be written down, because something in it holds a NUL. */
export function holdsNul(request: RunRequest): boolean {
  const { argv, env, workingDirectory, stdinPath = "", stdoutPath = "", stderrPath = "" } = request;
  const files = [stdinPath, stdoutPath, stderrPath, request.probePath ?? ""];
  const texts = [...argv, ...Object.entries(env).flat(), workingDirectory, ...files];
  return texts.some((text) => text.includes("\0"));
}

function wholeNumber(value: number): string {
  return String(Math.min(Number.MAX_SAFE_INTEGER, Math.max(1, Math.ceil(value))));
}

/** `refused` is a fault of the host, not of the program: no process could be made, or output could not be kept. */
export type Reply =
  | { readonly kind: "result"; readonly result: RunResult }
  | { readonly kind: "cancelled" }
  | { readonly kind: "refused"; readonly stage: string; readonly errno: string }
  | { readonly kind: "malformed"; readonly message: string };

/** Reads one reply line. Throws when the line is not one of the protocol: then the launcher cannot be trusted. */
export function decodeReply(line: string, request: RunRequest): Reply {
  const reply = JSON.parse(line) as Readonly<Record<string, unknown>>;
  switch (reply["reply"]) {
    case "malformed":
      return { kind: "malformed", message: text(reply, "message") };
    case "notStarted":
      return decodeNotStarted(reply, request);
    case "run":
      return decodeRun(reply, request);
    default:
      throw new Error(`not a reply: ${line.slice(0, 200)}`);
  }
}

/** Reads the line that a launcher greets with; undefined when it is not one that can be talked to. */
export function isReady(line: string): boolean {
  try {
    const reply = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return reply["reply"] === "ready" && reply["protocol"] === protocolVersion;
  } catch {
    return false;
  }
}

function decodeNotStarted(reply: Readonly<Record<string, unknown>>, request: RunRequest): Reply {
  const stage = text(reply, "stage");
  const errno = errnoName(number(reply, "errno"));
  const at = number(reply, "startedAtMs");
  switch (stage) {
    case "exec":
      return { kind: "result", result: notStarted(errno, request.argv[0], at) };
    case "cwd":
      return { kind: "result", result: notStarted(errno, request.workingDirectory, at) };
    case "stdin":
      return { kind: "result", result: notStarted(errno, request.stdinPath, at) };
    default:
      return { kind: "refused", stage, errno };
  }
}

const optionalCounters = [
  "userTimeNs",
  "systemTimeNs",
  "maxRssBytes",
  "minorFaults",
  "majorFaults",
  "voluntarySwitches",
  "involuntarySwitches",
  "runQueueDelayNs",
  "launcherDelayNs",
  "readCalls",
  "writeCalls",
  "maxThreads",
  "allowedProcessors",
] as const;

function decodeRun(reply: Readonly<Record<string, unknown>>, request: RunRequest): Reply {
  if (typeof reply["keepErrno"] === "number")
    return { kind: "refused", stage: text(reply, "keepStage"), errno: errnoName(reply["keepErrno"]) };
  const exit = decodeExit(reply, request);
  if (exit === "cancelled") return { kind: "cancelled" };
  const counters: Partial<Record<(typeof optionalCounters)[number], number>> = {};
  for (const name of optionalCounters) {
    const value = reply[name];
    if (typeof value === "number") counters[name] = value;
  }
  const result: RunResult = {
    exit,
    wallTimeNs: number(reply, "wallTimeNs"),
    ...counters,
    stdoutBytes: number(reply, "stdoutBytes"),
    stdoutHash: text(reply, "stdoutHash"),
    // Each character is one byte of what the program wrote.
    stderrTail: Buffer.from(text(reply, "stderrTail"), "latin1").toString("utf8"),
    orphans: number(reply, "orphans"),
    startedAtMs: number(reply, "startedAtMs"),
  };
  return { kind: "result", result };
}

function decodeExit(reply: Readonly<Record<string, unknown>>, request: RunRequest): RunExit | "cancelled" {
  switch (reply["end"]) {
    case "exited":
      return { kind: "exited", code: number(reply, "code") };
    case "signaled":
      return { kind: "signaled", signal: signalName(number(reply, "signal")) };
    case "timedOut":
      return { kind: "timedOut", limitMs: request.timeoutMs };
    case "flooded":
      return { kind: "flooded", limitBytes: request.outputLimitBytes };
    case "cancelled":
      return "cancelled";
    default:
      throw new Error(`a run cannot end in "${String(reply["end"])}"`);
  }
}

function signalName(signal: number): string {
  const known = Object.entries(constants.signals).find(([, value]) => value === signal);
  return known?.[0] ?? `signal ${signal}`;
}

function number(reply: Readonly<Record<string, unknown>>, key: string): number {
  const value = reply[key];
  if (typeof value !== "number") throw new Error(`the launcher's reply has no number "${key}"`);
  return value;
}

function text(reply: Readonly<Record<string, unknown>>, key: string): string {
  const value = reply[key];
  if (typeof value !== "string") throw new Error(`the launcher's reply has no text "${key}"`);
  return value;
}
