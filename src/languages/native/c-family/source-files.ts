import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import type { Subject } from "../../../plugin.ts";
import { type Dialect, headerExtensions } from "./dialect.ts";

/** Folders whose sources belong to something else: builds, tests, other people's code. */
const skippedFolder =
  /^([._].*|build|cmake-build-.*|CMakeFiles|out|target|node_modules|tests?|examples?|bench(marks)?)$/;
const deepestFolder = 8;

export interface SourceFile {
  readonly path: string;
  /** Whether it defines `main`. */
  readonly program: boolean;
}

/** The files of a folder that are compiled, sorted by path. */
export async function listSources(folder: string, dialect: Dialect): Promise<readonly SourceFile[]> {
  const extensions = [...dialect.sourceExtensions, ...Object.keys(dialect.guestExtensions)];
  const paths = await listFiles(folder, extensions);
  return Promise.all(
    paths.map(async (path) => ({ path, program: definesMain(await readFile(path, "utf8").catch(() => "")) })),
  );
}

/** The folder itself, or the one that the file is in. */
export async function subjectFolder({ path }: Subject): Promise<string> {
  return (await stat(path)).isDirectory() ? path : dirname(path);
}

/** What a subject is compiled from: the file itself, or the folder's sources with one of its programs. */
export async function subjectSources(subject: Subject, dialect: Dialect): Promise<readonly string[]> {
  const status = await stat(subject.path);
  if (!status.isDirectory()) return [subject.path];
  const files = await listSources(subject.path, dialect);
  const programs = files.filter(({ program }) => program);
  const chosen = programs.length > 1 ? programs.find(({ path }) => isNamed(path, subject)) : programs[0];
  return files.filter((file) => !file.program || file === chosen).map(({ path }) => path);
}

function isNamed(path: string, { path: folder, bin }: Subject): boolean {
  return bin !== undefined && programNames(folder, path).includes(bin);
}

/** How a program of a folder may be called after `#`: by its path in the folder, by its name, with or without extension. */
export function programNames(folder: string, path: string): readonly string[] {
  const inside = relative(folder, path);
  const stem = (name: string): string => name.slice(0, name.length - extname(name).length);
  return [inside, stem(inside), basename(path), stem(basename(path))];
}

/** Whether the text defines a function `main`; comments and strings are not looked into. */
export function definesMain(text: string): boolean {
  const code = text.replace(/\/\/[^\n]*|\/\*.*?(\*\/|$)|"(\\.|[^"\\\n])*"/gs, " ");
  return /(^|[\s*])main\s*\([^(){};]*(\([^(){};]*\)[^(){};]*)*\)\s*(noexcept\s*)?(->\s*int\s*)?\{/.test(code);
}

/** Sources, every header of the folder, and what they include by name from elsewhere. */
export async function decisiveFiles(
  subject: Subject,
  dialect: Dialect,
  includeFolders: readonly string[],
): Promise<readonly string[]> {
  const sources = await subjectSources(subject, dialect);
  const status = await stat(subject.path);
  const headers = status.isDirectory() ? await listFiles(subject.path, headerExtensions) : [];
  const base = await subjectFolder(subject);
  const seen = new Set([...sources, ...headers]);
  // A Set yields what is added while it is walked, so includes of includes are followed too.
  for (const path of seen) {
    const text = await readFile(path, "utf8").catch(() => "");
    for (const name of quotedIncludes(text)) {
      for (const folder of [dirname(path), ...includeFolders]) {
        const candidate = resolve(base, folder, name);
        const found = await stat(candidate).catch(() => undefined);
        if (found?.isFile() === true) seen.add(candidate);
      }
    }
  }
  return [...seen].sort();
}

export function quotedIncludes(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]/gm)].map((match) => match[1] ?? "");
}

async function listFiles(
  folder: string,
  extensions: readonly string[],
  depth = 0,
): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory() && extensions.includes(extname(entry.name)));
  const folders =
    depth >= deepestFolder
      ? []
      : entries.filter((entry) => entry.isDirectory() && !skippedFolder.test(entry.name));
  const below = await Promise.all(
    folders.map(({ name }) => listFiles(join(folder, name), extensions, depth + 1)),
  );
  return [...files.map(({ name }) => join(folder, name)), ...below.flat()].sort();
}
