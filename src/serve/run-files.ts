import { open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";

const mostBytes = 64 * 1024 * 1024;

/** A file of a run folder as bytes; undefined when it is not there, is no plain file, is huge, or leads out of the folder. */
export async function readRunFile(directory: string, name: string): Promise<Buffer | undefined> {
  try {
    const path = await realpath(join(directory, name));
    if (!path.startsWith((await realpath(directory)) + sep)) return undefined;
    const file = await open(path, "r");
    try {
      const about = await file.stat();
      return about.isFile() && about.size <= mostBytes ? await file.readFile() : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
