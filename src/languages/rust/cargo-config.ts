import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse } from "smol-toml";
import { cfgHolds } from "./cfg.ts";
import { field, text, texts } from "./json.ts";

type Table = Readonly<Record<string, unknown>>;

export interface ConfigFile {
  readonly path: string;
  readonly table: Table;
}

/** Every cargo configuration that holds in a folder, nearest first. Files that are not TOML are left to cargo to report. */
export async function readConfigFiles(directory: string): Promise<readonly ConfigFile[]> {
  const candidates: string[][] = [];
  for (let folder = directory; ; folder = dirname(folder)) {
    candidates.push([join(folder, ".cargo", "config"), join(folder, ".cargo", "config.toml")]);
    if (dirname(folder) === folder) break;
  }
  const home = process.env["CARGO_HOME"] ?? join(homedir(), ".cargo");
  candidates.push([join(home, "config"), join(home, "config.toml")]);
  const found: ConfigFile[] = [];
  for (const names of candidates) {
    for (const path of names) {
      const table = await readToml(path);
      if (table === undefined || found.some((file) => file.path === path)) continue;
      found.push({ path, table });
      break;
    }
  }
  return found;
}

export async function readToml(path: string): Promise<Table | undefined> {
  try {
    return parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** The target that the configuration asks for, before anything that depends on the target can be read. */
export function configuredTarget(
  files: readonly ConfigFile[],
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const set = environment["CARGO_BUILD_TARGET"];
  if (set !== undefined && set !== "") return set;
  for (const { table } of files) {
    const target = field(field(table, "build"), "target");
    const first = text(target) ?? texts(target)[0];
    if (first !== undefined) return first;
  }
  return undefined;
}

/**
 * Flags and linker as cargo would choose them (cargo book, "Configuration", build.rustflags): the first source that
 * is set wins, and within the target tables the parts of all files are joined, the nearest last.
 */
export function userFlags(
  files: readonly ConfigFile[],
  target: { readonly triple: string; readonly cfg: ReadonlySet<string> },
  environment: Readonly<Record<string, string | undefined>>,
): { readonly rustflags: readonly string[]; readonly linker?: string } {
  const upper = target.triple.toUpperCase().replaceAll(/[-.]/g, "_");
  const linker =
    environment[`CARGO_TARGET_${upper}_LINKER`] ??
    files.flatMap((file) => targetTables(file, target).flatMap((table) => linkerOf(file, table)))[0];
  const chosen = { ...(linker === undefined || linker === "" ? {} : { linker }) };
  const encoded = environment["CARGO_ENCODED_RUSTFLAGS"];
  if (encoded !== undefined) return { ...chosen, rustflags: encoded === "" ? [] : encoded.split("\x1f") };
  const plain = environment["RUSTFLAGS"];
  if (plain !== undefined) return { ...chosen, rustflags: words(plain) };
  const farthestFirst = [...files].reverse();
  const ofTarget = [
    ...farthestFirst
      .flatMap((file) => targetTables(file, target))
      .flatMap((table) => flags(table["rustflags"])),
    ...words(environment[`CARGO_TARGET_${upper}_RUSTFLAGS`] ?? ""),
  ];
  if (ofTarget.length > 0) return { ...chosen, rustflags: ofTarget };
  const ofBuild = farthestFirst.flatMap((file) => flags(field(field(file.table, "build"), "rustflags")));
  return { ...chosen, rustflags: [...ofBuild, ...words(environment["CARGO_BUILD_RUSTFLAGS"] ?? "")] };
}

/** A linker with a slash is meant from the folder that holds `.cargo`; one without is looked up on PATH. */
function linkerOf(file: ConfigFile, table: Table): readonly string[] {
  const linker = text(table["linker"]);
  if (linker === undefined) return [];
  return [linker.includes("/") ? resolve(dirname(dirname(file.path)), linker) : linker];
}

function targetTables(
  file: ConfigFile,
  target: { readonly triple: string; readonly cfg: ReadonlySet<string> },
): readonly Table[] {
  const tables = field(file.table, "target");
  if (typeof tables !== "object" || tables === null) return [];
  return Object.entries(tables as Table)
    .filter(([key]) => key === target.triple || (key.startsWith("cfg(") && cfgHolds(key, target.cfg)))
    .flatMap(([, table]) => (typeof table === "object" && table !== null ? [table as Table] : []));
}

function flags(value: unknown): readonly string[] {
  const single = text(value);
  return single === undefined ? texts(value) : words(single);
}

function words(value: string): readonly string[] {
  return value.split(" ").filter((word) => word !== "");
}
