import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../../base/subprocess.ts";
import type { Toolchain } from "../../../plugin.ts";

/** Why a program of two lines cannot be linked so; undefined when it can. */
export async function linkRefusal(
  toolchain: Toolchain,
  flags: readonly string[],
): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "perfgap-lto-"));
  try {
    const result = await runCommand({
      argv: [toolchain.executable, "-O2", ...flags, "-x", "c", "-", "-o", join(folder, "a.out")],
      stdin: "int main(void) { return 0; }\n",
      env: { LC_ALL: "C" },
      timeoutMs: 60_000,
    });
    return result.code === 0 ? undefined : (result.stderr.trim().split("\n")[0] ?? result.reason);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
