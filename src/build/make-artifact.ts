import { mkdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../base/failure.ts";
import { type FileLock, waitForLock } from "../base/file-lock.ts";
import { hashParts } from "../base/hash.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { BuildFailure } from "../model/artifact.ts";
import type { BuildOutcome } from "../plugin.ts";
import { programName, type StoredArtifact } from "./artifact-cache.ts";
import {
  type BuildJob,
  type BuildSession,
  languageOf,
  type Sources,
  throwIfInterrupted,
} from "./build-session.ts";
import { changedSince } from "./source-state.ts";

interface Task {
  readonly job: BuildJob;
  readonly key: string;
  readonly sources: Sources;
}

/** `fresh`: built here; otherwise another caller or process had built it by the time it was our turn. */
export interface MadeArtifact {
  readonly stored: StoredArtifact;
  readonly fresh: boolean;
}

/** Builds with the scratch folder of the subject's source state and toolchain to itself, then publishes. */
export function makeArtifact(session: BuildSession, task: Task): Promise<Result<MadeArtifact, BuildFailure>> {
  const { job, sources } = task;
  const scratch = hashParts([
    JSON.stringify([
      job.subject.language,
      job.subject.path,
      job.subject.bin ?? "",
      job.subject.compiler ?? "",
    ]),
    job.toolchain.digest,
    sources.state.digest,
  ]);
  const directory = join(session.cache.scratchDirectory, scratch);
  return session.turns.take(scratch, async () => {
    const lock = await lockScratch(session, directory, job.signal);
    try {
      const meanwhile = await session.cache.take(task.key);
      // The caller's own pin, taken when it looked first, is the one that counts.
      await session.cache.release(task.key);
      if (meanwhile === undefined) return await buildAndPublish(session, task, directory);
      return ok({ stored: meanwhile, fresh: false });
    } finally {
      await lock.release();
    }
  });
}

async function lockScratch(
  session: BuildSession,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<FileLock> {
  try {
    return await waitForLock(`${directory}.lock`, {
      signal,
      onBusy: (owner) =>
        session.onNote(
          `Another perfgap${owner === undefined ? "" : ` (pid ${owner.pid})`} builds the same program: waiting for it.`,
        ),
    });
  } catch (error) {
    throwIfInterrupted(signal);
    throw error;
  }
}

async function buildAndPublish(
  session: BuildSession,
  task: Task,
  scratchDirectory: string,
): Promise<Result<MadeArtifact, BuildFailure>> {
  const { job, key, sources } = task;
  await mkdir(scratchDirectory, { recursive: true });
  const now = new Date();
  await utimes(scratchDirectory, now, now);
  const workspace = await session.cache.session.workspace();
  try {
    const started = performance.now();
    const outcome = await runBuild(session, job, {
      scratchDirectory,
      outputPath: join(workspace, programName),
    });
    const buildTimeMs = performance.now() - started;
    throwIfInterrupted(job.signal);
    throwIfDiskFull(outcome);
    await throwIfSourcesChanged(sources);
    if (outcome.kind === "buildFailure") return err(await withLog(session, key, outcome));
    await writeFile(join(workspace, "build.log"), outcome.log);
    const stored = await session.cache.publish(key, workspace, {
      buildTimeMs,
      toolchain: job.toolchain.title,
      setting: job.setting,
      sourcePath: job.subject.path,
      seeded: job.layoutSeed !== undefined,
    });
    return ok({ stored, fresh: true });
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

interface Places {
  readonly scratchDirectory: string;
  readonly outputPath: string;
}

async function runBuild(session: BuildSession, job: BuildJob, places: Places): Promise<BuildOutcome> {
  const outcome = await languageOf(session.languages, job.subject).build({ ...job, ...places });
  if (outcome.kind === "buildFailure") return outcome;
  const status = await stat(places.outputPath).catch(() => undefined);
  if (status?.isFile() === true && (status.mode & 0o111) !== 0) return outcome;
  return {
    kind: "buildFailure",
    subject: job.subject.id,
    command: `the ${job.subject.language} build of ${job.subject.path}`,
    output: `${outcome.log}\nThe build reported success but left no executable at ${places.outputPath}.`,
  };
}

async function withLog(session: BuildSession, key: string, failure: BuildFailure): Promise<BuildFailure> {
  const logPath = join(session.cache.logsDirectory, `${key}.log`);
  await writeFile(logPath, `$ ${failure.command}\n${failure.output}`);
  return { ...failure, logPath };
}

/** A full disk is not a fault of the variant that happened to be built then. */
function throwIfDiskFull(outcome: BuildOutcome): void {
  if (outcome.kind !== "buildFailure") return;
  if (!/no space left on device|ENOSPC|disk quota exceeded/i.test(outcome.output)) return;
  throw new Failure({
    code: "disk-full",
    exit: "toolchainOrHost",
    message: "A build stopped because the disk is full.",
    help: "free some space, or set PERFGAP_CACHE to a folder on another disk; what was measured before is kept",
    detail: outcome.output.slice(-2000),
  });
}

/** What was built from other sources than the key says must never be stored under it. */
async function throwIfSourcesChanged({ subject, roots, state }: Sources): Promise<void> {
  const changed = await changedSince(state, roots);
  if (changed.length === 0) return;
  throw new Failure({
    code: "sources-changed",
    exit: "usage",
    message: `The sources of ${subject.id} changed while perfgap was at work: ${changed[0]}${changed.length === 1 ? "" : ` and ${changed.length - 1} more`}.`,
    help: "start again when the sources are as you want them: perfgap explain ...",
  });
}
