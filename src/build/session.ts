import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasEnded, ownIdentity, type ProcessIdentity } from "../base/file-lock.ts";

/**
 * One process's stay in the cache: `owner.json`, `pins/KEY` for every entry in use, and folders for builds that
 * are not published yet. What a killed process leaves is removed by the next one.
 */
export interface Session {
  readonly directory: string;
  /** A fresh folder on the cache's own file system, so that publishing is one rename. */
  workspace(): Promise<string>;
  /** Keeps an entry from being evicted; counted, so that every pin needs its own unpin. */
  pin(key: string): Promise<void>;
  unpin(key: string): Promise<void>;
  close(): Promise<void>;
}

export async function openSession(sessionsDirectory: string): Promise<Session> {
  await mkdir(sessionsDirectory, { recursive: true });
  await removeEndedSessions(sessionsDirectory);
  const directory = join(sessionsDirectory, `${process.pid}-${randomBytes(6).toString("hex")}`);
  await mkdir(join(directory, "pins"), { recursive: true });
  await writeFile(join(directory, "owner.json"), JSON.stringify(await ownIdentity()));
  const counts = new Map<string, number>();
  let workspaces = 0;
  return {
    directory,
    workspace: async () => {
      const path = join(directory, `build-${++workspaces}`);
      await mkdir(path);
      return path;
    },
    pin: async (key) => {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count === 1) await writeFile(join(directory, "pins", key), "");
    },
    unpin: async (key) => {
      const count = (counts.get(key) ?? 0) - 1;
      if (count > 0) {
        counts.set(key, count);
        return;
      }
      counts.delete(key);
      await rm(join(directory, "pins", key), { force: true });
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Keys that some living session uses. */
export async function pinnedKeys(sessionsDirectory: string): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const name of await readdir(sessionsDirectory)) {
    const pins = await readdir(join(sessionsDirectory, name, "pins")).catch(() => []);
    for (const key of pins) keys.add(key);
  }
  return keys;
}

async function removeEndedSessions(sessionsDirectory: string): Promise<void> {
  for (const name of await readdir(sessionsDirectory)) {
    const directory = join(sessionsDirectory, name);
    if (await isOver(directory)) await rm(directory, { recursive: true, force: true });
  }
}

/** A session without an owner is one that is being opened, or died while it was. */
async function isOver(directory: string): Promise<boolean> {
  try {
    return await hasEnded(
      JSON.parse(await readFile(join(directory, "owner.json"), "utf8")) as ProcessIdentity,
    );
  } catch {
    const age = await stat(directory).then(
      (status) => Date.now() - status.mtimeMs,
      () => 0,
    );
    return age > 60_000;
  }
}
