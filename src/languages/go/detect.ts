import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { shellQuote } from "../../base/subprocess.ts";
import type { Detection, Subject } from "../../plugin.ts";
import { packageClause } from "./package-clause.ts";
import { workspaceModules } from "./workspace.ts";

/** Folders that Go's own tools leave out of "./...". */
const skippedFolder = /^[._]|^(testdata|vendor|node_modules)$/;
/** Main packages lie near the top; a deeper tree is data, or a loop of links. */
const deepestFolder = 8;

/** A module's folder, a folder in it with a main package below, the folder of a go.work, or one file. */
export async function detect(path: string, bin: string | undefined, asked: boolean): Promise<Detection> {
  const absolute = resolve(path);
  const status = await stat(absolute).catch(() => undefined);
  if (status === undefined)
    return asked ? problem(`${path} does not exist`, "check the path") : { kind: "no" };
  if (status.isFile()) return detectFile(absolute, bin, asked);
  return status.isDirectory() ? detectFolder(absolute, bin, asked) : { kind: "no" };
}

async function detectFile(path: string, bin: string | undefined, asked: boolean): Promise<Detection> {
  if (!path.endsWith(".go")) {
    return asked
      ? problem(`${path} is not a Go file`, "name a .go file or the folder of a module")
      : { kind: "no" };
  }
  const name = packageClause(await readFile(path, "utf8"));
  if (name === "main") return yes(path, bin);
  return problem(
    `${path} is ${name === undefined ? "not a complete Go file" : `of package ${name}`}, so it is not a program`,
    "name a file of package main, or the folder of a module",
  );
}

async function detectFolder(folder: string, bin: string | undefined, asked: boolean): Promise<Detection> {
  const [root, own, modules] = await Promise.all([
    findModuleRoot(folder),
    isMainFolder(folder),
    workspaceModules(folder),
  ]);
  if (root === undefined && modules === undefined) return outsideModules(folder, own, asked);
  if (own && bin === undefined) return yes(folder, bin);
  const programs = await findPrograms(root === undefined ? [] : [folder], modules);
  if (bin !== undefined) return pickProgram(folder, programs, bin);
  const [only] = programs;
  if (only !== undefined && programs.length === 1) return yes(only, bin);
  if (only !== undefined) return severalPrograms(folder, programs);
  if (!asked && root !== folder && modules === undefined) return { kind: "no" };
  return problem(
    `the Go ${modules === undefined ? "module" : "workspace"} in ${folder} has no package main, so it builds no program`,
    "name a folder that holds one",
  );
}

async function outsideModules(folder: string, own: boolean, asked: boolean): Promise<Detection> {
  if (own || (asked && (await findMainFolders(folder)).length > 0)) return noModule(folder);
  return asked
    ? problem(`${folder} holds no Go program`, "name the folder of a module, or a .go file")
    : { kind: "no" };
}

/** Main packages of a module's folder and of the modules of a workspace. */
async function findPrograms(
  own: readonly string[],
  modules: readonly string[] | undefined,
): Promise<readonly string[]> {
  const found = await Promise.all([...own, ...(modules ?? [])].map((each) => findMainFolders(each)));
  return [...new Set(found.flat())].sort();
}

function pickProgram(folder: string, programs: readonly string[], bin: string): Detection {
  const matches = programs.filter((each) => relative(folder, each) === bin || basename(each) === bin);
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return yes(only, bin);
  return problem(
    `${folder} has ${matches.length === 0 ? "no" : "more than one"} program named ${bin}`,
    `it has: ${programNames(folder, programs).join(", ")}`,
  );
}

function severalPrograms(folder: string, programs: readonly string[]): Detection {
  const names = programNames(folder, programs);
  return problem(
    `${folder} holds ${programs.length} programs: ${names.join(", ")}`,
    `name one, e.g. ${shellQuote(`go:${folder}#${names[0] ?? ""}`)}`,
  );
}

function programNames(folder: string, programs: readonly string[]): readonly string[] {
  return programs.map((each) => relative(folder, each) || ".");
}

function noModule(folder: string): Detection {
  return problem(
    `${folder} has Go files but no go.mod, so it is not a module`,
    `cd ${shellQuote(folder)} && go mod init program && go mod tidy`,
  );
}

/** The nearest folder upwards that has a go.mod. */
export async function findModuleRoot(folder: string): Promise<string | undefined> {
  for (let current = folder; ; current = dirname(current)) {
    const status = await stat(join(current, "go.mod")).catch(() => undefined);
    if (status?.isFile() === true) return current;
    if (dirname(current) === current) return undefined;
  }
}

/** Folders with a main package, the folder itself included, of this module only. */
async function findMainFolders(folder: string, depth = 0): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (depth > 0 && entries.some((entry) => entry.name === "go.mod")) return [];
  const below =
    depth >= deepestFolder
      ? []
      : entries.filter((each) => each.isDirectory() && !skippedFolder.test(each.name));
  const found = await Promise.all(below.map((each) => findMainFolders(join(folder, each.name), depth + 1)));
  return [...((await isMainFolder(folder)) ? [folder] : []), ...found.flat()].sort();
}

async function isMainFolder(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const { name } of entries) {
    if (!name.endsWith(".go") || name.endsWith("_test.go") || /^[._]/.test(name)) continue;
    const text = await readFile(join(folder, name), "utf8").catch(() => "");
    if (packageClause(text) === "main") return true;
  }
  return false;
}

function yes(path: string, bin: string | undefined): Detection {
  const subject: Subject = { id: "go", language: "go", path, ...(bin === undefined ? {} : { bin }) };
  return { kind: "yes", subject };
}

function problem(message: string, help: string): Detection {
  return { kind: "problem", message, help };
}
