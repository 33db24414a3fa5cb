import { resolve } from "node:path";
import { findExecutable } from "../base/find-executable.ts";
import { hashFile, hashParts } from "../base/hash.ts";
import { err, ok, type Result } from "../base/result.ts";
import { shellCommand } from "../base/subprocess.ts";
import type { Artifact, BuildFailure } from "../model/artifact.ts";
import type { Subject } from "../model/case.ts";
import type { BuildJob } from "./build-session.ts";

/** The artifact of a `cmd:` subject: the program where it stands. Nothing is built, copied or cached. */
export async function commandArtifact(job: BuildJob): Promise<Result<Artifact, BuildFailure>> {
  const { subject } = job;
  const executable = await findProgram(subject);
  if (executable === undefined)
    return err(failure(subject, `${subject.command?.[0] ?? ""}: no such program`));
  if (Object.keys(job.setting.flags).length > 0 || job.setting.switches.length > 0)
    return err(failure(subject, "a program given as a command cannot be built in another way"));
  const sha256 = await hashFile(executable);
  return ok({
    key: hashParts(["command", executable, sha256]),
    subject: subject.id,
    executable,
    sha256,
    setting: job.setting,
    ...(job.layoutSeed === undefined ? {} : { layoutSeed: job.layoutSeed }),
    toolchain: job.toolchain.title,
    buildTimeMs: 0,
    logPath: "",
  });
}

/** What stands for the sources of a `cmd:` subject. */
export async function commandDigest(subject: Subject): Promise<string> {
  const executable = await findProgram(subject);
  return hashParts([
    "command",
    ...(subject.command ?? []),
    executable === undefined ? "missing" : await hashFile(executable),
  ]);
}

/** The program and its own arguments, wherever it stands. */
export async function commandContentDigest(subject: Subject): Promise<string> {
  const executable = await findProgram(subject);
  return hashParts([
    ...(subject.command?.slice(1) ?? []),
    executable === undefined ? "missing" : await hashFile(executable),
  ]);
}

/** As a shell does: a name with a slash is a path from the subject's folder, any other is looked up in PATH. */
function findProgram(subject: Subject): Promise<string | undefined> {
  const name = subject.command?.[0] ?? "";
  return findExecutable(name.includes("/") ? resolve(subject.path, name) : name);
}

function failure(subject: Subject, output: string): BuildFailure {
  return { kind: "buildFailure", subject: subject.id, command: shellCommand(subject.command ?? []), output };
}
