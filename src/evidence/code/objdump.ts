import type { Instruction } from "./instruction.ts";
import { aarch64Class, aarch64ElementBits, aarch64LoadBits, aarch64Widens } from "./mnemonics.ts";

const linePattern = /^\s*([0-9a-f]{1,16}):\s+(?:[0-9a-f]{8}\s+)?([a-z][\w.]*)(?:\s+(.*))?$/;

/**
 * Reads the AArch64 listing that `objdump -d --no-show-raw-insn` and `llvm-objdump -d --no-show-raw-insn` print. Lines
 * that are no instruction are skipped; never throws.
 */
export function parseAarch64Listing(text: string): readonly Instruction[] {
  const found = text.split("\n").flatMap((line) => {
    const match = line.length > 4096 ? null : linePattern.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) return [];
    const operands = (match[3] ?? "").split(/\s+(?:\/\/|;)/)[0]?.trim() ?? "";
    return [{ address: Number.parseInt(match[1], 16), mnemonic: match[2], operands }];
  });
  const addresses = new Set(found.map((one) => one.address));
  return found.map((line) => toInstruction(line, addresses));
}

interface Line {
  readonly address: number;
  readonly mnemonic: string;
  readonly operands: string;
}

function toInstruction({ address, mnemonic, operands }: Line, addresses: ReadonlySet<number>): Instruction {
  const kind = aarch64Class(mnemonic, operands);
  const bits = aarch64ElementBits(mnemonic, operands);
  const loaded = aarch64LoadBits(mnemonic, operands);
  return {
    address,
    text: operands === "" ? mnemonic : `${mnemonic} ${operands}`,
    class: kind,
    ...destination(kind, mnemonic, operands, addresses),
    ...(bits === undefined ? {} : { elementBits: bits }),
    ...(loaded === undefined ? {} : { loadBits: loaded }),
    ...(aarch64Widens(mnemonic) ? { widens: true as const } : {}),
  };
}

function destination(
  kind: Instruction["class"],
  mnemonic: string,
  operands: string,
  addresses: ReadonlySet<number>,
): Pick<Instruction, "target" | "callee"> {
  if (/^(br|ret\w*)$/.test(mnemonic) || (kind !== "call" && kind !== "branch" && kind !== "jump")) return {};
  const place = /([0-9a-f]+)\s*<([^<]*(?:<.*)?)>$/.exec(operands);
  const target = place?.[1] === undefined ? undefined : Number.parseInt(place[1], 16);
  if (kind !== "call" && target !== undefined && addresses.has(target)) return { target };
  return { callee: (place?.[2] ?? "").replace(/\+0x[0-9a-f]+$/, "") };
}
