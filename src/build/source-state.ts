import { createHash } from "node:crypto";
import { createReadStream, type Dirent, type Stats } from "node:fs";
import { lstat, readdir, readlink, realpath, stat } from "node:fs/promises";
import { bytesOfText, textOfBytes } from "../base/raw-bytes.ts";
import { errorCode } from "../base/storage.ts";

/** What the sources of a subject are at one moment. */
export interface SourceState {
  /** Hex; equal for equal content under equal paths. */
  readonly digest: string;
  /** One entry a file: its path for people, and a stamp that changes whenever the file may have changed. */
  readonly stamps: ReadonlyMap<string, string>;
  /** Paths that could not be read, for people. */
  readonly unreadable: readonly string[];
}

/** Folders that builds, version control and perfgap itself write: never sources. */
const skippedFolders: ReadonlySet<string> = new Set([".git", ".hg", ".svn", "node_modules", ".perfgap"]);
/** Larger files (data beside the sources) count by size and times, not by content. */
const hashedUpToBytes = 64 * 1024 * 1024;

interface Walk {
  readonly onFile: (path: Buffer, status: Stats) => Promise<void>;
  readonly onOther: (path: Buffer, what: string) => void;
  readonly folders: Set<string>;
}

/**
 * Reads every source: content of files (through symbolic links, each folder once), targets of links, names as
 * bytes. Pipes, sockets and devices are never opened. Missing and unreadable paths become part of the digest.
 */
export async function readSourceState(roots: readonly string[]): Promise<SourceState> {
  const hash = createHash("sha256");
  const stamps = new Map<string, string>();
  const unreadable: string[] = [];
  const add = (path: Buffer, what: string) => {
    if (what === "unreadable") unreadable.push(textOfBytes(path));
    hash.update(`${path.length}:`);
    hash.update(path);
    hash.update(`${what}\n`);
  };
  await walk(roots, {
    onFile: async (path, status) => {
      stamps.set(textOfBytes(path), stamp(status));
      add(path, await contentOf(path, status));
    },
    onOther: (path, what) => {
      stamps.set(textOfBytes(path), what);
      add(path, what);
    },
    folders: new Set(),
  });
  return { digest: hash.digest("hex"), stamps, unreadable };
}

/** Paths whose stamps differ from what they were, sorted; cheap, for it reads no content. */
export async function changedSince(state: SourceState, roots: readonly string[]): Promise<readonly string[]> {
  const now = new Map<string, string>();
  await walk(roots, {
    onFile: (path, status) => {
      now.set(textOfBytes(path), stamp(status));
      return Promise.resolve();
    },
    onOther: (path, what) => now.set(textOfBytes(path), what),
    folders: new Set(),
  });
  const names = new Set([...state.stamps.keys(), ...now.keys()]);
  return [...names].filter((name) => state.stamps.get(name) !== now.get(name)).sort();
}

async function walk(roots: readonly string[], visitor: Walk): Promise<void> {
  for (const root of [...new Set(roots)].sort()) await visit(bytesOfText(root), visitor);
}

async function visit(path: Buffer, visitor: Walk): Promise<void> {
  let status: Stats;
  try {
    status = await lstat(path);
    if (status.isSymbolicLink()) {
      visitor.onOther(path, `link ${(await readlink(path, { encoding: "buffer" })).toString("hex")}`);
      status = await stat(path);
    }
  } catch (error) {
    visitor.onOther(path, errorCode(error) === "EACCES" ? "unreadable" : "missing");
    return;
  }
  if (status.isDirectory()) await visitFolder(path, visitor);
  else if (status.isFile()) await visitor.onFile(path, status);
  else visitor.onOther(path, "special file");
}

async function visitFolder(path: Buffer, visitor: Walk): Promise<void> {
  let entries: readonly Dirent<Buffer>[];
  try {
    const real = (await realpath(path, { encoding: "buffer" })).toString("hex");
    if (visitor.folders.has(real)) return;
    visitor.folders.add(real);
    entries = await readdir(path, { encoding: "buffer", withFileTypes: true });
  } catch {
    visitor.onOther(path, "unreadable");
    return;
  }
  const names = entries.map((entry) => entry.name).sort((left, right) => Buffer.compare(left, right));
  const known = new Set(names.map(String));
  for (const name of names) {
    if (skippedFolders.has(name.toString())) continue;
    const child = Buffer.concat([path, Buffer.from("/"), name]);
    if (name.toString() === "target" && (await isBuildOutput(child, known))) continue;
    await visit(child, visitor);
  }
}

/** `target` is cargo's beside a Cargo.toml or with a cache tag inside; elsewhere it is a name like any other. */
async function isBuildOutput(path: Buffer, siblings: ReadonlySet<string>): Promise<boolean> {
  if (siblings.has("Cargo.toml")) return true;
  return stat(Buffer.concat([path, Buffer.from("/CACHEDIR.TAG")])).then(
    () => true,
    () => false,
  );
}

function stamp(status: Stats): string {
  return [status.dev, status.ino, status.size, status.mtimeMs, status.ctimeMs].join(" ");
}

async function contentOf(path: Buffer, status: Stats): Promise<string> {
  if (status.size > hashedUpToBytes) return `large ${stamp(status)}`;
  const content = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) content.update(chunk as Buffer);
  } catch {
    return "unreadable";
  }
  return content.digest("hex");
}
