import { chmod, mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitForLock } from "../base/file-lock.ts";
import { hashFile } from "../base/hash.ts";
import { errorCode } from "../base/storage.ts";
import type { Setting } from "../model/setting.ts";
import { evict } from "./eviction.ts";
import { openSession, type Session } from "./session.ts";

/** What stands beside the executable in an entry (`entry.json`). */
interface CacheEntry {
  readonly format: 1;
  readonly sha256: string;
  readonly bytes: number;
  readonly buildTimeMs: number;
  readonly toolchain: string;
  readonly setting: Setting["build"];
  /** Where the sources were, for people who look into the cache. */
  readonly sourcePath: string;
  /** One placement of code among many: cheap to make again, so evicted first. */
  readonly seeded: boolean;
}

export interface StoredArtifact {
  readonly entry: CacheEntry;
  readonly executable: string;
  readonly logPath: string;
}

export interface ArtifactCache {
  readonly session: Session;
  /**
   * The entry of a key when it is there and whole; it stays pinned until `release`, also when there is none, so
   * that what is published next is in use from its first moment.
   */
  take(key: string): Promise<StoredArtifact | undefined>;
  /** Moves a workspace that holds `program` and `build.log` into the cache in one step. */
  publish(
    key: string,
    workspace: string,
    entry: Omit<CacheEntry, "sha256" | "bytes" | "format">,
  ): Promise<StoredArtifact>;
  release(key: string): Promise<void>;
  readonly scratchDirectory: string;
  readonly logsDirectory: string;
  close(): Promise<void>;
}

export interface CacheOptions {
  readonly directory: string;
  readonly limitBytes: number;
  readonly onNote: (message: string) => void;
}

interface Place extends CacheOptions {
  readonly session: Session;
}

/** Name of the executable in an entry. */
export const programName = "program";
const oneDayMs = 86_400_000;

/** Opens the cache for this process. Rejects with the system's error when the folder cannot be written. */
export async function openArtifactCache(options: CacheOptions): Promise<ArtifactCache> {
  const { directory } = options;
  for (const name of ["artifacts", "scratch", "logs"])
    await mkdir(join(directory, name), { recursive: true });
  const session = await openSession(join(directory, "sessions"));
  const place: Place = { ...options, session };
  let publishedBytes = 0;
  const trim = async () => {
    publishedBytes = 0;
    await evict(place);
    await writeFile(join(directory, "trimmed"), "");
  };
  if (await olderThan(join(directory, "trimmed"), oneDayMs)) await trim();
  return {
    session,
    scratchDirectory: join(directory, "scratch"),
    logsDirectory: join(directory, "logs"),
    take: (key) => take(place, key),
    publish: async (key, workspace, entry) => {
      const stored = await publish(place, key, { workspace, entry });
      publishedBytes += stored.entry.bytes;
      if (publishedBytes > options.limitBytes / 8) await trim();
      return stored;
    },
    release: (key) => session.unpin(key),
    close: () => session.close(),
  };
}

async function take(place: Place, key: string): Promise<StoredArtifact | undefined> {
  // Under the cache's lock an evicting process either sees the pin or has removed the entry before it is looked for.
  const lock = await waitForLock(join(place.directory, "cache.lock"));
  try {
    await place.session.pin(key);
  } finally {
    await lock.release();
  }
  const found = await readEntry(place, key);
  if (found.kind === "absent") return undefined;
  if (found.kind === "whole") {
    const now = new Date();
    await utimes(join(entryDirectory(place, key), "entry.json"), now, now).catch(() => undefined);
    return found.stored;
  }
  place.onNote(`A cached build was damaged (${found.reason}) and is made again.`);
  await discard(place, key);
  return undefined;
}

type Found =
  | { readonly kind: "absent" }
  | { readonly kind: "damaged"; readonly reason: string }
  | { readonly kind: "whole"; readonly stored: StoredArtifact };

async function readEntry(place: Place, key: string): Promise<Found> {
  const directory = entryDirectory(place, key);
  const executable = join(directory, programName);
  try {
    const entry = parseEntry(await readFile(join(directory, "entry.json"), "utf8"));
    if (entry === undefined) return { kind: "damaged", reason: "its description cannot be read" };
    if ((await hashFile(executable)) !== entry.sha256)
      return { kind: "damaged", reason: "its content changed" };
    await chmod(executable, 0o755);
    return { kind: "whole", stored: { entry, executable, logPath: join(directory, "build.log") } };
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    const there = await stat(directory).then(
      () => true,
      () => false,
    );
    return there ? { kind: "damaged", reason: `reading it failed with ${code}` } : { kind: "absent" };
  }
}

function parseEntry(text: string): CacheEntry | undefined {
  try {
    const value = JSON.parse(text) as Partial<CacheEntry> | null;
    return value?.format === 1 && typeof value.sha256 === "string" && typeof value.buildTimeMs === "number"
      ? (value as CacheEntry)
      : undefined;
  } catch {
    return undefined;
  }
}

interface Publication {
  readonly workspace: string;
  readonly entry: Omit<CacheEntry, "sha256" | "bytes" | "format">;
}

async function publish(place: Place, key: string, publication: Publication): Promise<StoredArtifact> {
  const { workspace } = publication;
  const program = join(workspace, programName);
  const entry: CacheEntry = {
    format: 1,
    sha256: await hashFile(program),
    bytes: (await stat(program)).size,
    ...publication.entry,
  };
  await writeFile(join(workspace, "entry.json"), `${JSON.stringify(entry)}\n`);
  const directory = entryDirectory(place, key);
  for (let attempt = 0; ; attempt++) {
    try {
      await rename(workspace, directory);
      break;
    } catch (error) {
      if (attempt === 3 || !["ENOTEMPTY", "EEXIST"].includes(errorCode(error) ?? "")) throw error;
      const found = await readEntry(place, key);
      if (found.kind === "whole") return found.stored;
      await discard(place, key);
    }
  }
  return { entry, executable: join(directory, programName), logPath: join(directory, "build.log") };
}

async function discard(place: Place, key: string): Promise<void> {
  const grave = join(await place.session.workspace(), "discarded");
  await rename(entryDirectory(place, key), grave).catch(() => undefined);
  await rm(grave, { recursive: true, force: true });
}

function entryDirectory(place: Place, key: string): string {
  return join(place.directory, "artifacts", key);
}

async function olderThan(path: string, ageMs: number): Promise<boolean> {
  return stat(path).then(
    (status) => Date.now() - status.mtimeMs > ageMs,
    () => true,
  );
}
