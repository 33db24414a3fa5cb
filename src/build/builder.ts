import { join } from "node:path";
import { canonicalJson, hashParts } from "../base/hash.ts";
import { err, ok, type Result } from "../base/result.ts";
import { storing } from "../base/storage.ts";
import type { Artifact, BuildFailure } from "../model/artifact.ts";
import type { Subject, SubjectId } from "../model/case.ts";
import type { Toolchain } from "../model/toolchain.ts";
import type { Language } from "../plugin.ts";
import { openArtifactCache, type StoredArtifact } from "./artifact-cache.ts";
import {
  type BuildJob,
  type BuildSession,
  languageOf,
  type Sources,
  throwIfInterrupted,
} from "./build-session.ts";
import { commandArtifact, commandContentDigest, commandDigest } from "./command-artifact.ts";
import { makeArtifact } from "./make-artifact.ts";
import { changedSince, contentDigest, readSourceState, unreadableSources } from "./source-state.ts";
import { createTurns } from "./turns.ts";

export interface BuilderOptions {
  /** The folder that holds perfgap's caches; builds live below `builds/`. */
  readonly cacheDirectory: string;
  readonly languages: readonly Language[];
  /** Size that the cache is kept under, entries in use aside. Default 4 GiB. */
  readonly limitBytes?: number;
  /** Told of what a reader may want to know: a damaged entry, a wait for another process. */
  readonly onNote?: (message: string) => void;
}

interface ChangedSources {
  readonly subject: SubjectId;
  readonly paths: readonly string[];
}

export interface Builder {
  /**
   * Takes the artifact from the cache or makes it. The artifact stays until it is released or the builder is
   * closed. Rejects with a Failure when the disk is full, the sources changed since the session began
   * ("sources-changed"), or the signal was aborted ("interrupted").
   */
  build(job: BuildJob): Promise<Result<Artifact, BuildFailure>>;
  /** Says that artifacts are not needed any more in this session: they may be evicted. One call per build. */
  release(artifacts: readonly Artifact[]): Promise<void>;
  /** Hex digest of a subject's sources as they were when the session first looked. */
  sourceDigest(subject: Subject, toolchain: Toolchain): Promise<string>;
  /** The same for a copy somewhere else: content only, whatever the folders are called. */
  contentDigest(subject: Subject, toolchain: Toolchain): Promise<string>;
  /** Subjects whose sources are not what they were when the session first looked. */
  changedSources(): Promise<readonly ChangedSources[]>;
  /** Builds made and artifacts taken from the cache so far. */
  counts(): { readonly made: number; readonly taken: number };
  close(): Promise<void>;
}

/** Raised with the format of entries or of the key, so that older entries are never mistaken for new ones. */
const keyFormat = "perfgap build 1";
const defaultLimitBytes = 4 * 1024 ** 3;

/** Opens the build cache for one session. Rejects with a Failure when the folder cannot be used. */
export async function openBuilder(options: BuilderOptions): Promise<Builder> {
  const directory = join(options.cacheDirectory, "builds");
  const onNote = options.onNote ?? (() => undefined);
  const cache = await storing("The build cache", directory, () =>
    openArtifactCache({ directory, limitBytes: options.limitBytes ?? defaultLimitBytes, onNote }),
  );
  const sources = new Map<string, Promise<Sources>>();
  const failures = new Map<string, BuildFailure>();
  const count = { made: 0, taken: 0 };
  const languages = new Map(options.languages.map((language) => [language.id, language]));
  const session: BuildSession = {
    cache,
    languages,
    turns: createTurns(),
    onNote,
    sourcesOf: (subject, toolchain) => {
      const name = sourcesName(subject, toolchain);
      const known =
        sources.get(name) ??
        readSources(subject, { toolchain, language: languageOf(languages, subject), onNote });
      sources.set(name, known);
      return known;
    },
  };
  return {
    build: (job) => storing("The build cache", directory, () => build(session, job, { failures, count })),
    release: async (artifacts) => {
      for (const { key } of artifacts) await cache.release(key);
    },
    sourceDigest: async (subject, toolchain) =>
      subject.command === undefined
        ? (await session.sourcesOf(subject, toolchain)).state.digest
        : commandDigest(subject),
    contentDigest: async (subject, toolchain) => {
      if (subject.command !== undefined) return commandContentDigest(subject);
      const { state, roots } = await session.sourcesOf(subject, toolchain);
      return contentDigest(state, roots);
    },
    changedSources: async () => changedSources(await Promise.all(sources.values())),
    counts: () => ({ ...count }),
    close: () => cache.close(),
  };
}

