import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../base/subprocess.ts";
import type { Toolchain } from "../../plugin.ts";

const answers = new Map<string, Promise<string | undefined>>();

/**
 * Why this rustc's LLVM does not take the options, or undefined when it does. Asked by compiling an empty crate: some
 * options are in no list.
 */
export function llvmRefusal(toolchain: Toolchain, options: readonly string[]): Promise<string | undefined> {
  const key = [toolchain.digest, ...options].join("\0");
  const known = answers.get(key);
  if (known !== undefined) return known;
  const answer = tryOptions(toolchain.executable, options);
  answers.set(key, answer);
  return answer;
}

async function tryOptions(rustc: string, options: readonly string[]): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "perfgap-llvm-"));
  try {
    const result = await runCommand({
      argv: [
        rustc,
        "--crate-name=empty",
        "--crate-type=lib",
        "--emit=obj",
        ...options.map((option) => `-Cllvm-args=${option}`),
        "-o",
        join(folder, "empty.o"),
        "-",
      ],
      workingDirectory: folder,
      stdin: "#![no_std]\n",
      timeoutMs: 60_000,
    });
    if (result.kind === "exited" && result.code === 0) return undefined;
    const unknown = /Unknown command line argument '([^']+)'/.exec(result.stderr)?.[1];
    return unknown === undefined
      ? `rustc refuses ${options.join(" ")}: ${result.stderr.trim().split("\n")[0] ?? result.reason}`
      : `this rustc's LLVM has no option ${unknown}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
