import { findExecutable } from "./find-executable.ts";
import { runCommand } from "./subprocess.ts";
import type { InlineTable } from "./symbolizer-output.ts";
import { parseAddr2line, parseGoAddr2line, parseLlvmSymbolizer } from "./symbolizer-output.ts";

export interface Symbolization {
  readonly table: InlineTable;
  /** The tool that answered; "none": no tool, or none that can read this program. */
  readonly tool: "llvm-symbolizer" | "addr2line" | "go addr2line" | "none";
  readonly lost: readonly string[];
}

const timeoutMs = 60_000;

/**
 * Source lines and inlined functions of addresses as linked. Tools in order: llvm-symbolizer reads every
 * language; binutils cannot read the line tables of Go 1.25 and later, go's own has no inlined frames.
 */
export async function symbolize(
  executable: string,
  kind: "go" | "native",
  addresses: readonly number[],
): Promise<Symbolization> {
  if (addresses.length === 0) return { table: new Map(), tool: "none", lost: [] };
  const llvm = await fromLlvm(executable, addresses);
  if (llvm !== undefined) return { table: llvm, tool: "llvm-symbolizer", lost: [] };
  if (kind === "go") {
    const go = await fromGo(executable, addresses);
    if (go !== undefined)
      return {
        table: go,
        tool: "go addr2line",
        lost: ["inlined functions: llvm-symbolizer is missing or cannot read this program"],
      };
  }
  const binutils = await fromBinutils(executable, addresses);
  if (binutils !== undefined) return { table: binutils, tool: "addr2line", lost: [] };
  return {
    table: new Map(),
    tool: "none",
    lost: ["source lines and inlined functions: no tool here reads this program's debug lines"],
  };
}

async function fromLlvm(executable: string, addresses: readonly number[]): Promise<InlineTable | undefined> {
  const tool = await findExecutable("llvm-symbolizer");
  if (tool === undefined) return undefined;
  const result = await runCommand({
    argv: [tool, "-e", executable, "--inlines", "--output-style=JSON", "--functions=linkage"],
    stdin: hexLines(addresses),
    env: { DEBUGINFOD_URLS: "" },
    timeoutMs,
  });
  return answered(parseLlvmSymbolizer(result.stdout));
}

async function fromBinutils(
  executable: string,
  addresses: readonly number[],
): Promise<InlineTable | undefined> {
  const tool = await findExecutable("addr2line");
  if (tool === undefined) return undefined;
  const result = await runCommand({
    argv: [tool, "-a", "-f", "-i", "-C", "-e", executable],
    stdin: hexLines(addresses),
    env: { DEBUGINFOD_URLS: "" },
    timeoutMs,
  });
  return answered(parseAddr2line(result.stdout));
}

async function fromGo(executable: string, addresses: readonly number[]): Promise<InlineTable | undefined> {
  const tool = await findExecutable("go");
  if (tool === undefined) return undefined;
  const result = await runCommand({
    argv: [tool, "tool", "addr2line", executable],
    stdin: hexLines(addresses),
    timeoutMs,
  });
  return answered(parseGoAddr2line(result.stdout, addresses));
}

/** A table in which no address has a line is no answer: the tool could not read this program. */
function answered(table: InlineTable): InlineTable | undefined {
  for (const frames of table.values()) if (frames.some((frame) => frame.line !== undefined)) return table;
  return undefined;
}

function hexLines(addresses: readonly number[]): string {
  return addresses.map((address) => `0x${address.toString(16)}\n`).join("");
}
