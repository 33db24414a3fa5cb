import { type Elf, type ElfSection, isExecutableSection, sectionBytes, wordAt } from "../../base/elf.ts";
import { isConditionalMove, isPackedMnemonic, makesConstantOfItself } from "../../base/x86-mnemonics.ts";
import { createTally, type FunctionCode } from "./tally.ts";

interface FunctionRange {
  readonly names: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly section: ElfSection;
}

/** Names by address: what a call's target is called. */
type Targets = (address: number) => readonly string[];

/**
 * Counts the instructions of every function that has a symbol with a size. x86-64 only: other processors are
 * counted from a disassembler's text (listing.ts).
 */
export async function readCode(elf: Elf): Promise<readonly FunctionCode[]> {
  const iced = await import("iced-x86");
  const kinds = classify(iced.Mnemonic);
  const targets = callTargets(elf);
  const instruction = new iced.Instruction();
  try {
    return functionRanges(elf).map((range) => {
      const bytes = sectionBytes(elf, range.section).subarray(
        range.start - range.section.address,
        range.end - range.section.address,
      );
      const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
      decoder.ip = BigInt(range.start);
      try {
        return countInstructions({ iced, decoder, instruction, kinds, targets }, range);
      } finally {
        decoder.free();
      }
    });
  } finally {
    instruction.free();
  }
}

const kindPacked = 1;
const kindConditionalMove = 2;
const kindSelf = 4;

function classify(mnemonics: Readonly<Record<string, string | number>>): Uint8Array {
  const names = Object.entries(mnemonics).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  const kinds = new Uint8Array(names.length);
  for (const [name, id] of names) {
    const lower = name.toLowerCase();
    kinds[id] =
      (isPackedMnemonic(lower) ? kindPacked : 0) |
      (isConditionalMove(lower) ? kindConditionalMove : 0) |
      (makesConstantOfItself(lower) ? kindSelf : 0);
  }
  return kinds;
}

interface Decoding {
  readonly iced: typeof import("iced-x86");
  readonly decoder: import("iced-x86").Decoder;
  readonly instruction: import("iced-x86").Instruction;
  readonly kinds: Uint8Array;
  readonly targets: Targets;
}

function countInstructions(decoding: Decoding, range: FunctionRange): FunctionCode {
  const { decoder, instruction, kinds, iced } = decoding;
  const tally = createTally();
  const shape: number[] = [];
  while (decoder.canDecode) {
    decoder.decodeOut(instruction);
    shape.push(instruction.code);
    for (let operand = 0; operand < instruction.opCount; operand++)
      shape.push(instruction.opRegister(operand));
    if (isPadding(iced, instruction)) continue;
    const kind = kinds[instruction.mnemonic] ?? 0;
    const target = callTarget(iced, instruction, range);
    tally.add({
      packed: (kind & kindPacked) !== 0 && !((kind & kindSelf) !== 0 && sourcesEqual(iced, instruction)),
      conditionalMove: (kind & kindConditionalMove) !== 0,
      conditionalBranch: instruction.flowControl === iced.FlowControl.ConditionalBranch,
      callees: typeof target === "number" ? decoding.targets(target) : target === "unknown" ? [] : undefined,
    });
  }
  return tally.finish(range.names, range.start, new Uint8Array(Uint16Array.from(shape).buffer));
}

type Iced = Decoding["iced"];
type Instruction = Decoding["instruction"];

function isPadding(iced: Iced, instruction: Instruction): boolean {
  return instruction.mnemonic === iced.Mnemonic.Nop || instruction.mnemonic === iced.Mnemonic.Int3;
}

function sourcesEqual(iced: Iced, instruction: Instruction): boolean {
  const last = instruction.opCount - 1;
  return (
    last >= 1 &&
    instruction.opKind(last) === iced.OpKind.Register &&
    instruction.opRegister(last) === instruction.opRegister(last - 1)
  );
}

/** Where a call or a leaving jump goes: an address, a GOT slot's address, "unknown", or undefined for anything else. */
function callTarget(
  iced: Iced,
  instruction: Instruction,
  range: FunctionRange,
): number | "unknown" | undefined {
  const { flowControl } = instruction;
  const { Call, IndirectCall, IndirectBranch, UnconditionalBranch } = iced.FlowControl;
  if (flowControl === Call || flowControl === UnconditionalBranch) {
    const target = Number(instruction.nearBranchTarget);
    if (flowControl === UnconditionalBranch && target >= range.start && target < range.end) return undefined;
    return target;
  }
  if (flowControl !== IndirectCall && flowControl !== IndirectBranch) return undefined;
  if (instruction.isIpRelMemoryOperand) return Number(instruction.ipRelMemoryAddress);
  // A jump through a register is a jump table as often as a call: only calls are sure.
  return flowControl === IndirectCall ? "unknown" : undefined;
}

function functionRanges(elf: Elf): readonly FunctionRange[] {
  const byAddress = new Map<number, { names: string[]; end: number; section: ElfSection }>();
  for (const symbol of elf.symbols) {
    const section = elf.sections[symbol.section];
    if (!symbol.isFunction || section === undefined) continue;
    if (!isExecutableSection(section) || symbol.size === 0) continue;
    const end = Math.min(symbol.address + symbol.size, section.address + section.size);
    if (symbol.address < section.address || symbol.address >= end) continue;
    const known = byAddress.get(symbol.address);
    if (known === undefined) byAddress.set(symbol.address, { names: [symbol.name], end, section });
    else {
      known.names.push(symbol.name);
      known.end = Math.max(known.end, end);
    }
  }
  const sorted = [...byAddress].sort(([left], [right]) => left - right);
  // Cut at the next symbol, so that overlapping symbols cannot have the same bytes decoded again and again.
  return sorted.map(([start, { names, end, section }], index) => ({
    names,
    start,
    end: Math.min(end, sorted[index + 1]?.[0] ?? end),
    section,
  }));
}

function callTargets(elf: Elf): Targets {
  const names = new Map<number, string[]>();
  const add = (address: number, name: string) => {
    const known = names.get(address);
    if (known === undefined) names.set(address, [name]);
    else if (!known.includes(name)) known.push(name);
  };
  for (const symbol of elf.symbols) {
    if (symbol.kind === "function" || symbol.kind === "other") add(symbol.address, symbol.name);
  }
  const slots = new Map(elf.relocations.map((relocation) => [relocation.slot, relocation]));
  return (address) => {
    const direct = names.get(address);
    if (direct !== undefined) return direct;
    const slot = slots.get(address);
    if (slot !== undefined) return slot.symbol !== "" ? [slot.symbol] : (names.get(slot.addend) ?? []);
    // Without a relocation (static programs, packed relative relocations) the slot's content is the address.
    const content = wordAt(elf, address);
    return content === undefined ? [] : (names.get(content) ?? []);
  };
}
