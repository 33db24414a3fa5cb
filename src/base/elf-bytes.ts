/** Numbers and names at places of a file. Every method throws a RangeError where the file does not reach. */
export interface Reader {
  readonly bytes: Uint8Array;
  u8(at: number): number;
  u16(at: number): number;
  u32(at: number): number;
  /** Throws for values that a double cannot hold exactly: no file has such an offset, no program such an address. */
  u64(at: number): number;
  i64(at: number): number;
  need(offset: number, size: number, what: string): void;
  /** The zero-ended name at an offset of a string table. */
  text(table: { readonly offset: number; readonly size: number }, offset: number): string;
}

const twoTo32 = 4294967296;

export function createReader(bytes: Uint8Array): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  // Names may share their tails, so their lengths add up to more than the file; without end only in a hostile one.
  let textBudget = bytes.length * 16 + 65536;

  const exact = (number: number): number => {
    if (!Number.isSafeInteger(number)) throw new RangeError(`a value of ${number} is out of range`);
    return number;
  };
  const need = (offset: number, size: number, what: string): void => {
    if (offset < 0 || size < 0 || offset + size > bytes.length)
      throw new RangeError(`${what} reaches past the end of the file`);
  };
  return {
    bytes,
    u8: (at) => view.getUint8(at),
    u16: (at) => view.getUint16(at, true),
    u32: (at) => view.getUint32(at, true),
    u64: (at) => exact(view.getUint32(at, true) + view.getUint32(at + 4, true) * twoTo32),
    i64: (at) => exact(view.getUint32(at, true) + view.getInt32(at + 4, true) * twoTo32),
    need,
    text: (table, offset) => {
      if (offset >= table.size) return "";
      need(table.offset, table.size, "a string table");
      const start = table.offset + offset;
      const found = bytes.indexOf(0, start);
      const end = found === -1 ? table.offset + table.size : Math.min(found, table.offset + table.size);
      textBudget -= end - start;
      if (textBudget < 0) throw new RangeError("names are longer than the file allows");
      return decoder.decode(bytes.subarray(start, end));
    },
  };
}
