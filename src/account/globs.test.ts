import fc from "fast-check";
import { expect, test } from "vitest";
import { compileGlobs } from "./globs.ts";

test.each([
  ["runtime.mallocgc", "runtime.mallocgc", true],
  ["runtime.mallocgc", "runtime.mallocgcTiny", false],
  ["runtime.mallocgc*", "runtime.mallocgcTiny", true],
  ["runtime.(*mheap)*", "runtime.(*mheap).alloc", true],
  ["runtime.(*mheap)*", "runtime.(xmheap).alloc", false],
  ["*sys_*read*", "__x64_sys_pread64", true],
  ["*sys_*read*", "__x64_sys_write", false],
  ["*ab*ab", "ab", false],
  ["*ab*ab", "abab", true],
  ["*", "", true],
])("%s against %s", (pattern, text, expected) => {
  expect(compileGlobs([pattern])(text)).toBe(expected);
});

test("agrees with a regular expression", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
  fc.assert(
    fc.property(word, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 }), (pattern, text) => {
      expect(compileGlobs([pattern])(text)).toBe(new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(text));
    }),
    { seed: 4, numRuns: 500 },
  );
});
