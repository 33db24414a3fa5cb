import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseElf } from "../../base/elf.ts";
import { findExecutable } from "../../base/find-executable.ts";
import { hashFile } from "../../base/hash.ts";
import type { Subject, ToolchainSearch } from "../../plugin.ts";

/** What a program's runtime is, as far as its file tells. */
export type Runtime = "go" | "dynamic" | "static" | "script or unknown";

/** Stands for the toolchain that nobody knows: the executable itself. */
export async function findToolchain(subject: Subject): Promise<ToolchainSearch> {
  const program = subject.command?.[0] ?? "";
  const executable = await findExecutable(program);
  if (executable === undefined) {
    return {
      kind: "missing",
      tool: program === "" ? "a command" : program,
      reason: "it is no executable file",
      help: "check the path; make it executable: chmod +x FILE",
    };
  }
  const [runtime, digest] = await Promise.all([readRuntime(executable), hashFile(executable)]);
  return {
    kind: "found",
    toolchain: {
      language: "cmd",
      title: `prebuilt ${basename(executable)}`,
      version: digest.slice(0, 12),
      executable,
      digest,
      properties: { runtime },
    },
  };
}

async function readRuntime(executable: string): Promise<Runtime> {
  const elf = parseElf(await readFile(executable));
  if (!elf.ok) return "script or unknown";
  const { sections, dynamicSymbols } = elf.value;
  if (sections.some(({ name }) => name === ".go.buildinfo")) return "go";
  return dynamicSymbols.length > 0 ? "dynamic" : "static";
}
