import { runCommand } from "../../base/subprocess.ts";

const batchSize = 5000;

/**
 * Readable names of symbols by one call of c++filt, which knows C++ and both of Rust's schemes. Crate hashes are taken
 * away: they change with every flag. Without c++filt names stay as they are.
 */
export async function demangle(names: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const mangled = [...new Set(names)].filter((name) => /^_+[RZ]/.test(name) && !name.includes("\n"));
  const readable = new Map<string, string>();
  for (let start = 0; start < mangled.length; start += batchSize) {
    const batch = mangled.slice(start, start + batchSize);
    const result = await runCommand({ argv: ["c++filt"], stdin: `${batch.join("\n")}\n`, timeoutMs: 60_000 });
    const lines = result.stdout.split("\n");
    if (result.kind !== "exited" || result.code !== 0 || lines.length < batch.length) continue;
    for (const [index, name] of batch.entries()) readable.set(name, withoutHash(lines[index] ?? name));
  }
  return readable;
}

/** A demangled name without crate hashes (old scheme: a last part; new scheme: in brackets), so that names of two builds are equal. */
export function withoutHash(name: string): string {
  return name.replace(/::h[0-9a-f]{16}(?=$|\.|\s)/, "").replace(/(?<=\w)\[[0-9a-f]{6,16}\]/g, "");
}
