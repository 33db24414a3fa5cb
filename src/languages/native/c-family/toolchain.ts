import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "../../../base/find-executable.ts";
import { hashParts } from "../../../base/hash.ts";
import { runCommand } from "../../../base/subprocess.ts";
import type { Subject, Toolchain, ToolchainMissing, ToolchainSearch } from "../../../plugin.ts";
import { findShufflingLinkers, type ShufflingLinker, shuffleArguments } from "../linkers.ts";
import type { Dialect } from "./dialect.ts";

/** Name of a C compiler to that of the C++ compiler of the same family, which links the right library. */
const plusPlusNames: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)gcc(-\d+)?$/, "$1g++$2"],
  [/(^|\/)clang(-\d+)?$/, "$1clang++$2"],
  [/(^|\/)cc$/, "$1c++"],
];

/** How a placement of code is drawn with this toolchain. */
export type LayoutMeans = ShufflingLinker | { readonly kind: "padding" };

export function createFindToolchain(dialect: Dialect) {
  return async (subject: Subject): Promise<ToolchainSearch> => {
    const asked = subject.compiler ?? namedCompiler(subject.compileCommand);
    const names = asked === undefined ? dialect.compilers : spellings(asked, dialect);
    const found = await firstExecutable(names);
    if (found === undefined) return missing(dialect, names);
    const version = await runCommand({ argv: [found, "--version"], timeoutMs: 30_000 });
    const machine = await runCommand({ argv: [found, "-dumpmachine"], timeoutMs: 30_000 });
    if (version.code !== 0) {
      return {
        kind: "missing",
        tool: found,
        reason: `it does not work: ${(version.stderr.trim() || version.reason).split("\n")[0] ?? ""}`,
        help: `run: ${found} --version`,
      };
    }
    const named = nameVersion(version.stdout);
    const userFlags = [...(subject.compileCommand?.slice(1) ?? []), ...(subject.flags ?? [])];
    const layout = await findLayoutMeans(found, userFlags);
    return {
      kind: "found",
      toolchain: {
        language: dialect.id,
        title: `${named.family} ${named.version}`,
        version: named.version,
        executable: found,
        digest: hashParts([version.stdout, machine.stdout, canonical(layout)]),
        properties: {
          family: named.family,
          machine: machine.stdout.trim(),
          layout: JSON.stringify(layout),
          flags: JSON.stringify(userFlags),
        },
      },
    };
  };
}

/** The compiler of a user's own command; `make` and `sh` are none. */
export function namedCompiler(command: readonly string[] | undefined): string | undefined {
  const first = command?.[0];
  return first !== undefined && /(^|[-/])(cc|c\+\+|gcc|g\+\+|clang|clang\+\+)(-\d+)?$/.test(first)
    ? first
    : undefined;
}

function spellings(name: string, dialect: Dialect): readonly string[] {
  if (dialect.id === "c") return [name];
  const plus = plusPlusNames.find(([pattern]) => pattern.test(name));
  return plus === undefined ? [name] : [name.replace(plus[0], plus[1]), name];
}

async function firstExecutable(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const found = await findExecutable(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function missing(dialect: Dialect, names: readonly string[]): ToolchainMissing {
  return {
    kind: "missing",
    tool: names[0] ?? dialect.title,
    reason: `none of ${names.join(", ")} is on PATH`,
    help: `install a compiler (Debian, Ubuntu: apt-get install ${dialect.aptPackage}; Fedora: dnf install ${dialect.aptPackage})`,
  };
}

/** Family and version out of the first line of `--version`; another compiler counts as gcc, whose flags most know. */
export function nameVersion(text: string): { readonly family: "gcc" | "clang"; readonly version: string } {
  const first = text.split("\n")[0] ?? "";
  const family = /\bclang\b/i.test(text) ? "clang" : "gcc";
  const withoutPackage = first.replace(/\([^)]*\)/g, "");
  return {
    family,
    version: /\d+(\.\d+)+/.exec(withoutPackage)?.[0] ?? /\d+(\.\d+)*/.exec(first)?.[0] ?? "unknown",
  };
}

/** The first linker that this compiler really links with; link-time optimisation of gcc leaves none but its own. */
async function findLayoutMeans(compiler: string, userFlags: readonly string[]): Promise<LayoutMeans> {
  if (userFlags.some((flag) => flag.startsWith("-flto"))) return { kind: "padding" };
  const folder = await mkdtemp(join(tmpdir(), "perfgap-link-"));
  try {
    for (const linker of await findShufflingLinkers()) {
      const result = await runCommand({
        argv: [
          compiler,
          "-x",
          "c",
          "-",
          ...linker.driverArguments,
          ...shuffleArguments(linker, 1),
          "-o",
          join(folder, "a.out"),
        ],
        stdin: "int main(void) { return 0; }\n",
        timeoutMs: 60_000,
      });
      if (result.code === 0) return linker;
    }
    return { kind: "padding" };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function layoutMeans(toolchain: Toolchain): LayoutMeans {
  return JSON.parse(toolchain.properties["layout"] ?? '{"kind":"padding"}') as LayoutMeans;
}

export function userFlags(toolchain: Toolchain): readonly string[] {
  return JSON.parse(toolchain.properties["flags"] ?? "[]") as readonly string[];
}

function canonical(layout: LayoutMeans): string {
  return layout.kind;
}
