import { runCommand } from "../../base/subprocess.ts";
import type { Subject, Toolchain } from "../../plugin.ts";
import { describeRust, propertiesOf } from "./toolchain.ts";

/** Toolchains that rustup has installed and that are not the subject's own under another name. */
export async function otherToolchains(subject: Subject, own: Toolchain): Promise<readonly Toolchain[]> {
  const listed = await runCommand({ argv: ["rustup", "toolchain", "list"], timeoutMs: 30_000 });
  if (listed.code !== 0) return [];
  const commits = new Set([propertiesOf(own).commit]);
  const found: Toolchain[] = [];
  for (const name of parseToolchainList(listed.stdout)) {
    const search = await describeRust(subject, name);
    if (search.kind !== "found") continue;
    const { commit } = propertiesOf(search.toolchain);
    if (commits.has(commit)) continue;
    commits.add(commit);
    found.push(search.toolchain);
  }
  return found;
}

/** Names in `rustup toolchain list`, which adds "(active, default)" to some; "no installed toolchains" is none. */
export function parseToolchainList(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => /^(\S+)(?:\s+\(.*\))?$/.exec(line.trim())?.[1] ?? []);
}
