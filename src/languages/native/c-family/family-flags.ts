export type Family = "gcc" | "clang";

interface FamilyFlags {
  readonly vectorisation: readonly string[];
  readonly unrolling: readonly string[];
  readonly loopIdioms: readonly string[];
  readonly ifConversion: readonly string[];
}

/** The compilers' own switches for one optimisation each. What a switch really did is proved on the executable. */
export function familyFlags(family: Family, majorVersion: number): FamilyFlags {
  return family === "clang" ? clang : gcc(majorVersion);
}

function gcc(majorVersion: number): FamilyFlags {
  return {
    vectorisation: ["-fno-tree-loop-vectorize", "-fno-tree-slp-vectorize"],
    // -fno-unroll-loops alone leaves the complete unrolling of short loops.
    unrolling: [
      "-fno-unroll-loops",
      "-fno-peel-loops",
      "--param=max-completely-peel-times=0",
      "--param=max-completely-peeled-insns=0",
    ],
    loopIdioms: [
      "-fno-tree-loop-distribute-patterns",
      // Final values of loops as formulas, and bit counts.
      "-fno-tree-scev-cprop",
      ...(majorVersion >= 15 ? ["-fno-optimize-crc"] : []),
    ],
    ifConversion: [
      "-fno-if-conversion",
      "-fno-if-conversion2",
      "-fno-tree-loop-if-convert",
      "-fno-ssa-phiopt",
    ],
  };
}

const llvm = (...options: readonly string[]): readonly string[] =>
  options.flatMap((option) => ["-mllvm", option]);

const clang: FamilyFlags = {
  vectorisation: ["-fno-vectorize", "-fno-slp-vectorize"],
  // -fno-unroll-loops would also stop the interleaving of vectors, which belongs to vectorisation.
  unrolling: llvm("-unroll-count=1"),
  loopIdioms: llvm("-disable-loop-idiom-all", "-replexitval=never"),
  // The back end makes selects of branches too, so those are turned back at the end.
  ifConversion: llvm(
    "-phi-node-folding-threshold=0",
    "-two-entry-phi-node-folding-threshold=0",
    "-x86-cmov-converter-force-all",
  ),
};
