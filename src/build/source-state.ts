import { createHash } from "node:crypto";
import { createReadStream, type Dirent, type Stats } from "node:fs";
import { lstat, readdir, readlink, realpath, stat } from "node:fs/promises";
import { extname } from "node:path";
import { hashParts } from "../base/hash.ts";
import { bytesOfText, textOfBytes } from "../base/raw-bytes.ts";
import { errorCode } from "../base/storage.ts";

/** What the sources of a subject are at one moment. */
export interface SourceState {
  /** Hex; equal for equal content under equal paths. */
  readonly digest: string;
  /** By path. */
  readonly files: ReadonlyMap<string, SourceFile>;
}

interface SourceFile {
  /** Changes whenever the file may have changed. */
  readonly stamp: string;
  /** Hash of the content; what it is for links, missing, unreadable and special files. */
  readonly content: string;
}

/** Folders that builds, version control and perfgap itself write: never sources. */
const skippedFolders: ReadonlySet<string> = new Set([".git", ".hg", ".svn", "node_modules", ".perfgap"]);
/** Larger files (data beside the sources) count by size and times, not by content. */
const hashedUpToBytes = 64 * 1024 * 1024;

/** What editors and desktops leave beside files while people work. */
const passingFiles = /^(\.#.*|#.*#|.*~|.*\.sw[a-p]|4913|\.DS_Store)$/;

/** Keeps a link apart from the file that it leads to, which has the same path. */
const linkMark = Buffer.from(" (link)");

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
  const files = new Map<string, SourceFile>();
  const add = (path: Buffer, file: SourceFile) => {
    files.set(textOfBytes(path), file);
    hash.update(`${path.length}:`);
    hash.update(path);
    hash.update(`${file.content}\n`);
  };
  await walk(roots, {
    onFile: async (path, status) =>
      add(path, { stamp: stamp(status), content: await contentOf(path, status) }),
    onOther: (path, what) => add(path, { stamp: what, content: what }),
    folders: new Set(),
  });
  return { digest: hash.digest("hex"), files };
}

/**
 * Hex digest that does not depend on where the sources are: equal for a folder and its copy. Paths count from the root
 * that they were found under; what is missing counts for nothing, since a copy looks in other places.
 */
export function contentDigest({ files }: SourceState, roots: readonly string[]): string {
  const nearestFirst = [...roots].sort((left, right) => right.length - left.length);
  const relative = (path: string) => {
    const root = nearestFirst.find((each) => path === each || path.startsWith(`${each}/`));
    return root === undefined ? path : path.slice(root.length);
  };
  const parts = [...files]
    .filter(([, { content }]) => content !== "missing")
    .map(([path, { content }]) => `${relative(path)}:${content}`)
    .sort();
  return hashParts(parts);
}

/** Paths of sources that exist and cannot be read. */
export function unreadableSources({ files }: SourceState): readonly string[] {
  return [...files].filter(([, { content }]) => content === "unreadable").map(([path]) => path);
}

/**
 * Paths whose content is not what it was, sorted. Only what has another stamp is read. A new file counts when its
 * name ends as a known source's does: programs may write their results beside their sources.
 */
export async function changedSince(state: SourceState, roots: readonly string[]): Promise<readonly string[]> {
  const gone = new Set(state.files.keys());
  const endings = new Set([...gone].map(extname));
  const changed = new Set<string>();
  const note = (path: Buffer, file: SourceFile) => {
    const name = textOfBytes(path);
    gone.delete(name);
    const before = state.files.get(name);
    if (before === undefined ? endings.has(extname(name)) : before.content !== file.content)
      changed.add(name);
  };
  await walk(roots, {
    onFile: async (path, status) => {
      const now = stamp(status);
      const before = state.files.get(textOfBytes(path));
      const content = before?.stamp === now ? before.content : await contentOf(path, status);
      note(path, { stamp: now, content });
    },
    onOther: (path, what) => note(path, { stamp: what, content: what }),
    folders: new Set(),
  });
  return [...changed, ...gone].sort();
}

async function walk(roots: readonly string[], visitor: Walk): Promise<void> {
  for (const root of [...new Set(roots)].sort()) await visit(bytesOfText(root), visitor);
}

async function visit(path: Buffer, visitor: Walk): Promise<void> {
  let status: Stats;
  try {
    status = await lstat(path);
    if (status.isSymbolicLink()) {
      const target = await readlink(path, { encoding: "buffer" });
      visitor.onOther(Buffer.concat([path, linkMark]), `to ${target.toString("hex")}`);
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
    if (skippedFolders.has(name.toString()) || passingFiles.test(name.toString())) continue;
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
