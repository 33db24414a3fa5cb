import { isConditionalMove, isPackedMnemonic } from "../../base/x86-mnemonics.ts";
import type { InstructionClass } from "./instruction.ts";

const scalarFloat = /^v?\w+s[sdh]$/;
const notScalarFloat =
  /^(push\w*|vbroadcast\w*|v?mov\w*|\w*movs[bwdq]|cmps[bwdq]|lods[bwdq]|stos[bwdq]|scas[bwdq]|lds|les|lss|cs|ds|ss|vlds|vss)$/;

/** Class of an x86-64 instruction by its mnemonic, for those that are neither branch nor call. */
export function x86Class(mnemonic: string): InstructionClass {
  if (isConditionalMove(mnemonic)) return "conditional move";
  if (isPackedMnemonic(mnemonic)) return "packed";
  if (scalarFloat.test(mnemonic) && !notScalarFloat.test(mnemonic)) return "scalar float";
  return "other";
}

const arithmetic = /^(add|sub|imul|mul|adc|sbb|inc|dec|neg|xor|and|or|shl|shr|sar|sal|rol|ror|idiv|div)$/;
const elementSuffix: Readonly<Record<string, number>> = { b: 8, w: 16, d: 32, q: 64 };

/** Width of one element of integer arithmetic; `registerBits` is the first operand's. Address arithmetic by lea is left out. */
export function x86ElementBits(mnemonic: string, registerBits: number): number | undefined {
  const packed = /^v?p(?:add|sub|mull|min[su]|max[su]|abs|sll|srl|sra|cmpeq|cmpgt)([bwdq])$/.exec(
    mnemonic,
  )?.[1];
  if (packed !== undefined) return elementSuffix[packed];
  return arithmetic.test(mnemonic) && registerBits <= 64 ? registerBits : undefined;
}

/** Packed instructions that make elements of another width than those they were given. */
export function x86Widens(mnemonic: string): boolean {
  return /^v?(pmov[sz]x\w+|punpck\w+|pmadd\w+|psadbw|pack[su]s\w+|cvt\w+|pmuludq|pmuldq)$/.test(mnemonic);
}

/** Class of an AArch64 instruction by mnemonic and operands, branches and calls included. */
export function aarch64Class(mnemonic: string, operands: string): InstructionClass {
  if (/^(bl|blr|blraa\w*)$/.test(mnemonic)) return "call";
  if (/^(b\.\w+|bc\.\w+|cbn?z|tbn?z)$/.test(mnemonic)) return "branch";
  if (/^(b|br|ret\w*)$/.test(mnemonic)) return "jump";
  if (/^(csel|csinc|csinv|csneg|cset|csetm|cinc|cinv|cneg|fcsel)$/.test(mnemonic)) return "conditional move";
  if (/^(ld|st|f?mov|dup|ins|umov|smov|ext)/.test(mnemonic)) return "other";
  if (/\b[vz]\d+\.\d*[bhsd]\b/.test(operands)) return "packed";
  return /^f[a-z]/.test(mnemonic) && /\b[sdh]\d+\b/.test(operands) ? "scalar float" : "other";
}

export function aarch64ElementBits(mnemonic: string, operands: string): number | undefined {
  const packed = /\bv\d+\.\d*([bhsd])\b/.exec(operands)?.[1];
  const lane = packed === undefined ? undefined : { b: 8, h: 16, s: 32, d: 64 }[packed];
  if (
    !/^(add|adds|sub|subs|mul|madd|msub|and|orr|eor|lsl|lsr|asr|neg|sdiv|udiv|[su]max|[su]min)$/.test(
      mnemonic,
    )
  )
    return undefined;
  if (lane !== undefined) return lane;
  return operands.startsWith("w") ? 32 : operands.startsWith("x") ? 64 : undefined;
}

const loadWidths: Readonly<Record<string, number>> = { b: 8, sb: 8, h: 16, sh: 16, sw: 32 };

/** Width of the element that a scalar AArch64 load reads, stack aside; pairs read two of it. */
export function aarch64LoadBits(mnemonic: string, operands: string): number | undefined {
  const suffix = /^ld(?:u?r|p|apr|ar)(s?[bhw])?$/.exec(mnemonic);
  const base = /\[(\w+)/.exec(operands)?.[1];
  if (suffix === null || base === undefined || base === "sp" || base === "x29") return undefined;
  if (suffix[1] !== undefined) return loadWidths[suffix[1]];
  const registers: Readonly<Record<string, number>> = { w: 32, x: 64, s: 32, d: 64, h: 16, b: 8 };
  return registers[operands.charAt(0)];
}

export function aarch64Widens(mnemonic: string): boolean {
  return /^([su](xtl|mlal|mull|addl|addw|adalp|addlp|dot)2?|xtn2?|[su]qxtu?n2?|fcvt\w*)$/.test(mnemonic);
}
