import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Subject, Toolchain } from "../../../plugin.ts";
import type { Dialect } from "./dialect.ts";
import { createFindToolchain, namedCompiler } from "./toolchain.ts";

/** Compilers on PATH that are not the subject's own, each once; another family before another version, newest first. */
export async function otherCompilers(
  dialect: Dialect,
  subject: Subject,
  own: Toolchain,
): Promise<readonly Toolchain[]> {
  // make and scripts choose their compiler themselves.
  if (subject.compileCommand !== undefined && namedCompiler(subject.compileCommand) === undefined) return [];
  const find = createFindToolchain(dialect);
  const found = new Map<string, Toolchain>();
  for (const name of await compilerNames(dialect)) {
    const search = await find({ ...subject, compiler: name });
    if (search.kind !== "found" || identity(search.toolchain) === identity(own)) continue;
    found.set(identity(search.toolchain), {
      ...search.toolchain,
      properties: { ...search.toolchain.properties, inPlaceOfOwn: "yes" },
    });
  }
  const family = own.properties["family"];
  const collator = new Intl.Collator("en", { numeric: true });
  return [...found.values()].sort(
    (left, right) =>
      Number(left.properties["family"] === family) - Number(right.properties["family"] === family) ||
      collator.compare(right.version, left.version),
  );
}

function identity({ properties, version }: Toolchain): string {
  return `${properties["family"] ?? ""} ${version} ${properties["machine"] ?? ""}`;
}

async function compilerNames(dialect: Dialect): Promise<readonly string[]> {
  const pattern = dialect.id === "c" ? /^(gcc|clang)(-\d+)?$/ : /^(g\+\+|clang\+\+)(-\d+)?$/;
  const names = new Set<string>();
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    for (const name of await readdir(folder).catch(() => []))
      if (pattern.test(name)) names.add(join(folder, name));
  }
  return [...names];
}
