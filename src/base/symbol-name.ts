const rustHash = /::h[0-9a-f]{16}$/;
/** What the linker and LLVM append to names of parts of a function. */
const partSuffix = /\.(?:llvm\.\d+|cold|part\.\d+|constprop\.\d+|isra\.\d+|abi0|abiinternal)(?=\.|$)/g;

/** A demangled name without what compilers append to tell copies and parts of a function apart. */
export function cleanSymbol(symbol: string): string {
  return symbol
    .replace(/ \(\.llvm\.\d+\)$/, "")
    .replace(partSuffix, "")
    .replace(rustHash, "")
    .replace(/(?<=\w)\[[0-9a-f]{6,16}\]/g, "")
    .trim();
}

/** Whether a readable name is code of SipHash, the hash function that Rust's maps take unless they are told another. */
export function isSipHash(symbol: string): boolean {
  return /\bsip::|SipHasher|DefaultHasher/.test(symbol);
}
