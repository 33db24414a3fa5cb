import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { err, ok, type Result } from "../../base/result.ts";
import { runCommand } from "../../base/subprocess.ts";
import type { SettingPatch, ShippableSetting, Toolchain, Training } from "../../plugin.ts";
import { keepProfile } from "../native/kept-profile.ts";
import { profileGuided } from "../native/profile-guided.ts";

/** The user's own default.pgo or -pgo flag gives way to a profile of this program at its training input. */
export const pgo: ShippableSetting = profileGuided({
  change: { "default.pgo beside package main": "a CPU profile of the program at work (runtime/pprof)" },
  patch: learn,
});

async function learn(training: Training): Promise<Result<SettingPatch, string>> {
  const profile = await training.profile();
  if (!profile.ok) return profile;
  const usable = await checkProfile(training.toolchain, profile.value);
  if (!usable.ok) return usable;
  const kept = await keepProfile(profile.value, training.workDirectory, ".pgo");
  return ok({ build: { flags: { build: [`-pgo=${kept}`] } } });
}

/**
 * The compiler takes a profile that tells it nothing without a word. What it reads of one is calls between functions:
 * the go command's own preprocessor (Go 1.23) writes them one after another behind a header line.
 */
async function checkProfile(toolchain: Toolchain, path: string): Promise<Result<undefined, string>> {
  const folder = await mkdtemp(join(tmpdir(), "perfgap-pgo-"));
  try {
    const output = join(folder, "edges");
    const result = await runCommand({
      argv: [toolchain.executable, "tool", "preprofile", "-i", path, "-o", output],
      timeoutMs: 120_000,
    });
    if (result.code !== 0) {
      return /no such tool/.test(result.stderr)
        ? ok(undefined)
        : err(`the profile cannot be used: ${result.stderr.trim() || result.reason}`);
    }
    const lines = (await readFile(output, "utf8")).trim().split("\n");
    return lines.length > 1
      ? ok(undefined)
      : err("the profile shows no calls between functions, so there is nothing to learn from it");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
