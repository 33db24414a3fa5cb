import { constants } from "node:fs";
import { open } from "node:fs/promises";

/**
 * A file's bytes; undefined when it is no plain file or larger than `mostBytes`: folders come from other people too,
 * and a pipe or a device in the place of a document must not block for ever. Rejects with the system's error.
 */
export async function readPlainFile(
  path: string,
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<Buffer | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const about = await file.stat();
    return about.isFile() && about.size <= mostBytes ? await file.readFile() : undefined;
  } finally {
    await file.close();
  }
}
