import { readdir, stat } from "node:fs/promises";
import { extname, relative, resolve } from "node:path";
import { shellQuote } from "../../../base/subprocess.ts";
import type { Detection } from "../../../plugin.ts";
import type { Dialect } from "./dialect.ts";
import { listSources, programNames } from "./source-files.ts";

/** Files that make a folder another language's, which may well hold C beside. */
const foreignProjects = ["go.mod", "Cargo.toml", "package.json"];

/** A source file, or a folder whose sources make one program. */
export function createDetect(dialect: Dialect) {
  return async (path: string, bin: string | undefined, asked: boolean): Promise<Detection> => {
    const absolute = resolve(path);
    const status = await stat(absolute).catch(() => undefined);
    if (status === undefined)
      return asked ? problem(`${path} does not exist`, "check the path") : { kind: "no" };
    if (status.isDirectory()) return detectFolder(dialect, absolute, { bin, asked });
    if (dialect.sourceExtensions.includes(extname(absolute))) return yes(dialect, absolute, bin);
    return asked
      ? problem(
          `${path} is not a ${dialect.title} file (${dialect.sourceExtensions.join(", ")})`,
          "name a source file or a folder with sources",
        )
      : { kind: "no" };
  };
}

async function detectFolder(
  dialect: Dialect,
  folder: string,
  { bin, asked }: { readonly bin: string | undefined; readonly asked: boolean },
): Promise<Detection> {
  const names = new Set(await readdir(folder).catch(() => []));
  const rivals = [...names].some((name) => dialect.rivalExtensions.includes(extname(name)));
  if (!asked && (rivals || foreignProjects.some((name) => names.has(name)))) return { kind: "no" };
  const sources = await listSources(folder, dialect);
  const own = sources.filter(({ path }) => dialect.sourceExtensions.includes(extname(path)));
  if (own.length === 0) {
    return asked
      ? problem(`${folder} holds no ${dialect.title} source`, "name a source file or a folder with sources")
      : { kind: "no" };
  }
  const programs = sources.filter(({ program }) => program).map(({ path }) => path);
  if (bin !== undefined && !programs.some((path) => programNames(folder, path).includes(bin))) {
    return problem(`${folder} has no program named ${bin}`, `it has: ${list(folder, programs)}`);
  }
  if (programs.length > 1 && bin === undefined) {
    const first = relative(folder, programs[0] ?? "");
    return problem(
      `${folder} holds ${programs.length} programs: ${list(folder, programs)}`,
      `name one, e.g. ${shellQuote(`${dialect.id}:${folder}#${first}`)}`,
    );
  }
  return yes(dialect, folder, bin);
}

function list(folder: string, paths: readonly string[]): string {
  return paths.length === 0 ? "none" : paths.map((path) => relative(folder, path)).join(", ");
}

function yes(dialect: Dialect, path: string, bin: string | undefined): Detection {
  return {
    kind: "yes",
    subject: { id: dialect.id, language: dialect.id, path, ...(bin === undefined ? {} : { bin }) },
  };
}

function problem(message: string, help: string): Detection {
  return { kind: "problem", message, help };
}
