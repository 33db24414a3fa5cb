import type { Artifact, Facts, Toolchain } from "../../../plugin.ts";
import { inspectElf } from "../inspect-elf.ts";

/** What the compiler and the C library add to every program. Names that begin with _ are theirs by the standard. */
const support =
  /^(_|\.|deregister_tm_clones$|register_tm_clones$|frame_dummy$|atexit$|perfgap_padding$|at_quick_exit$)/;

export function isUserFunction(name: string): boolean {
  return name !== "" && !support.test(name);
}

export function inspect(
  artifact: Artifact,
  _toolchain: Toolchain,
  hotSymbols: readonly string[],
): Promise<Facts> {
  return inspectElf(artifact.executable, {
    hotSymbols,
    isUserFunction,
    isBoundsPanic: (name) => /^(std::__glibcxx_assert_fail|std::__throw_out_of_range)/.test(name),
    isOverflowPanic: (name) => /^__(add|sub|mul|neg|abs)v[sdt]i[23]$/.test(name),
  });
}
