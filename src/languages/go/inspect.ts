import { readFile } from "node:fs/promises";
import { runCommand } from "../../base/subprocess.ts";
import type { Artifact, Facts, Toolchain } from "../../plugin.ts";
import { inspectElf } from "../native/inspect-elf.ts";

/** Go 1.26 has one; older releases have one for each kind of index and slice expression. */
const boundsPanic =
  /^runtime\.(panicBounds|panicIndexU?|panicSlice(Alen|Acap|B|3Alen|3Acap|3B|3C)U?|panicSliceConvert)$/;

/** What `go version -m` says of an executable. */
export interface BuildRecord {
  /** Path of the main module; undefined for a file outside of any. */
  readonly module?: string;
  /** 1-4 of GOAMD64. */
  readonly amd64Level?: number;
}

/** Facts of ELF (native/inspect-elf.ts), `target.level` (1-4 of GOAMD64) and `stdout.buffered` (1: with the overlay). */
export async function inspect(
  artifact: Artifact,
  toolchain: Toolchain,
  hotSymbols: readonly string[],
): Promise<Facts> {
  const record = await runCommand({
    argv: [toolchain.executable, "version", "-m", artifact.executable],
    timeoutMs: 60_000,
  });
  const { module, amd64Level } = parseBuildRecord(record.stdout);
  const facts = await inspectElf(artifact.executable, {
    hotSymbols,
    isUserFunction: (name) => isUserFunction(name, module),
    isBoundsPanic: (name) => boundsPanic.test(name),
    isOverflowPanic: () => false,
  });
  return {
    ...facts,
    "stdout.buffered": (await readFile(artifact.executable)).includes("os.perfgapWrite") ? 1 : 0,
    ...(amd64Level === undefined ? {} : { "target.level": amd64Level }),
  };
}

/** Lines "<tab>mod<tab>path<tab>version" and "<tab>build<tab>KEY=VALUE". */
export function parseBuildRecord(text: string): BuildRecord {
  const module = /^\tmod\t([^\t\n]+)/m.exec(text)?.[1];
  const level = /^\tbuild\tGOAMD64=v([1-4])$/m.exec(text)?.[1];
  return {
    ...(module === undefined ? {} : { module }),
    ...(level === undefined ? {} : { amd64Level: Number(level) }),
  };
}

/** Functions of package main and of the main module's other packages; what the compiler made (init, wrappers) included. */
export function isUserFunction(name: string, module: string | undefined): boolean {
  if (name.startsWith("main.")) return true;
  if (module === undefined || module === "command-line-arguments") return false;
  return name.startsWith(`${module}/`) || name.startsWith(`${module}.`);
}
