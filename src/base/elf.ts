import type { Result } from "./result.ts";
import { err, ok } from "./result.ts";

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
}

export interface ElfSymbol {
  /** As it stands in the file: mangled. */
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly isFunction: boolean;
}

/** A slot that the dynamic linker fills: with a named symbol, or with an address of this file. */
export interface ElfRelocation {
  readonly slot: number;
  readonly symbol: string;
  readonly addend: number;
}

export interface Elf {
  readonly machine: "x86-64" | "aarch64" | "other";
  readonly positionIndependent: boolean;
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  /** Defined symbols of .symtab, else of .dynsym. */
  readonly symbols: readonly ElfSymbol[];
  readonly relocations: readonly ElfRelocation[];
}

export interface ElfProblem {
  readonly kind: "elfProblem";
  readonly message: string;
}

const maxEntries = 4_000_000;

/** Reads the tables of a 64-bit little-endian ELF file (System V ABI, gABI 4.1). Never throws: a damaged file is an ElfProblem. */
export function parseElf(bytes: Uint8Array): Result<Elf, ElfProblem> {
  try {
    return readElf(new Reader(bytes));
  } catch (error) {
    if (error instanceof RangeError) return problem("a table of the file points outside of it");
    throw error;
  }
}

function problem(message: string): Result<Elf, ElfProblem> {
  return err({ kind: "elfProblem", message });
}

class Reader {
  readonly view: DataView;
  readonly bytes: Buffer;
  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  u16(at: number): number {
    return this.view.getUint16(at, true);
  }
  u32(at: number): number {
    return this.view.getUint32(at, true);
  }
  u64(at: number): number {
    return this.u32(at) + this.u32(at + 4) * 4294967296;
  }
  text(at: number): string {
    const end = this.bytes.indexOf(0, at);
    if (at >= this.bytes.length || end === -1) throw new RangeError("text without end");
    return this.bytes.toString("utf8", at, end);
  }
}

function readElf(reader: Reader): Result<Elf, ElfProblem> {
  if (reader.bytes.length < 64 || reader.u32(0) !== 0x464c457f) return problem("not an ELF file");
  if (reader.bytes[4] !== 2 || reader.bytes[5] !== 1) return problem("not a 64-bit little-endian ELF file");
  const machine = reader.u16(18);
  const sections = readSections(reader);
  const table = sections.find((one) => one.type === 2) ?? sections.find((one) => one.type === 11);
  return ok({
    machine: machine === 62 ? "x86-64" : machine === 183 ? "aarch64" : "other",
    positionIndependent: reader.u16(16) === 3,
    segments: readSegments(reader),
    sections,
    symbols: table === undefined ? [] : readSymbols(reader, table, sections).filter(isDefined),
    relocations: sections
      .filter((one) => one.type === 4)
      .flatMap((one) => readRelocations(reader, one, sections)),
  });
}

function readSegments(reader: Reader): readonly ElfSegment[] {
  const at = reader.u64(32);
  const size = reader.u16(54);
  return range(reader.u16(56)).flatMap((index) => {
    const entry = at + index * size;
    if (reader.u32(entry) !== 1) return [];
    return [
      {
        offset: reader.u64(entry + 8),
        address: reader.u64(entry + 16),
        fileSize: reader.u64(entry + 32),
        executable: (reader.u32(entry + 4) & 1) === 1,
      },
    ];
  });
}

interface LinkedSection extends ElfSection {
  readonly link: number;
}

function readSections(reader: Reader): readonly LinkedSection[] {
  const at = reader.u64(40);
  if (at === 0) return [];
  const size = reader.u16(58);
  const namesOffset = reader.u64(at + reader.u16(62) * size + 24);
  return range(reader.u16(60)).map((index) => {
    const entry = at + index * size;
    const type = reader.u32(entry + 4);
    return {
      name: type === 0 ? "" : reader.text(namesOffset + reader.u32(entry)),
      type,
      executable: (reader.u64(entry + 8) & 4) === 4,
      address: reader.u64(entry + 16),
      offset: reader.u64(entry + 24),
      size: reader.u64(entry + 32),
      link: reader.u32(entry + 40),
    };
  });
}

interface RawSymbol extends ElfSymbol {
  readonly section: number;
}

function isDefined(symbol: RawSymbol): boolean {
  return symbol.section !== 0 && symbol.name !== "";
}

function readSymbols(
  reader: Reader,
  table: LinkedSection,
  sections: readonly LinkedSection[],
): readonly RawSymbol[] {
  const names = sections[table.link]?.offset ?? 0;
  return range(entryCount(reader, table, 24)).map((index) => {
    const entry = table.offset + index * 24;
    return {
      name: reader.text(names + reader.u32(entry)),
      isFunction: ((reader.bytes[entry + 4] ?? 0) & 15) === 2,
      section: reader.u16(entry + 6),
      address: reader.u64(entry + 8),
      size: reader.u64(entry + 16),
    };
  });
}

function readRelocations(
  reader: Reader,
  table: LinkedSection,
  sections: readonly LinkedSection[],
): readonly ElfRelocation[] {
  const symbolTable = sections[table.link];
  const names =
    symbolTable?.type === 11 || symbolTable?.type === 2 ? readSymbols(reader, symbolTable, sections) : [];
  return range(entryCount(reader, table, 24)).map((index) => {
    const entry = table.offset + index * 24;
    return {
      slot: reader.u64(entry),
      symbol: names[reader.u32(entry + 12)]?.name ?? "",
      addend: reader.u64(entry + 16),
    };
  });
}

function entryCount(reader: Reader, table: ElfSection, size: number): number {
  if (table.offset + table.size > reader.bytes.length) throw new RangeError("table outside of the file");
  return Math.min(Math.floor(table.size / size), maxEntries);
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** The address that an offset in the file is linked at; undefined when no loaded segment holds it. */
export function addressOfOffset(elf: Elf, offset: number): number | undefined {
  const segment = elf.segments.find((one) => offset >= one.offset && offset < one.offset + one.fileSize);
  return segment === undefined ? undefined : segment.address + (offset - segment.offset);
}
