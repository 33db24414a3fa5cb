import { createReader, type Reader } from "./elf-bytes.ts";
import { err, ok, type Result } from "./result.ts";

export interface ElfSegment {
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly executable: boolean;
}

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly executable: boolean;
  /** Whether it is in memory when the program runs. */
  readonly allocated: boolean;
  /** Of another section that belongs to it, by index. */
  readonly link: number;
}

export interface ElfSymbol {
  /** As it stands in the file: mangled. */
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly isFunction: boolean;
  readonly kind: "function" | "object" | "section" | "other";
  /** False for symbols that another object has to bring. */
  readonly defined: boolean;
  /** Index of the section that holds it; 0 where undefined. */
  readonly section: number;
}

/** A slot that the dynamic linker fills: with a named symbol, or with an address of this file. */
export interface ElfRelocation {
  readonly slot: number;
  readonly symbol: string;
  readonly addend: number;
}

export interface Elf {
  readonly machine: "x86-64" | "aarch64" | "other";
  readonly kind: "relocatable" | "executable" | "shared" | "other";
  readonly positionIndependent: boolean;
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  /** Defined symbols of .symtab, else of .dynsym. */
  readonly symbols: readonly ElfSymbol[];
  /** All of .symtab. */
  readonly staticSymbols: readonly ElfSymbol[];
  /** All of .dynsym. */
  readonly dynamicSymbols: readonly ElfSymbol[];
  /** Of the dynamic linker only; relocations of relocatable files are not read. */
  readonly relocations: readonly ElfRelocation[];
  readonly bytes: Uint8Array;
}

export interface ElfProblem {
  readonly kind: "notElf" | "unsupported" | "malformed";
  readonly message: string;
}

const sectionType = { symtab: 2, rela: 4, nobits: 8, dynsym: 11 } as const;
const sectionFlag = { allocated: 2, executable: 4 } as const;

/**
 * Reads a 64-bit little-endian ELF file (System V gABI 4.1). Every offset and count is held against the file's length
 * before it is used, so a truncated or hostile file is a problem, never a crash or an endless loop.
 */
export function parseElf(bytes: Uint8Array): Result<Elf, ElfProblem> {
  if (bytes.length < 4 || bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46)
    return problem("notElf", "it does not begin with the ELF magic");
  if (bytes.length < 64) return problem("malformed", "the header is cut off");
  if (bytes[4] !== 2 || bytes[5] !== 1)
    return problem("unsupported", "only 64-bit little-endian files are read");
  try {
    return ok(readParts(createReader(bytes)));
  } catch (error) {
    if (error instanceof RangeError) return problem("malformed", error.message);
    throw error;
  }
}

function problem(
  kind: ElfProblem["kind"],
  message: string,
): { readonly ok: false; readonly error: ElfProblem } {
  return err({ kind, message });
}

function readParts(reader: Reader): Elf {
  const machine = reader.u16(18);
  const type = reader.u16(16);
  const sections = readSections(reader);
  const staticSymbols = readSymbols(reader, sections, sectionType.symtab);
  const dynamicSymbols = readSymbols(reader, sections, sectionType.dynsym);
  const named = sections.some((section) => section.type === sectionType.symtab)
    ? staticSymbols
    : dynamicSymbols;
  return {
    machine: machine === 62 ? "x86-64" : machine === 183 ? "aarch64" : "other",
    kind: type === 1 ? "relocatable" : type === 2 ? "executable" : type === 3 ? "shared" : "other",
    positionIndependent: type === 3,
    segments: readSegments(reader),
    sections,
    symbols: named.filter(({ defined, name }) => defined && name !== ""),
    staticSymbols,
    dynamicSymbols,
    relocations: type === 1 ? [] : readRelocations(reader, sections, dynamicSymbols),
    bytes: reader.bytes,
  };
}

function readSegments(reader: Reader): readonly ElfSegment[] {
  const tableOffset = reader.u64(32);
  const entrySize = reader.u16(54);
  const count = reader.u16(56);
  if (tableOffset === 0 || count === 0) return [];
  if (entrySize < 56) throw new RangeError("program headers are too small");
  reader.need(tableOffset, count * entrySize, "program headers");
  return Array.from({ length: count }, (_, index) => tableOffset + index * entrySize)
    .filter((at) => reader.u32(at) === 1)
    .map((at) => ({
      offset: reader.u64(at + 8),
      address: reader.u64(at + 16),
      fileSize: reader.u64(at + 32),
      executable: (reader.u32(at + 4) & 1) === 1,
    }));
}

