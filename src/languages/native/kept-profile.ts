import { cp, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hashFile, hashParts } from "../../base/hash.ts";
import { err, ok, type Result } from "../../base/result.ts";

/**
 * A copy of a profile whose name follows from its content: what is built with it is known by the name, so another
 * profile must have another. `path` is a file or a folder of files; gives the copy's path.
 */
export async function keepProfile(path: string, directory: string, extension = ""): Promise<string> {
  const content = (await stat(path)).isDirectory() ? await hashFolder(path) : await hashFile(path);
  const kept = join(directory, `profile-${content.slice(0, 32)}${extension}`);
  if ((await stat(kept).catch(() => undefined)) !== undefined) return kept;
  const unfinished = `${kept}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(dirname(kept), { recursive: true });
  await cp(path, unfinished, { recursive: true });
  await rename(unfinished, kept);
  return kept;
}

async function hashFolder(folder: string): Promise<string> {
  const files = await filesBelow(folder);
  const hashes = await Promise.all(files.map((file) => hashFile(join(folder, file))));
  return hashParts(files.flatMap((file, index) => [file, hashes[index] ?? ""]));
}

/** Paths of all files below a folder, relative to it, sorted; empty where it is not there. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** An empty folder that an instrumented program writes into; its path goes into the program. */
export async function emptyFolder(path: string): Promise<Result<string, string>> {
  // The compilers' runtimes read % as the start of a pattern.
  if (/%/.test(path)) return err(`the folder for profiles, ${path}, has a % in its name`);
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
  return ok(path);
}
