import fc from "fast-check";
import { expect, test } from "vitest";
import { elfFixture, slotAddress } from "../../../test/support/elf-fixture.ts";
import { readElf, wordAt } from "./elf.ts";

const ret = [0xc3];
const fixture = elfFixture(
  [
    { name: "first", code: ret },
    { name: "second", code: [0x90, ...ret] },
  ],
  [{ symbol: "malloc" }, { address: 0x1001 }, { content: 0x1000 }],
);

test("sections, symbols and the dynamic linker's slots are read", () => {
  const elf = readElf(fixture);
  if (!elf.ok) throw new Error(elf.error.message);
  expect(elf.value.machine).toBe("x86-64");
  expect(elf.value.sections.map((section) => section.name)).toContain(".text");
  expect(
    elf.value.symbols
      .filter((symbol) => symbol.defined)
      .map(({ name, address, size }) => [name, address, size]),
  ).toEqual([
    ["first", 0x1000, 1],
    ["second", 0x1001, 2],
  ]);
  expect(elf.value.dynamicSymbols.at(1)).toMatchObject({ name: "malloc", defined: false });
  expect(elf.value.relocations).toEqual([
    { offset: slotAddress, symbol: "malloc", addend: 0 },
    { offset: slotAddress + 8, symbol: "", addend: 0x1001 },
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
  expect(readElf(Buffer.from(text, "latin1"))).toMatchObject({ ok: false, error: { kind } });
});

test("a file cut off anywhere is a problem, never a crash", () => {
  for (let length = 0; length < fixture.length; length++) {
    const result = readElf(fixture.subarray(0, length));
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
      const result = readElf(bytes);
      if (result.ok) wordAt(result.value, slotAddress);
      else expect(["malformed", "unsupported", "notElf"]).toContain(result.error.kind);
    }),
    { numRuns: 3000, seed: 1 },
  );
});