function readSections(reader: Reader): readonly ElfSection[] {
  const tableOffset = reader.u64(40);
  const entrySize = reader.u16(58);
  if (tableOffset === 0) return [];
  if (entrySize < 64) throw new RangeError("section headers are too small");
  // With too many sections for 16 bits, the counts stand in the first header (System V gABI, "ELF Header").
  const count = reader.u16(60) || reader.u64(tableOffset + 32);
  reader.need(tableOffset, count * entrySize, "section headers");
  const headers = Array.from({ length: count }, (_, index) =>
    readSection(reader, tableOffset + index * entrySize),
  );
  const shortIndex = reader.u16(62);
  const names = headers[shortIndex === 0xffff ? reader.u32(tableOffset + 40) : shortIndex];
  return headers.map(({ nameOffset, ...header }) => ({
    ...header,
    name: names === undefined ? "" : reader.text(names, nameOffset),
  }));
}

function readSection(reader: Reader, at: number): Omit<ElfSection, "name"> & { readonly nameOffset: number } {
  // The flags of interest stand in the low half.
  const flags = reader.u32(at + 8);
  const header = {
    nameOffset: reader.u32(at),
    type: reader.u32(at + 4),
    executable: (flags & sectionFlag.executable) !== 0,
    allocated: (flags & sectionFlag.allocated) !== 0,
    address: reader.u64(at + 16),
    offset: reader.u64(at + 24),
    size: reader.u64(at + 32),
    link: reader.u32(at + 40),
  };
  if (header.type !== sectionType.nobits && header.type !== 0)
    reader.need(header.offset, header.size, "a section");
  return header;
}

function readSymbols(reader: Reader, sections: readonly ElfSection[], type: number): readonly ElfSymbol[] {
  const table = sections.find((section) => section.type === type);
  const names = table === undefined ? undefined : sections[table.link];
  if (table === undefined || names === undefined) return [];
  const symbols: ElfSymbol[] = [];
  for (let at = table.offset; at + 24 <= table.offset + table.size; at += 24) {
    const section = reader.u16(at + 6);
    const kind = symbolKind(reader.u8(at + 4) & 15);
    symbols.push({
      name: reader.text(names, reader.u32(at)),
      address: reader.u64(at + 8),
      size: reader.u64(at + 16),
      isFunction: kind === "function",
      kind,
      defined: section !== 0,
      section,
    });
  }
  return symbols;
}

/** Indirect functions (10) are called like any other. */
function symbolKind(type: number): ElfSymbol["kind"] {
  if (type === 2 || type === 10) return "function";
  return type === 1 ? "object" : type === 3 ? "section" : "other";
}

function readRelocations(
  reader: Reader,
  sections: readonly ElfSection[],
  dynamicSymbols: readonly ElfSymbol[],
): readonly ElfRelocation[] {
  const relocations: ElfRelocation[] = [];
  const seen = new Set<number>();
  for (const section of sections) {
    // Hostile headers may name one table many times; each byte is worth one look.
    if (section.type !== sectionType.rela || seen.has(section.offset)) continue;
    seen.add(section.offset);
    if (relocations.length * 24 > reader.bytes.length) throw new RangeError("relocation tables overlap");
    for (let at = section.offset; at + 24 <= section.offset + section.size; at += 24) {
      relocations.push({
        slot: reader.u64(at),
        symbol: dynamicSymbols[reader.u32(at + 12)]?.name ?? "",
        addend: reader.i64(at + 16),
      });
    }
  }
  return relocations;
}

/** The bytes of a section; empty for sections that occupy no space in the file. */
export function sectionBytes(elf: Elf, section: ElfSection): Uint8Array {
  if (section.type === sectionType.nobits) return new Uint8Array(0);
  return elf.bytes.subarray(section.offset, section.offset + section.size);
}

/** Whether it holds code that stands in the file. */
export function isExecutableSection(section: ElfSection): boolean {
  return section.executable && section.type !== sectionType.nobits;
}

/** Eight bytes at a virtual address as they stand in the file, or undefined where no section holds them. */
export function wordAt(elf: Elf, address: number): number | undefined {
  const section = elf.sections.find(
    (candidate) =>
      candidate.allocated &&
      candidate.type !== sectionType.nobits &&
      address >= candidate.address &&
      address + 8 <= candidate.address + candidate.size,
  );
  if (section === undefined) return undefined;
  const at = section.offset + (address - section.address);
  const value = new DataView(elf.bytes.buffer, elf.bytes.byteOffset + at, 8).getBigUint64(0, true);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

/** The address that an offset in the file is linked at; undefined when no loaded segment holds it. */
export function addressOfOffset(elf: Elf, offset: number): number | undefined {
  const segment = elf.segments.find((one) => offset >= one.offset && offset < one.offset + one.fileSize);
  return segment === undefined ? undefined : segment.address + (offset - segment.offset);
}
