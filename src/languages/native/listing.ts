import { runCommand } from "../../base/subprocess.ts";
import { createTally, type FunctionCode } from "./tally.ts";

const disassemblers: readonly (readonly [string, ...string[]])[] = [
  ["objdump", "-d", "--no-show-raw-insn"],
  ["llvm-objdump", "-d", "--no-show-raw-insn"],
];

/** The functions of a binary by a disassembler's text; undefined where no disassembler on PATH knows the processor. */
export async function readListing(path: string): Promise<readonly FunctionCode[] | undefined> {
  for (const argv of disassemblers) {
    const result = await runCommand({ argv: [...argv, path], timeoutMs: 120_000 });
    if (result.kind !== "exited" || result.code !== 0) continue;
    const functions = parseListing(result.stdout);
    if (functions.length > 0) return functions;
  }
  return undefined;
}

const vectorRegister = /\bv\d+\.(16b|8b|8h|4h|4s|2s|2d)\b|\bz\d+\.[bhsd]\b/;
const moves = /^(movi?|mvni|dup|ld\d|st\d|ldr|str|ldp|stp|ins|umov|fmov)$/;
const conditionalMoves = /^(csel|csinc|csinv|csneg|cset|csetm|cinc|cneg|fcsel)$/;
const conditionalBranches = /^(b\.\w+|cbn?z|tbn?z)$/;

/**
 * Parses `objdump -d` text of AArch64: "0000 <name>:" heads a function, "addr:\tmnemonic\toperands" is an instruction.
 * A packed operation is one on an arranged vector register (v0.4s) that is not a move.
 */
export function parseListing(text: string): readonly FunctionCode[] {
  const functions: FunctionCode[] = [];
  let lines: string[] = [];
  let head: { readonly name: string; readonly address: number } | undefined;
  const finish = () => {
    if (head !== undefined && lines.length > 0) functions.push(countLines(head, lines));
    lines = [];
  };
  for (const line of text.split("\n")) {
    const start = /^([0-9a-f]+) <(.+)>:$/.exec(line);
    if (start !== null) {
      finish();
      head = { name: start[2] ?? "", address: Number.parseInt(start[1] ?? "0", 16) };
      continue;
    }
    const instruction = /^\s*[0-9a-f]+:\s+(\S.*)$/.exec(line);
    if (instruction !== null) lines.push(instruction[1] ?? "");
  }
  finish();
  return functions;
}

function countLines(
  head: { readonly name: string; readonly address: number },
  lines: readonly string[],
): FunctionCode {
  const tally = createTally();
  for (const line of lines) {
    const mnemonic = /^\S+/.exec(line)?.[0] ?? "";
    if (mnemonic === "nop") continue;
    const callees = calleeOf(mnemonic, line, head.name);
    tally.add({
      packed: vectorRegister.test(line) && !moves.test(mnemonic),
      conditionalMove: conditionalMoves.test(mnemonic),
      conditionalBranch: conditionalBranches.test(mnemonic),
      callees,
    });
  }
  return tally.finish([head.name], head.address, lines.map(withoutPlaces).join("\n"));
}

function calleeOf(mnemonic: string, line: string, own: string): readonly string[] | undefined {
  if (mnemonic === "blr") return [];
  if (mnemonic !== "bl" && mnemonic !== "b") return undefined;
  const target = /<([^>+]+)(\+0x[0-9a-f]+)?>/.exec(line);
  const name = target?.[1]?.replace(/@plt$/, "");
  const leaves = target?.[2] === undefined && name !== own;
  if (mnemonic === "b" && !leaves) return undefined;
  return name === undefined ? [] : [name];
}

function withoutPlaces(line: string): string {
  return line.replace(/(0x)?[0-9a-f]{2,}|<[^>]*>/g, "_");
}
