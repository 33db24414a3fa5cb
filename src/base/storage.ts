import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Failure } from "./failure.ts";

/** The system's own code of an error ("ENOSPC"), if it has one. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** A Failure for what the file system refused; errors of any other kind are given back as they are. */
export function storageFailure(error: unknown, what: string, path: string): unknown {
  const code = errorCode(error);
  const known = code === undefined ? undefined : refusals[code];
  if (known === undefined) return error;
  return new Failure({
    code: known.code,
    exit: "toolchainOrHost",
    message: `${what} cannot be written: ${known.why} (${path}).`,
    help: known.help,
  });
}

const full = {
  code: "disk-full",
  why: "the disk is full",
  help: "free some space, or set PERFGAP_CACHE to a folder on another disk; what was measured before is kept",
};
const quota = { ...full, why: "the disk quota is used up" };
const forbidden = {
  code: "not-writable",
  why: "this user may not write there",
  help: "change the owner of the folder, or work from a folder that you may write to",
};
const readOnly = { ...forbidden, why: "the file system is read-only" };
const misplaced = {
  code: "not-writable",
  why: "a part of the path is not a folder",
  help: "check the path, or set PERFGAP_CACHE to a folder that you may write to",
};
const broken = {
  code: "disk-error",
  why: "the disk reports an error",
  help: "look at the kernel's log (dmesg) and use another disk",
};

const refusals: Readonly<Record<string, { code: string; why: string; help: string }>> = {
  ENOSPC: full,
  EDQUOT: quota,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: readOnly,
  ENOTDIR: misplaced,
  EIO: broken,
};

/** Runs an action on files and turns what the file system refuses into a Failure. */
export async function storing<T>(what: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw storageFailure(error, what, path);
  }
}

/**
 * Replaces a file's content in one step: a reader, or a crash at any instant, sees the old content or the new,
 * never a part. The bytes are on disk when this resolves. Rejects with the system's error.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const handle = await open(temporary, "wx", 0o644);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Makes a new or renamed name in a folder durable; file systems that cannot do that are left alone. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EBADF", "EPERM"].includes(errorCode(error) ?? "")) throw error;
  } finally {
    await handle.close();
  }
}
