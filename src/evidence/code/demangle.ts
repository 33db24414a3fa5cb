import { findExecutable } from "../../base/find-executable.ts";
import { runCommand } from "../../base/subprocess.ts";
import { cleanSymbol } from "../../base/symbol-name.ts";

/** Readable names of symbols; without a tool, or for names that it does not know, the name itself. */
export async function demangleAll(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const plain = new Map(names.map((name) => [name, cleanSymbol(name)]));
  const mangled = [...plain.keys()].filter((name) => /^_[RZ][\w.$]+$/.test(name));
  const tool = (await findExecutable("c++filt")) ?? (await findExecutable("llvm-cxxfilt"));
  if (tool === undefined || mangled.length === 0) return plain;
  const result = await runCommand({
    argv: [tool],
    stdin: mangled.map((name) => `${name}\n`).join(""),
    timeoutMs: 20_000,
  });
  const lines = result.stdout.split("\n");
  if (result.kind !== "exited" || result.code !== 0) return plain;
  mangled.forEach((name, index) => {
    const line = lines[index];
    if (line !== undefined && line !== "") plain.set(name, cleanSymbol(line));
  });
  return plain;
}
