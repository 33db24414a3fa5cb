import { readFile } from "node:fs/promises";

/** A small text file, or undefined when it is not there or may not be read. */
export function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
