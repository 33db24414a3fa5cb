import { readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { runCommand } from "../../base/subprocess.ts";
import type { Subject, Toolchain } from "../../plugin.ts";
import { readConfigFiles } from "./cargo-config.ts";
import { type CargoWorkspace, manifestPath, readWorkspace, withPathDependencies } from "./cargo-workspace.ts";
import { isSingleFile } from "./toolchain.ts";

/** What cargo writes into a package's folder, and what cannot be a source. */
const notSources: ReadonlySet<string> = new Set(["target", ".git", ".perfgap", "node_modules"]);

/**
 * The entries of the program's package and of all that it takes from a path, with the workspace's manifest and lock
 * file, the cargo configuration and the toolchain files. Crates from a registry are named by the lock file.
 */
export async function sources(subject: Subject, toolchain: Toolchain): Promise<readonly string[]> {
  if (isSingleFile(subject)) return singleFileSources(subject.path, toolchain.executable);
  const workspace = await readWorkspace(subject.path);
  const configs = (await readConfigFiles(subject.path)).map((file) => file.path);
  if (!workspace.ok) return [...(await entries(subject.path)), ...configs];
  const packages = await withPathDependencies(workspace.value, roots(workspace.value, subject));
  const folders = new Set([...packages.map((each) => each.directory), subject.path]);
  const { root } = workspace.value;
  const beside = ["Cargo.lock", "rust-toolchain", "rust-toolchain.toml"].map((name) => join(root, name));
  const lists = await Promise.all([...folders].map(entries));
  return [...new Set([...lists.flat(), manifestPath(root), ...(await existing(beside)), ...configs])].sort();
}

function roots(workspace: CargoWorkspace, subject: Subject): CargoWorkspace["packages"] {
  const own = workspace.packages.filter((each) => each.directory === subject.path);
  if (own.length > 0) return own;
  const withProgram = workspace.packages.filter((each) =>
    subject.bin === undefined ? true : each.binaries.includes(subject.bin),
  );
  return withProgram.length > 0 ? withProgram : workspace.packages;
}

/** The files that rustc read, by its own list; where it cannot make one, the file and all .rs files beside it. */
async function singleFileSources(path: string, rustc: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const listed = await runCommand({
    argv: [rustc, "--edition=2021", "--crate-name=program", "--emit=dep-info=-", path],
    workingDirectory: folder,
    timeoutMs: 60_000,
  });
  if (listed.code === 0) return [...new Set([path, ...parseDepInfo(listed.stdout, folder)])].sort();
  const names = await readdir(folder).catch(() => []);
  return [path, ...names.filter((name) => name.endsWith(".rs")).map((name) => join(folder, name))];
}

/** Files of rustc's dep-info: lines "path:" with blanks escaped by a backslash. */
export function parseDepInfo(text: string, folder: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line.endsWith(":"))
    .map((line) => resolve(folder, line.slice(0, -1).replaceAll("\\ ", " ")));
}

async function entries(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !notSources.has(name)).map((name) => join(folder, name));
}

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) => ((await stat(path).catch(() => undefined)) === undefined ? [] : [path])),
  );
  return found.flat();
}
