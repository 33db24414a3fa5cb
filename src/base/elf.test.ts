import { closeSync, openSync, readSync } from "node:fs";
import { execPath } from "node:process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { elfFixture, slotAddress } from "../../test/support/elf-fixture.ts";
import { addressOfOffset, parseElf, wordAt } from "./elf.ts";

/** A small ELF: one loaded segment, sections for text, symbols and names. */
function smallElf(): Uint8Array {
  const bytes = Buffer.alloc(1024);
  bytes.writeUInt32LE(0x464c457f, 0);
  bytes.set([2, 1, 1], 4);
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(62, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeBigUInt64LE(512n, 40);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt16LE(64, 58);
  bytes.writeUInt16LE(4, 60);
  bytes.writeUInt16LE(3, 62);
  bytes.writeUInt32LE(1, 64);
  bytes.writeUInt32LE(5, 68);
  bytes.writeBigUInt64LE(128n, 72);
  bytes.writeBigUInt64LE(0x2000n, 80);
  bytes.writeBigUInt64LE(64n, 96);
  bytes.write("\0work\0.text\0.symtab\0.names\0", 256);
  const section = (
    index: number,
    values: readonly [name: number, type: number, offset: number, size: number],
  ) => {
    const at = 512 + index * 64;
    bytes.writeUInt32LE(values[0], at);
    bytes.writeUInt32LE(values[1], at + 4);
    bytes.writeBigUInt64LE(index === 1 ? 4n : 0n, at + 8);
    bytes.writeBigUInt64LE(index === 1 ? 0x2000n : 0n, at + 16);
    bytes.writeBigUInt64LE(BigInt(values[2]), at + 24);
    bytes.writeBigUInt64LE(BigInt(values[3]), at + 32);
    bytes.writeUInt32LE(index === 2 ? 3 : 0, at + 40);
  };
  section(1, [6, 1, 128, 64]);
  section(2, [12, 2, 320, 48]);
  section(3, [20, 3, 256, 32]);
  bytes.writeUInt32LE(1, 344);
  bytes.writeUInt8(2, 348);
  bytes.writeUInt16LE(1, 350);
  bytes.writeBigUInt64LE(0x2010n, 352);
  bytes.writeBigUInt64LE(16n, 360);
  return bytes;
}

test("sections, symbols and the address of an offset", () => {
  const parsed = parseElf(smallElf());
  if (!parsed.ok) throw new Error(parsed.error.message);
  expect(parsed.value).toMatchObject({ machine: "x86-64", positionIndependent: true });
  expect(parsed.value.symbols).toMatchObject([{ name: "work", address: 0x2010, size: 16, isFunction: true }]);
  expect(addressOfOffset(parsed.value, 130)).toBe(0x2002);
  expect(addressOfOffset(parsed.value, 4)).toBeUndefined();
});

test("a real program's header is read as far as the bytes go", () => {
  const head = Buffer.alloc(4096);
  const file = openSync(execPath, "r");
  readSync(file, head);
  closeSync(file);
  expect(parseElf(head)).toMatchObject({ ok: false });
});

test("damaged files are problems, never exceptions", () => {
  const whole = smallElf();
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: whole.length }),
      fc.array(fc.tuple(fc.integer({ min: 4, max: 1023 }), fc.integer({ min: 0, max: 255 })), {
        maxLength: 12,
      }),
      (length, changes) => {
        const damaged = Uint8Array.from(whole);
        for (const [at, value] of changes) damaged[at] = value;
        const parsed = parseElf(damaged.subarray(0, length));
        if (!parsed.ok) expect(["malformed", "unsupported", "notElf"]).toContain(parsed.error.kind);
      },
    ),
    { seed: 5, numRuns: 1000 },
  );
});

const ret = [0xc3];
const fixture = elfFixture(
  [
    { name: "first", code: ret },
    { name: "second", code: [0x90, ...ret] },
  ],
  [{ symbol: "malloc" }, { address: 0x1001 }, { content: 0x1000 }],
);

test("sections, symbols and the dynamic linker's slots are read", () => {
  const elf = parseElf(fixture);
  if (!elf.ok) throw new Error(elf.error.message);
  expect(elf.value.machine).toBe("x86-64");
  expect(elf.value.sections.map((section) => section.name)).toContain(".text");
  expect(elf.value.symbols.map(({ name, address, size }) => [name, address, size])).toEqual([
    ["first", 0x1000, 1],
    ["second", 0x1001, 2],
  ]);
  expect(elf.value.dynamicSymbols.at(1)).toMatchObject({ name: "malloc", defined: false });
  expect(elf.value.relocations).toEqual([
    { slot: slotAddress, symbol: "malloc", addend: 0 },
    { slot: slotAddress + 8, symbol: "", addend: 0x1001 },
  ]);
  expect(wordAt(elf.value, slotAddress + 16)).toBe(0x1000);
  expect(wordAt(elf.value, 0x999999)).toBeUndefined();
});

test.each([
  ["", "notElf"],
  ["#!/bin/sh\necho\n", "notElf"],
  ["\x7fELF", "malformed"],
  [`\x7fELF\x01\x01${"\0".repeat(60)}`, "unsupported"],
])("%j is %s", (text, kind) => {
  expect(parseElf(Buffer.from(text, "latin1"))).toMatchObject({ ok: false, error: { kind } });
});

test("a file cut off anywhere is a problem, never a crash", () => {
  for (let length = 0; length < fixture.length; length++) {
    const result = parseElf(fixture.subarray(0, length));
    expect(result.ok, `${length} of ${fixture.length} bytes`).toBe(false);
  }
});

test("a file with any bytes changed is read or refused, and soon", () => {
  const places = fc.array(
    fc.tuple(
      fc.nat(fixture.length - 1),
      fc.constantFrom(0, 1, 0x7f, 0x80, 0xff),
      fc.integer({ min: 1, max: 8 }),
    ),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(places, (changes) => {
      const bytes = Buffer.from(fixture);
      for (const [at, value, count] of changes) bytes.fill(value, at, Math.min(bytes.length, at + count));
      const result = parseElf(bytes);
      if (result.ok) wordAt(result.value, slotAddress);
      else expect(["malformed", "unsupported", "notElf"]).toContain(result.error.kind);
    }),
    { numRuns: 3000, seed: 1 },
  );
});
