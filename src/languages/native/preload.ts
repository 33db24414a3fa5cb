import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { packageDirectory } from "../../base/directories.ts";
import { buildNative } from "../../base/native.ts";
import { preloadProblem } from "../../base/preload-path.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { runCommand } from "../../base/subprocess.ts";
import type { Facts } from "../../model/evidence.ts";

/** Objects of ours that are compiled at first use. */
export type OwnPreload = "bump-malloc" | "write-coalescer";
/** Allocators that a system may have. */
export type SystemAllocator = "mimalloc" | "jemalloc" | "tcmalloc";

/** Absolute path of one of our shared objects, or why there is none. */
export async function ownPreload(name: OwnPreload): Promise<Result<string, string>> {
  const problem = preloadProblem();
  if (problem !== undefined) return err(problem);
  const built = await buildNative({
    name,
    path: join(packageDirectory(), "probes", "preload", `${name}.c`),
    language: "c",
    kind: "sharedObject",
    // gcc would else turn malloc and a clear into a call of calloc: of itself.
    flags: ["-fno-builtin"],
  });
  return built.ok ? ok(built.value.path) : err(`${name} could not be compiled: ${built.error.message}`);
}

const allocators: Readonly<Record<SystemAllocator, { readonly file: RegExp; readonly aptPackage: string }>> =
  {
    mimalloc: { file: /^libmimalloc\.so(\.|$)/, aptPackage: "libmimalloc2.0" },
    jemalloc: { file: /^libjemalloc\.so(\.|$)/, aptPackage: "libjemalloc2" },
    tcmalloc: { file: /^libtcmalloc(_minimal)?\.so(\.|$)/, aptPackage: "libtcmalloc-minimal4" },
  };

/** Absolute path of an allocator's library on this system, or what to install. */
export async function systemAllocator(name: SystemAllocator): Promise<Result<string, string>> {
  const { file, aptPackage } = allocators[name];
  for (const directory of await libraryDirectories()) {
    const names = await readdir(directory).catch(() => []);
    const found = names.filter((candidate) => file.test(candidate)).sort()[0];
    if (found !== undefined) return ok(join(directory, found));
  }
  return err(`${name} is not installed (Debian, Ubuntu: apt-get install ${aptPackage})`);
}

/** The package that brings an allocator on Debian and Ubuntu. */
export function allocatorPackage(name: SystemAllocator): string {
  return allocators[name].aptPackage;
}

async function libraryDirectories(): Promise<readonly string[]> {
  const listed = await runCommand({ argv: ["/sbin/ldconfig", "-p"], timeoutMs: 10_000 });
  const known = [...listed.stdout.matchAll(/\(libc6,(?:x86-64|AArch64)[^)]*\) => (\/.*)\/[^/\n]+$/gm)].map(
    (match) => match[1] ?? "",
  );
  const triple = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  return [...new Set([...known, `/usr/lib/${triple}`, "/usr/lib", "/usr/lib64", "/usr/local/lib"])];
}

/** Makes the dynamic linker tell on stderr which objects it loads (ld.so(8)); static programs say nothing. */
export const loaderTraceEnv: Readonly<Record<string, string>> = { LD_DEBUG: "libs" };

const preloadNames: Readonly<Record<OwnPreload | SystemAllocator, RegExp>> = {
  "bump-malloc": /\/bump-malloc[^/]*(\/[^/]+)?$/,
  "write-coalescer": /\/write-coalescer[^/]*(\/[^/]+)?$/,
  mimalloc: /\/libmimalloc[^/]*$/,
  jemalloc: /\/libjemalloc[^/]*$/,
  tcmalloc: /\/libtcmalloc[^/]*$/,
};

/** `preload.<name>`: 1 for every known object whose initialiser the dynamic linker called, else 0. */
export function parseLoaderTrace(stderr: string): Facts {
  const loaded = [...stderr.matchAll(/^\s*\d+:\tcalling init: (.+)$/gm)].map((match) =>
    (match[1] ?? "").replace(/ \[[0-9a-f]+\]$/, ""),
  );
  return Object.fromEntries(
    Object.entries(preloadNames).map(([name, pattern]) => [
      `preload.${name}`,
      loaded.some((path) => pattern.test(path)) ? 1 : 0,
    ]),
  );
}
