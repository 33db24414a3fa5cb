import type { Stats } from "node:fs";
import { lstat, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { tryLock, waitForLock } from "../base/file-lock.ts";
import { pinnedKeys, type Session } from "./session.ts";

interface EvictionPlace {
  readonly directory: string;
  readonly limitBytes: number;
  readonly session: Session;
}

/** One thing that can go: an artifact, or a language's scratch folder. */
interface Evictable {
  readonly kind: "artifact" | "scratch";
  readonly name: string;
  readonly bytes: number;
  readonly lastUseMs: number;
  /** 0 goes before 1: another placement of the same code is made again by a relink. */
  readonly rank: 0 | 1;
}

/** What must go so that the rest fits, cheapest first and then the longest unused; what is in use stays. */
function chooseEvictions(
  all: readonly Evictable[],
  inUse: ReadonlySet<string>,
  limitBytes: number,
): readonly Evictable[] {
  let excess = all.reduce((total, { bytes }) => total + bytes, 0) - limitBytes;
  const order = all
    .filter(({ name }) => !inUse.has(name))
    .sort((left, right) => left.rank - right.rank || left.lastUseMs - right.lastUseMs);
  const chosen: Evictable[] = [];
  for (const candidate of order) {
    if (excess <= 0) break;
    chosen.push(candidate);
    excess -= candidate.bytes;
  }
  return chosen;
}

/** Brings the cache under its limit. Entries are moved away under the lock and removed after it. */
export async function evict(place: EvictionPlace): Promise<void> {
  const grave = await place.session.workspace();
  const lock = await waitForLock(join(place.directory, "cache.lock"));
  try {
    const all = [...(await artifacts(place.directory)), ...(await scratchFolders(place.directory))];
    const inUse = await pinnedKeys(join(place.directory, "sessions"));
    for (const chosen of chooseEvictions(all, inUse, place.limitBytes)) {
      if (chosen.kind === "artifact") {
        await rename(join(place.directory, "artifacts", chosen.name), join(grave, chosen.name)).catch(ignore);
      } else await moveScratch(place.directory, chosen.name, grave);
    }
  } finally {
    await lock.release();
  }
  await rm(grave, { recursive: true, force: true });
  await removeOldLogs(join(place.directory, "logs"));
}

async function moveScratch(directory: string, name: string, grave: string): Promise<void> {
  const path = join(directory, "scratch", name);
  const attempt = await tryLock(`${path}.lock`);
  if (attempt.kind === "busy") return;
  await rename(path, join(grave, name)).catch(ignore);
  await attempt.lock.release();
}

async function artifacts(directory: string): Promise<readonly Evictable[]> {
  const root = join(directory, "artifacts");
  const found: Evictable[] = [];
  for (const name of await readdir(root)) {
    const entryPath = join(root, name, "entry.json");
    const status = await stat(entryPath).catch(() => undefined);
    found.push({
      kind: "artifact",
      name,
      bytes: await sizeOf(join(root, name)),
      lastUseMs: status?.mtimeMs ?? 0,
      rank: (await isSeeded(entryPath)) ? 0 : 1,
    });
  }
  return found;
}

async function isSeeded(entryPath: string): Promise<boolean> {
  const text = await readFile(entryPath, "utf8").catch(() => "");
  return text.includes('"seeded":true');
}

async function scratchFolders(directory: string): Promise<readonly Evictable[]> {
  const root = join(directory, "scratch");
  const found: Evictable[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(root, entry.name);
    const status = await stat(path).catch(() => undefined);
    found.push({
      kind: "scratch",
      name: entry.name,
      bytes: await sizeOf(path),
      lastUseMs: status?.mtimeMs ?? 0,
      rank: 1,
    });
  }
  return found;
}

/** Bytes of all files below a folder; names that vanish meanwhile count nothing. */
async function sizeOf(path: string): Promise<number> {
  const status: Stats | undefined = await lstat(path).catch(() => undefined);
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.size;
  let total = 0;
  for (const name of await readdir(path).catch(() => [])) total += await sizeOf(join(path, name));
  return total;
}

async function removeOldLogs(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const status = await stat(path).catch(() => undefined);
    if (status !== undefined && Date.now() - status.mtimeMs > 7 * 86_400_000) await rm(path, { force: true });
  }
}

function ignore(): void {
  /* Another process moved it first. */
}
