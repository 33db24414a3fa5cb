import { realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { readPlainFile } from "../base/read-plain-file.ts";

const mostBytes = 64 * 1024 * 1024;

/** A file of a run folder as bytes; undefined when it is not there, is no plain file, is huge, or leads out of the folder. */
export async function readRunFile(directory: string, name: string): Promise<Buffer | undefined> {
  try {
    const path = await realpath(join(directory, name));
    return path.startsWith((await realpath(directory)) + sep)
      ? await readPlainFile(path, mostBytes)
      : undefined;
  } catch {
    return undefined;
  }
}
