import type { Instruction } from "./instruction.ts";
import { x86Class, x86ElementBits, x86Widens } from "./mnemonics.ts";

type Iced = typeof import("iced-x86");
type Decoded = import("iced-x86").Instruction;

/** What stands at an address or in a slot of the program: a symbol, mangled; "" where nothing is known. */
export type NameOf = (address: number) => string;

/** The instructions of one function of an x86-64 program. Bytes that are none become "(bad)". */
export async function decodeX86(
  bytes: Uint8Array,
  start: number,
  nameOf: NameOf,
): Promise<readonly Instruction[]> {
  const iced = await import("iced-x86");
  const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
  const formatter = new iced.Formatter(iced.FormatterSyntax.Intel);
  formatter.spaceAfterOperandSeparator = true;
  formatter.hexPrefix = "0x";
  formatter.hexSuffix = "";
  formatter.uppercaseHex = false;
  formatter.branchLeadingZeros = false;
  formatter.showBranchSize = false;
  const decoded = new iced.Instruction();
  decoder.ip = BigInt(start);
  const names = mnemonicNames(iced);
  const instructions: Instruction[] = [];
  try {
    while (decoder.canDecode) {
      decoder.decodeOut(decoded);
      instructions.push({
        address: Number(decoded.ip),
        text: formatter.format(decoded),
        ...describe(
          { iced, decoded, mnemonic: names[decoded.mnemonic] ?? "", nameOf },
          start,
          start + bytes.length,
        ),
      });
    }
  } finally {
    decoded.free();
    formatter.free();
    decoder.free();
  }
  return instructions;
}

function mnemonicNames(iced: Iced): readonly string[] {
  const names: string[] = [];
  for (const [name, id] of Object.entries(iced.Mnemonic))
    if (typeof id === "number") names[id] = name.toLowerCase();
  return names;
}

interface Context {
  readonly iced: Iced;
  readonly decoded: Decoded;
  readonly mnemonic: string;
  readonly nameOf: NameOf;
}

function describe(context: Context, start: number, end: number): Omit<Instruction, "address" | "text"> {
  const { iced, decoded, nameOf } = context;
  const { FlowControl } = iced;
  const flow = decoded.flowControl;
  if (flow === FlowControl.Call || flow === FlowControl.IndirectCall)
    return { class: "call", callee: calleeOf(context) };
  if (flow === FlowControl.ConditionalBranch || flow === FlowControl.UnconditionalBranch) {
    const target = Number(decoded.nearBranchTarget);
    const kind = flow === FlowControl.ConditionalBranch ? "branch" : "jump";
    return target >= start && target < end
      ? { class: kind, target }
      : { class: kind, callee: nameOf(target) };
  }
  if (flow === FlowControl.IndirectBranch || flow === FlowControl.Return) return { class: "jump" };
  return describeWork(context);
}

function describeWork(context: Context): Omit<Instruction, "address" | "text"> {
  const { mnemonic } = context;
  const bits = x86ElementBits(mnemonic, firstRegisterBits(context));
  const constant = mnemonic !== "" && isConstant(context);
  const loaded = loadedBits(context);
  return {
    class: constant ? "other" : x86Class(mnemonic),
    ...(loaded === undefined ? {} : { loadBits: loaded }),
    ...(x86Widens(mnemonic) ? { widens: true as const } : {}),
    ...(bits === undefined || constant ? {} : { elementBits: bits }),
  };
}

function calleeOf({ decoded, nameOf, iced }: Context): string {
  if (decoded.flowControl === iced.FlowControl.Call) return nameOf(Number(decoded.nearBranchTarget));
  return decoded.isIpRelMemoryOperand ? nameOf(Number(decoded.ipRelMemoryAddress)) : "";
}

function firstRegisterBits({ iced, decoded }: Context): number {
  if (decoded.opCount === 0 || decoded.opKind(0) !== iced.OpKind.Register) return Number.POSITIVE_INFINITY;
  return iced.RegisterExt.size(decoded.opRegister(0)) * 8;
}

/** The stack holds spilled addresses and counters, and what stands at a fixed address is no element. */
function loadedBits({ iced, decoded, mnemonic }: Context): number | undefined {
  const { OpKind, Register } = iced;
  if (/^(lea|nop|prefetch\w*|push|call)$/.test(mnemonic)) return undefined;
  const first = /^(cmp|test)$/.test(mnemonic) ? 0 : 1;
  for (let operand = first; operand < decoded.opCount; operand++) {
    if (decoded.opKind(operand) !== OpKind.Memory) continue;
    const onStack = decoded.memoryBase === Register.RSP || decoded.memoryBase === Register.RBP;
    const fixed = decoded.memoryBase === Register.None || decoded.isIpRelMemoryOperand;
    if ((onStack || fixed) && decoded.memoryIndex === Register.None) return undefined;
    const bits = iced.MemorySizeExt.size(decoded.memorySize) * 8;
    return bits >= 8 && bits <= 64 ? bits : undefined;
  }
  return undefined;
}

/** Exclusive-or and the like of a register with itself make a constant. */
function isConstant({ iced, decoded, mnemonic }: Context): boolean {
  if (!/^v?(p?xor\w*|psub[bwdq]|pcmpeq[bwdq]|sub)$/.test(mnemonic)) return false;
  const last = decoded.opCount - 1;
  return (
    last >= 1 &&
    decoded.opKind(last) === iced.OpKind.Register &&
    decoded.opKind(last - 1) === iced.OpKind.Register &&
    decoded.opRegister(last) === decoded.opRegister(last - 1)
  );
}
