import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../base/failure.ts";
import { type FileLock, tryLock } from "../base/file-lock.ts";
import { storing } from "../base/storage.ts";

/**
 * Lets one measurement at a time run on this host (for this user: the lock lives in the cache folder). Rejects
 * with a Failure that names the other process.
 */
export function lockHost(cacheDirectory: string): Promise<FileLock> {
  return storing("The host lock", cacheDirectory, async () => {
    await mkdir(cacheDirectory, { recursive: true });
    const path = join(cacheDirectory, "measuring.lock");
    const attempt = await tryLock(path);
    if (attempt.kind === "held") return attempt.lock;
    const { owner } = attempt;
    throw new Failure({
      code: "host-busy",
      exit: "toolchainOrHost",
      message: `Another measurement is running on this host${owner === undefined ? "" : ` (pid ${owner.pid})`}: two at once would measure each other.`,
      help:
        owner === undefined
          ? `wait for it to end; if no perfgap is running, remove ${path}`
          : `wait for it to end, or stop it: kill -INT ${owner.pid}`,
    });
  });
}
