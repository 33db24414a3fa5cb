import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isLibraryFile,
  ownFrame,
  parseAddr2line,
  parseGoAddr2line,
  parseLlvmSymbolizer,
} from "./symbolizer-output.ts";

const golden = (name: string) =>
  readFileSync(new URL(`../../test/golden/profile/${name}`, import.meta.url), "utf8");

test("llvm-symbolizer: inlined frames innermost first, the user's line last", () => {
  const table = parseLlvmSymbolizer(golden("llvm-symbolizer-14-rust.jsonl"));
  expect(table.get(0x19300)).toMatchObject([
    { symbol: "core::ptr::mut_ptr::add<u8>", line: 961 },
    { symbol: "alloc::slice::repeat<u8>", line: 536 },
    { symbol: "alloc::str::repeat", line: 530 },
    { symbol: "rsmix::main", file: "/build/rsmix/src/main.rs", line: 52 },
  ]);
  expect(table.get(0x18070)?.[0]?.symbol).toBe("hashbrown::raw::bucket_mask_to_capacity");
  expect(table.has(0xdead0000)).toBe(false);
});

test("addr2line: the same places, with the innermost name taken from its file", () => {
  const llvm = parseLlvmSymbolizer(golden("llvm-symbolizer-14-rust.jsonl"));
  const binutils = parseAddr2line(golden("addr2line-2.40-rust.txt"));
  expect([...binutils.keys()]).toEqual([...llvm.keys()]);
  for (const [address, frames] of llvm)
    expect(binutils.get(address)?.map(({ file, line }) => [file, line])).toEqual(
      frames.map(({ file, line }) => [file, line]),
    );
  expect(binutils.get(0x19300)?.[0]?.symbol).toBe("core::ptr::mut_ptr");
});

test("go addr2line: pairs in the order asked", () => {
  const asked = [0x4a1405, 0x4a1716, 0xdead0000];
  const table = parseGoAddr2line(golden("go-1.26-addr2line.txt"), asked);
  expect(table.get(0x4a1405)).toEqual([{ symbol: "main.build", file: "/build/gobt/main.go", line: 17 }]);
  expect([...table.keys()]).toEqual(asked.slice(0, 2));
});

test("any text is read without an exception, and every frame has a name", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "0x10",
      "f",
      "??",
      "??:0",
      "a.rs:1",
      '{"Address":"0x1","Symbol":[{"FunctionName":"f"}]}',
      "{}",
      "{",
      "null",
    ),
    fc.json().map((json) => `{"Address":"0x2","Symbol":${json}}`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const text = lines.join("\n");
      for (const table of [
        parseLlvmSymbolizer(text),
        parseAddr2line(text),
        parseGoAddr2line(text, [1, 2, 3]),
      ])
        for (const frames of table.values())
          expect(frames.every((frame) => typeof frame.symbol === "string")).toBe(true);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test.each([
  ["/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/iter/range.rs", true],
  ["/home/u/.cargo/registry/src/index-1/hashbrown-0.16.1/src/raw/mod.rs", true],
  ["/usr/local/go/src/strings/strings.go", true],
  ["/opt/go1.26.8/src/runtime/malloc.go", true],
  ["/home/u/go/pkg/mod/example.com/lib@v1.2.3/lib.go", true],
  ["/usr/include/c++/12/bits/stl_algo.h", true],
  ["/home/u/project/vendor/github.com/spf13/pflag/flag.go", true],
  ["/home/u/vendor/project/main.go", false],
  ["/home/u/project/src/main.rs", false],
  ["/home/u/go/src/example.com/app/src/main.go", false],
  ["main.c", false],
])("%s is a library's: %s", (file, expected) => {
  expect(isLibraryFile(file)).toBe(expected);
});

test("the user's place is the innermost frame of the user's files", () => {
  const library = {
    symbol: "core::iter::next",
    file: "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/iter/range.rs",
    line: 7,
  };
  const inlined = { symbol: "app::fill", file: "/p/src/main.rs", line: 30 };
  const compiled = { symbol: "app::main", file: "/p/src/main.rs", line: 87 };
  expect(ownFrame([library, inlined, compiled])).toBe(inlined);
  expect(ownFrame([library])).toBe(library);
  expect(ownFrame([])).toBeUndefined();
});