interface Memory {
  readonly failures: Map<string, BuildFailure>;
  readonly count: { made: number; taken: number };
}

async function build(
  session: BuildSession,
  job: BuildJob,
  memory: Memory,
): Promise<Result<Artifact, BuildFailure>> {
  throwIfInterrupted(job.signal);
  if (job.subject.command !== undefined) return commandArtifact(job);
  const sources = await session.sourcesOf(job.subject, job.toolchain);
  const key = artifactKey(job, sources.state.digest);
  const failed = memory.failures.get(key);
  if (failed !== undefined) return err({ ...failed, subject: job.subject.id });
  const cached = await session.cache.take(key);
  if (cached !== undefined) {
    memory.count.taken++;
    return ok(artifactOf(job, key, cached));
  }
  const made = await releasedUnlessMade(session, key, () => makeArtifact(session, { job, key, sources }));
  if (!made.ok) {
    memory.failures.set(key, made.error);
    return made;
  }
  memory.count[made.value.fresh ? "made" : "taken"]++;
  return ok(artifactOf(job, key, made.value.stored));
}

type Made = Result<{ readonly stored: StoredArtifact; readonly fresh: boolean }, BuildFailure>;

async function releasedUnlessMade(
  session: BuildSession,
  key: string,
  make: () => Promise<Made>,
): Promise<Made> {
  let made: Made | undefined;
  try {
    made = await make();
    return made;
  } finally {
    if (made?.ok !== true) await session.cache.release(key);
  }
}

function artifactOf(job: BuildJob, key: string, { entry, executable, logPath }: StoredArtifact): Artifact {
  return {
    key,
    subject: job.subject.id,
    executable,
    sha256: entry.sha256,
    setting: job.setting,
    ...(job.layoutSeed === undefined ? {} : { layoutSeed: job.layoutSeed }),
    toolchain: job.toolchain.title,
    buildTimeMs: entry.buildTimeMs,
    logPath,
  };
}

function artifactKey(job: BuildJob, sourceDigest: string): string {
  return hashParts([
    keyFormat,
    sourcesName(job.subject, job.toolchain),
    sourceDigest,
    canonicalJson(job.setting),
    String(job.layoutSeed ?? "linker's own"),
    job.purpose,
  ]);
}

/** Everything of a subject that a build can see; two subjects that differ in name only share their artifacts. */
function sourcesName(subject: Subject, toolchain: Toolchain): string {
  return canonicalJson([{ ...subject, id: "" }, toolchain.language, toolchain.digest]);
}

interface SourceReading {
  readonly toolchain: Toolchain;
  readonly language: Language;
  readonly onNote: (message: string) => void;
}

async function readSources(
  subject: Subject,
  { toolchain, language, onNote }: SourceReading,
): Promise<Sources> {
  const roots = await language.sources(subject, toolchain);
  const state = await readSourceState(roots);
  for (const path of unreadableSources(state))
    onNote(`${path} cannot be read, so its changes will not be seen.`);
  return { subject, roots, state };
}

async function changedSources(all: readonly Sources[]): Promise<readonly ChangedSources[]> {
  const changed: ChangedSources[] = [];
  for (const { subject, roots, state } of all) {
    const paths = await changedSince(state, roots);
    if (paths.length > 0) changed.push({ subject: subject.id, paths });
  }
  return changed;
}
