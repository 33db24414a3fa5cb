import { expect, test } from "vitest";
import { isPackedMnemonic } from "./x86-mnemonics.ts";

test.each([
  [
    "work on several elements",
    true,
    "paddd vpaddd addps vfmadd231ps pshufb vpermd vpermt2w vpmovdb vpcompressd vgetexpps palignr pmaxsw vpopcntd",
  ],
  [
    "moves, logic of floats, conversions of one number",
    false,
    "movaps vmovdqu32 xorps andpd cvtps2pd unpcklps punpcklqdq pinsrd pmovmskb",
  ],
  [
    "names that only look alike",
    false,
    "push pop popcnt pause pext pdep prefetcht0 addss mulsd cmovne ptest vgatherpf0dps",
  ],
])("%s: packed is %s", (_what, packed, names) => {
  for (const name of names.split(" ")) expect(isPackedMnemonic(name), name).toBe(packed);
});
