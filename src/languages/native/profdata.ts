import { rm } from "node:fs/promises";
import { join } from "node:path";
import { findExecutable } from "../../base/find-executable.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { runCommand } from "../../base/subprocess.ts";
import { filesBelow, keepProfile } from "./kept-profile.ts";

/**
 * The llvm-profdata that reads what a compiler of this LLVM writes: raw profiles and indexed ones are of one major
 * release. `folders` are looked into before PATH. The error says what was found instead.
 */
export async function findProfdata(
  llvmMajor: string,
  folders: readonly string[],
): Promise<Result<string, string>> {
  const candidates = [
    ...folders.map((folder) => join(folder, "llvm-profdata")),
    `llvm-profdata-${llvmMajor}`,
    `/usr/lib/llvm-${llvmMajor}/bin/llvm-profdata`,
    "llvm-profdata",
  ];
  const others: string[] = [];
  for (const candidate of candidates) {
    const path = await findExecutable(candidate);
    if (path === undefined) continue;
    // Before LLVM 16 the command itself does not say its version, its parts do.
    const version = await runCommand({ argv: [path, "merge", "--version"], timeoutMs: 30_000 });
    const major = /LLVM version (\d+)/.exec(version.stdout)?.[1];
    if (major === llvmMajor) return ok(path);
    if (major !== undefined) others.push(`${path} of LLVM ${major}`);
  }
  const instead = others.length === 0 ? "there is none" : `there is only ${others.join(", ")}`;
  return err(`profiles have to be merged by an llvm-profdata of LLVM ${llvmMajor}, and ${instead}`);
}

/** The raw profiles of a folder as one that compilers read, named by its content. */
export async function mergeRawProfiles(
  profdata: string,
  rawFolder: string,
  keepIn: string,
): Promise<Result<string, string>> {
  const raw = (await filesBelow(rawFolder)).filter((file) => file.endsWith(".profraw"));
  if (raw.length === 0)
    return err(
      "the instrumented program wrote no profile: it does not end by exit or by returning from main",
    );
  const merged = join(rawFolder, "merged.profdata");
  const result = await runCommand({
    argv: [profdata, "merge", "-o", merged, ...raw.map((file) => join(rawFolder, file))],
    timeoutMs: 300_000,
  });
  if (result.code !== 0) return err(`llvm-profdata failed: ${result.stderr.trim() || result.reason}`);
  const kept = await keepProfile(merged, keepIn, ".profdata");
  await rm(merged, { force: true });
  return ok(kept);
}
