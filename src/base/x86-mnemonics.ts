/**
 * What an instruction's name proves. A packed operation works on several elements at once; moves, logic of floats
 * (used for the sign of one number) and the unpacking that conversions of one number use prove nothing.
 */
const packedInteger =
  /^v?p(abs|adds?|addus|subs?|subus|mul|madd|max|min|and|or|xor|sll|srl|sra|rol|ror|sh[lr]d|avg|sad|sign|shuf|ack|hadd|hsub|blend|movsx|movzx|perm|ternlog|dp|alignr|hminposuw|lzcnt|conflict|gather|scatter|cmp(eq|gt|u?[bwdq]$))/;
const packedFloat =
  /^v?(add|sub|mul|div|max|min|sqrt|cmp|dp|hadd|hsub|addsub|rcp|rcp14|rsqrt|rsqrt14|round|rndscale|blend|blendv|blendm|shuf|perm\w*|gather[dq]|scatter[dq]|fn?m(add|sub)\d*|fmaddsub\d*|fmsubadd\d*|range|scalef)(ps|pd|ph)$/;
/** What AVX and AVX-512 add under names of their own: permutations, narrowing, packing by a mask, parts of floats. */
const packedByVex =
  /^v(perm([bwdq]|[it]2\w+|2[fi]128)|pmov(us|s)?(db|dw|qb|qd|qw|wb)|p?(compress|expand)\w+|(getexp|getmant|reduce|fixupimm|fpclass|rcp28|rsqrt28|exp2)p[sdh]|fc?(madd|mul)cph)$/;
const packedOther = /^v?(cvtt?(dq|udq|qq|uqq)2(ps|pd|ph)|cvtt?ps2u?dq|punpck[lh](bw|wd)|popcnt[bwdq])$/;
const scalarLookAlike = /^p(ause|dep|ext|op|ush|refetch|opcnt|or?t)/;

/** For x86-64, lower case, as disassemblers name it. `popcnt` on one register is not a packed operation, `vpopcntd` is. */
export function isPackedMnemonic(name: string): boolean {
  if (name === "popcnt" || scalarLookAlike.test(name)) return false;
  return (
    packedInteger.test(name) ||
    packedFloat.test(name) ||
    packedByVex.test(name) ||
    packedOther.test(name) ||
    /^vpopcnt/.test(name)
  );
}

/** With both sources the same register these make a zero or all ones: no work on elements. */
export function makesConstantOfItself(name: string): boolean {
  return /^v?(pxor[dq]?|psub[bwdq]|pcmpeq[bwdq]|pandnd?|xorp[sd])$/.test(name);
}

export function isConditionalMove(name: string): boolean {
  return name.startsWith("cmov");
}
