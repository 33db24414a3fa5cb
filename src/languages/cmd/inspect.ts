import type { Artifact, Facts, Toolchain } from "../../plugin.ts";
import { inspectElf } from "../native/inspect-elf.ts";

/** Which functions are the user's cannot be told, so "hot.*" facts are there only for hot symbols. */
export function inspect(
  artifact: Artifact,
  _toolchain: Toolchain,
  hotSymbols: readonly string[],
): Promise<Facts> {
  return inspectElf(artifact.executable, {
    hotSymbols,
    isUserFunction: () => false,
    isBoundsPanic: (name) =>
      /^(runtime\.(panicBounds|panicIndexU?|panicSlice\w+)|core::panicking::panic_bounds_check|core::slice::index::slice_\w+_fail)/.test(
        name,
      ),
    isOverflowPanic: (name) => name.startsWith("core::panicking::panic_const::panic_const_"),
  });
}
