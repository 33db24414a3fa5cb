import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { runCommand } from "../../base/subprocess.ts";
import type { Subject, Toolchain } from "../../plugin.ts";
import { findModuleRoot } from "./detect.ts";
import { sortFlags } from "./flags.ts";
import { subjectFolder } from "./toolchain.ts";

const fields = [
  "Dir",
  "Standard",
  "Module",
  "GoFiles",
  "CgoFiles",
  "CFiles",
  "CXXFiles",
  "HFiles",
  "SFiles",
  "SysoFiles",
  "EmbedFiles",
] as const;
const fileLists = fields.slice(3);

interface ListedPackage {
  readonly directory: string;
  readonly goMod?: string;
  readonly files: readonly string[];
}

/**
 * Every file of every package that the program is made of, but those of the standard library (the toolchain's) and of
 * the module cache (go.sum says what they are), and every file that says which modules those are. Where the go command
 * cannot list them, the whole module.
 */
export async function sources(subject: Subject, toolchain: Toolchain): Promise<readonly string[]> {
  const folder = (await subjectFolder(subject)) ?? dirname(subject.path);
  const root = await findModuleRoot(folder);
  const own = sortFlags(subject.flags ?? []);
  const target = folder === subject.path ? "." : `./${basename(subject.path)}`;
  const listed = await runCommand({
    argv: [toolchain.executable, "list", "-deps", ...own.build, `-json=${fields.join(",")}`, target],
    workingDirectory: folder,
    timeoutMs: 300_000,
  });
  const packages = listed.code === 0 ? parsePackages(listed.stdout) : [];
  if (packages.length === 0) return [subject.path, ...(root === undefined ? [] : [root])];
  const cache = toolchain.properties["GOMODCACHE"];
  const local = packages.filter((each) => cache === undefined || !each.directory.startsWith(`${cache}/`));
  const modFiles = new Set(local.flatMap((each) => each.goMod ?? []));
  if (root !== undefined) modFiles.add(join(root, "go.mod"));
  const lists = await existing([
    ...[...modFiles].flatMap((mod) => [
      mod,
      mod.replace(/mod$/, "sum"),
      join(dirname(mod), "vendor", "modules.txt"),
    ]),
    ...(await workspaceFiles(toolchain, folder)),
  ]);
  return [...new Set([...local.flatMap(({ files }) => files), ...lists])].sort();
}

async function workspaceFiles(toolchain: Toolchain, folder: string): Promise<readonly string[]> {
  const result = await runCommand({
    argv: [toolchain.executable, "env", "GOWORK"],
    workingDirectory: folder,
    timeoutMs: 60_000,
  });
  const path = result.stdout.replace(/\n$/, "");
  return path === "" || path === "off" ? [] : [path, `${path}.sum`];
}

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) => ((await stat(path).catch(() => undefined)) === undefined ? [] : [path])),
  );
  return found.flat();
}

/** Packages of `go list -json`: objects one after another. Those of the standard library are left out. */
export function parsePackages(text: string): readonly ListedPackage[] {
  return text.split(/^(?=\{)/m).flatMap((chunk) => {
    let value: unknown;
    try {
      value = JSON.parse(chunk);
    } catch {
      return [];
    }
    return listedPackage(value) ?? [];
  });
}

function listedPackage(value: unknown): ListedPackage | undefined {
  if (!isRecord(value) || value["Standard"] === true) return undefined;
  const { Dir: directory, Module: module } = value;
  if (typeof directory !== "string") return undefined;
  const names = fileLists.flatMap((list) => {
    const files = value[list];
    return Array.isArray(files) ? files.filter((file): file is string => typeof file === "string") : [];
  });
  const goMod = isRecord(module) && typeof module["GoMod"] === "string" ? module["GoMod"] : undefined;
  return {
    directory,
    ...(goMod === undefined ? {} : { goMod }),
    files: names.map((name) => (name.startsWith("/") ? name : join(directory, name))),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
