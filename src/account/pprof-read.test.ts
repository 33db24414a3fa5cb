import {
  Line,
  Location,
  Mapping,
  Profile,
  Function as ProfiledFunction,
  Sample,
  StringTable,
  ValueType,
} from "pprof-format";
import { expect, test } from "vitest";
import type { Elf } from "../base/elf.ts";
import { readPprof } from "./pprof-read.ts";

const loadedAt = 0x55f8_7960_0000;

/** Samples at addresses of a program that is loaded there from an offset in its file, and of a library. */
function profileOf(...addresses: readonly number[]): Uint8Array {
  const strings = new StringTable();
  const mapping = (id: number, memoryStart: number, filename: string) =>
    new Mapping({
      id,
      memoryStart,
      memoryLimit: memoryStart === 0 ? 0 : memoryStart + 0x10_0000,
      fileOffset: 0x1000,
      filename: strings.dedup(filename),
    });
  return new Profile({
    sampleType: [new ValueType({ type: strings.dedup("samples"), unit: strings.dedup("count") })],
    mapping: [mapping(1, loadedAt, "/p"), mapping(2, 0x7f00_0000_0000, "/lib.so"), mapping(3, 0, "/p")],
    function: [new ProfiledFunction({ id: 1, name: strings.dedup("main.work") })],
    location: addresses.map(
      (address, index) =>
        new Location({
          id: index + 1,
          mappingId: address > 0x7f00_0000_0000 ? 2 : address < 0x1000_0000 ? 3 : 1,
          address,
          line: [new Line({ functionId: 1, line: 1 })],
        }),
    ),
    sample: addresses.map((_, index) => new Sample({ locationId: [index + 1], value: [1] })),
    stringTable: strings,
  }).encode();
}

const program = (positionIndependent: boolean) =>
  ({
    positionIndependent,
    segments: [
      { offset: 0, address: 0x40_0000, fileSize: 0x1000, executable: false },
      { offset: 0x1000, address: 0x40_2000, fileSize: 0x2000, executable: true },
    ],
  }) as unknown as Elf;

async function addressesOf(bytes: Uint8Array, elf: Elf | undefined): Promise<readonly unknown[]> {
  const read = await readPprof(bytes, { elfOf: (file) => (file === "/p" ? elf : undefined) });
  if (!read.ok) throw new Error(read.error);
  return read.value.frames.map(({ address }) => address);
}

test("addresses of a position-independent program are those that it is linked at", async () => {
  const library = 0x7f00_0000_1234;
  const bytes = profileOf(loadedAt + 0x10, loadedAt + 0x8_0000, library, 0x40_2010);
  // Behind the last segment nothing of the file is loaded; without a mapping in memory the address is the file's.
  expect(await addressesOf(bytes, program(true))).toEqual([0x40_2010, undefined, library, 0x40_2010]);
});

test("a program that is loaded where it is linked keeps its addresses, and so does an unknown file", async () => {
  const bytes = profileOf(loadedAt + 0x10);
  expect(await addressesOf(bytes, program(false))).toEqual([loadedAt + 0x10]);
  expect(await addressesOf(bytes, undefined)).toEqual([loadedAt + 0x10]);
});
