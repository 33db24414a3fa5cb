/** A function of the fixture: its name, its machine code. Functions stand one after the other from `codeAddress`. */
export interface FixtureFunction {
  readonly name: string;
  readonly code: readonly number[];
}

/** A slot of the fixture's GOT: filled with a name by the dynamic linker, or with an address of this file. */
export type FixtureSlot =
  | { readonly symbol: string }
  | { readonly address: number }
  | { readonly content: number };

export const codeAddress = 0x1000;
export const slotAddress = 0x8000;

const headerSize = 64;

interface Part {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly link: number;
}

/** A small x86-64 shared object, byte by byte, so that tests know every instruction in it. */
export function elfFixture(
  functions: readonly FixtureFunction[],
  slots: readonly FixtureSlot[] = [],
): Uint8Array {
  const imported = slots.flatMap((slot) => ("symbol" in slot ? [slot.symbol] : []));
  const names = stringTable(functions.map((each) => each.name));
  const importedNames = stringTable(imported);
  const starts = addresses(functions);
  const code = Uint8Array.from(functions.flatMap((each) => each.code));
  const got = words(slots.map((slot) => ("content" in slot ? slot.content : 0)));
  const parts: Part[] = [
    part("", new Uint8Array(0), { type: 0 }),
    part(".text", code, { type: 1, flags: 6, address: codeAddress }),
    part(".got", got, { type: 1, flags: 3, address: slotAddress }),
    part(".rela.dyn", relocations(slots, imported), { type: 4, flags: 2, link: 5 }),
    part(".symtab", symbols(functions, starts, names.offsets), { type: 2, link: 6 }),
    part(".dynsym", importedSymbols(importedNames.offsets), { type: 11, flags: 2, link: 7 }),
    part(".strtab", names.bytes),
    part(".dynstr", importedNames.bytes),
  ];
  return assemble(parts);
}

function addresses(functions: readonly FixtureFunction[]): readonly number[] {
  let next = codeAddress;
  return functions.map((each) => {
    const start = next;
    next += each.code.length;
    return start;
  });
}

function part(name: string, bytes: Uint8Array, rest: Partial<Omit<Part, "name" | "bytes">> = {}): Part {
  return { name, type: 3, flags: 0, address: 0, link: 0, ...rest, bytes };
}

function stringTable(names: readonly string[]): {
  readonly bytes: Uint8Array;
  readonly offsets: readonly number[];
} {
  let text = "\0";
  const offsets = names.map((name) => {
    const offset = text.length;
    text += `${name}\0`;
    return offset;
  });
  return { bytes: Buffer.from(text, "latin1"), offsets };
}

function words(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), index * 8);
  return bytes;
}

function symbols(
  functions: readonly FixtureFunction[],
  starts: readonly number[],
  offsets: readonly number[],
): Uint8Array {
  const bytes = Buffer.alloc((functions.length + 1) * 24);
  for (const [index, each] of functions.entries()) {
    const at = (index + 1) * 24;
    bytes.writeUInt32LE(offsets[index] ?? 0, at);
    bytes.writeUInt8(0x12, at + 4);
    bytes.writeUInt16LE(1, at + 6);
    bytes.writeBigUInt64LE(BigInt(starts[index] ?? 0), at + 8);
    bytes.writeBigUInt64LE(BigInt(each.code.length), at + 16);
  }
  return bytes;
}

function importedSymbols(offsets: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc((offsets.length + 1) * 24);
  for (const [index, offset] of offsets.entries()) {
    bytes.writeUInt32LE(offset, (index + 1) * 24);
    bytes.writeUInt8(0x12, (index + 1) * 24 + 4);
  }
  return bytes;
}

function relocations(slots: readonly FixtureSlot[], imported: readonly string[]): Uint8Array {
  const filled = slots.flatMap((slot, index) => ("content" in slot ? [] : [{ slot, index }]));
  const bytes = Buffer.alloc(filled.length * 24);
  for (const [place, { slot, index }] of filled.entries()) {
    const at = place * 24;
    bytes.writeBigUInt64LE(BigInt(slotAddress + index * 8), at);
    // R_X86_64_GLOB_DAT (6) names a symbol, R_X86_64_RELATIVE (8) an address.
    bytes.writeUInt32LE("symbol" in slot ? 6 : 8, at + 8);
    if ("symbol" in slot) bytes.writeUInt32LE(imported.indexOf(slot.symbol) + 1, at + 12);
    else bytes.writeBigInt64LE(BigInt(slot.address), at + 16);
  }
  return bytes;
}

function assemble(parts: readonly Part[]): Uint8Array {
  const names = stringTable([...parts.map((each) => each.name), ".shstrtab"]);
  const all = [...parts, part(".shstrtab", names.bytes)];
  const bodies = Buffer.concat(all.map((each) => each.bytes));
  const tableOffset = headerSize + bodies.length;
  const header = Buffer.alloc(headerSize);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(3, 16);
  header.writeUInt16LE(62, 18);
  header.writeBigUInt64LE(BigInt(tableOffset), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(all.length, 60);
  header.writeUInt16LE(all.length - 1, 62);
  const table = Buffer.alloc(all.length * 64);
  let offset = headerSize;
  for (const [index, each] of all.entries()) {
    const at = index * 64;
    table.writeUInt32LE(names.offsets[index] ?? 0, at);
    table.writeUInt32LE(each.type, at + 4);
    table.writeBigUInt64LE(BigInt(each.flags), at + 8);
    table.writeBigUInt64LE(BigInt(each.address), at + 16);
    table.writeBigUInt64LE(BigInt(offset), at + 24);
    table.writeBigUInt64LE(BigInt(each.bytes.length), at + 32);
    table.writeUInt32LE(each.link, at + 40);
    offset += each.bytes.length;
  }
  return Buffer.concat([header, bodies, table]);
}
