import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { findExecutable } from "../../base/find-executable.ts";
import { createRandom } from "../../base/random.ts";
import { runCommand } from "../../base/subprocess.ts";

/** A linker that can place code by a seed. */
export interface ShufflingLinker {
  readonly kind: "lld" | "mold" | "gold";
  /** Absolute path of the linker itself. */
  readonly path: string;
  /** Arguments of the compiler driver (cc) that make it use this linker. */
  readonly driverArguments: readonly string[];
}

/**
 * Linkers that can shuffle, best first: an lld on PATH, the lld that rustc ships, mold, gold. A compiler driver finds
 * lld and mold by name only in its own folders and on PATH, so the bundled one is pointed at with -B.
 */
export async function findShufflingLinkers(): Promise<readonly ShufflingLinker[]> {
  const [lld, bundled, mold, gold] = await Promise.all([
    findExecutable("ld.lld"),
    bundledLldDirectory(),
    findExecutable("mold"),
    findExecutable("ld.gold"),
  ]);
  const found: ShufflingLinker[] = [];
  if (lld !== undefined) found.push({ kind: "lld", path: lld, driverArguments: ["-fuse-ld=lld"] });
  if (bundled !== undefined) found.push(lldIn(bundled));
  if (mold !== undefined) found.push({ kind: "mold", path: mold, driverArguments: ["-fuse-ld=mold"] });
  if (gold !== undefined) found.push({ kind: "gold", path: gold, driverArguments: ["-fuse-ld=gold"] });
  return found;
}

/** An lld that stands in a folder of its own, as the one of rustc does. */
export function lldIn(directory: string): ShufflingLinker {
  return {
    kind: "lld",
    path: join(directory, "ld.lld"),
    driverArguments: ["-fuse-ld=lld", `-B${directory}`],
  };
}

/** The folder of the lld that comes with a rustc, for one sysroot or for the rustc on PATH. */
export async function bundledLldDirectory(sysroot?: string): Promise<string | undefined> {
  const root = sysroot ?? (await rustcSysroot());
  if (root === undefined) return undefined;
  const libraries = join(root, "lib", "rustlib");
  for (const target of await readdir(libraries).catch(() => [])) {
    const directory = join(libraries, target, "bin", "gcc-ld");
    if ((await findExecutable(join(directory, "ld.lld"))) !== undefined) return directory;
  }
  return undefined;
}

async function rustcSysroot(): Promise<string | undefined> {
  const result = await runCommand({ argv: ["rustc", "--print", "sysroot"], timeoutMs: 30_000 });
  return result.kind === "exited" && result.code === 0 ? result.stdout.trimEnd() : undefined;
}

const shuffledSections = [".text*", ".rodata*", ".data*", ".bss*"] as const;

/**
 * Driver arguments that place sections by the seed. lld reads seed 0 as "random" and -1 as "reversed", so seeds are
 * folded into 1 to 2^31-1. Only code and data are moved: the order of initialisers may carry meaning. gold shuffles by
 * a list of section names (`sectionOrder`) that must have been written to `orderPath`.
 */
export function shuffleArguments(
  linker: ShufflingLinker,
  seed: number,
  orderPath?: string,
): readonly string[] {
  const folded = (Math.abs(Math.trunc(seed)) % 2147483646) + 1;
  if (linker.kind === "lld")
    return shuffledSections.map((sections) => `-Wl,--shuffle-sections=${sections}=${folded}`);
  if (linker.kind === "mold") return [`-Wl,--shuffle-sections=${folded}`];
  return orderPath === undefined ? [] : ["-Xlinker", "--section-ordering-file", "-Xlinker", orderPath];
}

/** Text of gold's section ordering file: the names in an order drawn by the seed. */
export function sectionOrder(sectionNames: readonly string[], seed: number): string {
  const names = [...new Set(sectionNames.filter((name) => name.startsWith(".text.")))].sort();
  return `${createRandom(seed).shuffle(names).join("\n")}\n`;
}
