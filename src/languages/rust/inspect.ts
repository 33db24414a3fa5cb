import { readFile } from "node:fs/promises";
import { parseElf } from "../../base/elf.ts";
import type { Artifact, Facts, Toolchain } from "../../plugin.ts";
import { inspectElf, type NamedFunction } from "../native/inspect-elf.ts";
import { isBoundsPanic } from "./bounds-stub.ts";
import { hasV0StandardLibrary, isCompiledHere } from "./symbols.ts";

/** Facts of ELF (native/inspect-elf.ts); without hot symbols "hot" is all that was compiled with the program. */
export async function inspect(
  artifact: Artifact,
  _toolchain: Toolchain,
  hotSymbols: readonly string[],
): Promise<Facts> {
  const elf = parseElf(await readFile(artifact.executable));
  const isV0 = elf.ok && hasV0StandardLibrary(elf.value.symbols.map((symbol) => symbol.name));
  return inspectElf(artifact.executable, {
    hotSymbols,
    isUserFunction: (name, mangled) => isCompiledHere(name, mangled, isV0),
    isBoundsPanic,
    isOverflowPanic: (name) => /^core::panicking::panic_const::panic_const_\w+_overflow$/.test(name),
    usesMalloc: usesSystemAllocator,
  });
}

/**
 * std's default allocator is `__rdl_alloc`. A program with a #[global_allocator] of its own has none; it may still be a
 * wrapper around malloc.
 */
function usesSystemAllocator(functions: readonly NamedFunction[]): boolean {
  return functions.some(
    ({ name, callees }) =>
      /(^|::)__rdl_alloc$/.test(name) || (/(^|::)__(rust|rg)_alloc$/.test(name) && callees.has("malloc")),
  );
}
