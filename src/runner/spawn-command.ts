import { accessSync, constants, statSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { Failure } from "../base/failure.ts";
import { findExecutable } from "../base/find-executable.ts";
import { errorCode } from "../base/storage.ts";
import type { RunRequest } from "../model/run.ts";
import { requestedArgv } from "./requested-process.ts";

export type SpawnCommand =
  | { readonly kind: "command"; readonly argv: readonly [string, ...string[]] }
  | { readonly kind: "notStarted"; readonly errno: string };

/**
 * The command that runs a request under its limits. Node can set neither processors nor memory, so `taskset` and the
 * shell's `ulimit` do it before they turn into the program. A program that cannot be run is found out beforehand:
 * those two would report it as an exit code. Rejects with a Failure when `taskset` is not there.
 */
export async function spawnCommand(request: RunRequest): Promise<SpawnCommand> {
  const [program, ...rest] = requestedArgv(request);
  if (program === undefined || program === "") return { kind: "notStarted", errno: "ENOENT" };
  const limits = [...(await cpuLimit(request)), ...memoryLimit(request)];
  const [first, ...others] = limits;
  if (first === undefined) return { kind: "command", argv: [program, ...rest] };
  const errno = whyNotExecutable(program, request);
  return errno === undefined
    ? { kind: "command", argv: [first, ...others, program, ...rest] }
    : { kind: "notStarted", errno };
}

async function cpuLimit(request: RunRequest): Promise<readonly string[]> {
  if (request.cpus === undefined) return [];
  const taskset = await findExecutable("taskset");
  if (taskset !== undefined) return [taskset, "-c", request.cpus.join(",")];
  throw new Failure({
    code: "cpus-not-available",
    exit: "toolchainOrHost",
    message:
      "A program cannot be bound to processors here: there is no launcher, and taskset is not on PATH.",
    help: "install a C compiler, so that the launcher can be built, or util-linux for taskset",
  });
}

function memoryLimit(request: RunRequest): readonly string[] {
  if (request.memoryLimitBytes === undefined) return [];
  const kibibytes = String(Math.ceil(request.memoryLimitBytes / 1024));
  return ["/bin/sh", "-c", 'ulimit -v "$0" && exec "$@"', kibibytes];
}

function whyNotExecutable(program: string, request: RunRequest): string | undefined {
  const folders = program.includes("/") ? [""] : (request.env["PATH"] ?? "/usr/bin:/bin").split(delimiter);
  let reason = "ENOENT";
  for (const folder of folders) {
    const path = resolve(request.workingDirectory, folder, program);
    try {
      if (!statSync(path).isFile()) reason = "EACCES";
      else {
        accessSync(path, constants.X_OK);
        return undefined;
      }
    } catch (error) {
      reason = errorCode(error) ?? reason;
    }
  }
  return reason;
}
