/** Channel of `BuildPatch.flags` for options of LLVM itself: they reach rustc, and the linker where it optimises. */
export const llvmChannel = "llvm";

/** Names in `BuildPatch.switches`. */
export const switches = {
  /** The linker optimises across crates (rustc: -C linker-plugin-lto). */
  linkTimeOptimiser: "linker-plugin-lto",
  /** The panics of bounds checks are defined as unreachable in that link. */
  noBoundsChecks: "no-bounds-checks",
} as const;
