import { randomBytes } from "node:crypto";
import { link, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode } from "./storage.ts";

/** A process that another process can recognise later, although process ids are used again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to the process's start; empty where the system does not tell. */
  readonly startTicks: string;
  readonly boot: string;
  /** Identity of the pid namespace: pids of another one mean nothing here. */
  readonly namespace: string;
}

export interface LockOwner extends ProcessIdentity {
  readonly sinceMs: number;
  readonly token: string;
}

export interface FileLock {
  readonly path: string;
  release(): Promise<void>;
}

export type LockAttempt =
  | { readonly kind: "held"; readonly lock: FileLock }
  /** owner is absent when the lock file could not be understood. */
  | { readonly kind: "busy"; readonly owner?: LockOwner };

/**
 * Takes a lock file, or says who has it. The owner is written before the file gets its name, so that a lock is
 * never seen half made; a lock whose owner has ended is taken over. Rejects with the system's error when the
 * folder cannot be written.
 */
export async function tryLock(path: string): Promise<LockAttempt> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const lock = await createLock(path);
    if (lock !== undefined) return { kind: "held", lock };
    const owner = await readOwner(path);
    if (owner === "gone") continue;
    if (!(await isStale(path, owner)))
      return owner === "unreadable" ? { kind: "busy" } : { kind: "busy", owner };
    await removeStale(path);
  }
  return { kind: "busy" };
}

export interface LockWait {
  readonly signal?: AbortSignal | undefined;
  /** Told once when somebody else has the lock. */
  readonly onBusy?: (owner: LockOwner | undefined) => void;
}

/** Waits for a lock file. Rejects with the signal's reason when it is aborted. */
export async function waitForLock(path: string, wait: LockWait = {}): Promise<FileLock> {
  for (let told = false; ; ) {
    wait.signal?.throwIfAborted();
    const attempt = await tryLock(path);
    if (attempt.kind === "held") return attempt.lock;
    if (!told) wait.onBusy?.(attempt.owner);
    told = true;
    await delay(25);
  }
}

/** Whether a process is known to have ended; false where that cannot be told from here. */
export async function hasEnded(identity: ProcessIdentity): Promise<boolean> {
  const own = await ownIdentity();
  if (identity.boot !== own.boot) return true;
  if (identity.namespace !== own.namespace) return false;
  if (own.startTicks === "") return !answersSignals(identity.pid);
  return (await startTicksOf(identity.pid)) !== identity.startTicks;
}

let own: Promise<ProcessIdentity> | undefined;
export function ownIdentity(): Promise<ProcessIdentity> {
  own ??= readOwnIdentity();
  return own;
}

async function readOwnIdentity(): Promise<ProcessIdentity> {
  return {
    pid: process.pid,
    startTicks: (await startTicksOf(process.pid)) ?? "",
    boot: await readFile("/proc/sys/kernel/random/boot_id", "utf8").then(
      (text) => text.trim(),
      () => "",
    ),
    namespace: await readlink("/proc/self/ns/pid").catch(() => ""),
  };
}

/** Field 22 of /proc/PID/stat (proc(5)); the name in field 2 may hold spaces and brackets. A zombie has ended. */
async function startTicksOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields?.[0] === "Z" ? undefined : fields?.[19];
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== "ESRCH";
  }
}

async function createLock(path: string): Promise<FileLock | undefined> {
  const token = randomBytes(8).toString("hex");
  const owner: LockOwner = { ...(await ownIdentity()), sinceMs: Date.now(), token };
  const temporary = `${path}.${token}`;
  try {
    await writeFile(temporary, JSON.stringify(owner), { flag: "wx" });
    await publish(temporary, path, JSON.stringify(owner));
  } catch (error) {
    if (errorCode(error) === "EEXIST") return undefined;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return { path, release: () => releaseLock(path, token) };
}

/** Some file systems have no hard links; there the name comes first and the owner a moment later. */
async function publish(temporary: string, path: string, content: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (!["EPERM", "ENOTSUP", "ENOSYS", "EMLINK"].includes(errorCode(error) ?? "")) throw error;
    await writeFile(path, content, { flag: "wx" });
  }
}

/** A lock that somebody removed by hand and another process took since is not ours to remove. */
async function releaseLock(path: string, token: string): Promise<void> {
  const owner = await readOwner(path);
  if (typeof owner === "object" && owner.token === token) await rm(path, { force: true });
}

async function readOwner(path: string): Promise<LockOwner | "gone" | "unreadable"> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "gone";
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isOwner(value) ? value : "unreadable";
  } catch {
    return "unreadable";
  }
}

function isOwner(value: unknown): value is LockOwner {
  if (typeof value !== "object" || value === null) return false;
  const { pid, startTicks, boot, namespace, token } = value as Partial<Record<keyof LockOwner, unknown>>;
  return (
    typeof pid === "number" && [startTicks, boot, namespace, token].every((part) => typeof part === "string")
  );
}

/** An empty or torn lock file is what a power cut leaves; one that is being written is younger than a minute. */
async function isStale(path: string, owner: LockOwner | "unreadable"): Promise<boolean> {
  if (owner !== "unreadable") return hasEnded(owner);
  const age = await stat(path).then(
    (status) => Date.now() - status.mtimeMs,
    () => 0,
  );
  return age > 60_000;
}

/**
 * Removes a lock whose owner has ended. Only the holder of a second lock may do that: without it, a slow process
 * could remove the fresh lock of a quicker one that found the same dead owner.
 */
async function removeStale(path: string): Promise<void> {
  const guard = await tryLock(`${path}.stale`);
  if (guard.kind === "busy") {
    await delay(5);
    return;
  }
  try {
    const owner = await readOwner(path);
    if (owner !== "gone" && (await isStale(path, owner))) await rm(path, { force: true });
  } finally {
    await guard.lock.release();
  }
}

/** The living owner of a lock file, without taking it; undefined when it is free. */
export async function lockOwner(path: string): Promise<LockOwner | undefined> {
  const owner = await readOwner(path).catch(() => "gone" as const);
  return typeof owner === "object" && !(await hasEnded(owner)) ? owner : undefined;
}
