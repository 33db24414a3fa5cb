import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Comparison } from "../model/case.ts";
import { compareOutputs } from "./compare-outputs.ts";
import { visible } from "./excerpt.ts";
import { tokensAgree } from "./tokens.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "perfgap-compare-"));
});
afterEach(() => rm(folder, { recursive: true }));

const exact: Comparison = { kind: "exact" };
const numeric: Comparison = { kind: "numeric", tolerance: 1e-6 };

async function compare(
  left: string | Uint8Array,
  right: string | Uint8Array,
  comparison: Comparison = exact,
) {
  await writeFile(join(folder, "left"), left);
  await writeFile(join(folder, "right"), right);
  return compareOutputs(join(folder, "left"), join(folder, "right"), comparison);
}

test("the first difference: byte, line, both lines", async () => {
  expect(await compare("one\ntwo\nthree\n", "one\ntwo\nthRee\n")).toMatchObject({
    byte: 10,
    line: 3,
    left: "three",
    right: "thRee",
    hints: [],
  });
});

test("one output is the start of the other", async () => {
  expect(await compare("a\n", "a\nb\n")).toMatchObject({
    byte: 2,
    line: 2,
    left: "(end of output)",
    right: "b",
  });
  expect(await compare("", "x")).toMatchObject({ byte: 0, line: 1, left: "(end of output)", right: "x" });
  expect(await compare("same", "same")).toBeUndefined();
});

test("differences far into large outputs are found at the right place", async () => {
  const lines = "0123456789abcde\n".repeat(150_000);
  const changed = `${lines.slice(0, 2_000_003)}X${lines.slice(2_000_004)}`;
  expect(await compare(lines, changed)).toMatchObject({
    byte: 2_000_003,
    line: 125_001,
    left: "0123456789abcde",
  });
  expect(await compare(lines, changed, numeric)).toMatchObject({ line: 125_001, right: "012X456789abcde" });
});

test("long lines are shown around the difference only, not cut inside a character", async () => {
  const long = "é".repeat(500);
  const found = await compare(`${long}A${long}\n`, `${long}B${long}\n`);
  expect(found?.left).toMatch(/^\.\.\.é+Aé+\.\.\.$/);
  expect(found?.left.length).toBeLessThan(80);
});

test("binary and terminal bytes are shown and cannot act", async () => {
  const found = await compare(
    Buffer.from([0x1b, 0x5b, 0x32, 0x4a, 0, 0xff, 0x41]),
    Buffer.from([0x1b, 0x5b, 0x32, 0x4a, 0, 0xfe, 0x41]),
  );
  expect(found?.left).toBe("\\u{1b}[2J\\u{0}\\xffA");
  expect(found?.right).toBe("\\u{1b}[2J\\u{0}\\xfeA");
  expect(visible(Buffer.from("a\u202eb"))).toBe("a\\u{202e}b");
});

test.each([
  ["numeric", "x 0.1\ny 1.0000001\n", "x 0.1\ny 1.0000002\n"],
  ["order", "b\na\nc\n", "a\nb\nc\n"],
  ["line ends", "a\r\nb\r\n", "a\nb\n"],
  ["last line end", "a\nb", "a\nb\n"],
])("a difference that looks like %s is named", async (hint, left, right) => {
  expect((await compare(left, right))?.hints).toContain(hint);
});

test("numbers that are far apart are no rounding", async () => {
  expect((await compare("sum 10\n", "sum 11\n"))?.hints).toEqual([]);
});

test.each([
  ["1.0000000001", "1", true],
  ["1e3", "1000.0", true],
  ["-0", "0", true],
  ["NaN", "-nan", true],
  ["Infinity", "+inf", true],
  ["inf", "-inf", false],
  ["nan", "1", false],
  ["x=1.0,", "x=1.00000001,", true],
  ["x=1.0,", "y=1.0,", false],
  ["9007199254740993", "9007199254740992", true],
  ["3", "3.1", false],
  ["abc", "abd", false],
  ["1-2", "1-2.0", true],
])("tokens %s and %s agree: %s", (left, right, agree) => {
  expect(tokensAgree(left, right, 1e-6)).toBe(agree);
  expect(tokensAgree(right, left, 1e-6)).toBe(agree);
});

test("large whole numbers are compared exactly when no tolerance is given", () => {
  expect(tokensAgree("9007199254740993", "9007199254740992", 0)).toBe(false);
  expect(tokensAgree("+5", "5", 0)).toBe(true);
});

test("with numbers, spaces and line breaks do not count, words and the count of tokens do", async () => {
  expect(await compare("1 2\n3", "1\t2 3.0000001\r\n", numeric)).toBeUndefined();
  expect(await compare("1 2 3", "1 2", numeric)).toMatchObject({ left: "1 2 3", right: "(end of output)" });
  expect(await compare("1 2", "1 2 3", numeric)).toMatchObject({ left: "(end of output)", right: "1 2 3" });
  expect(await compare("", "", numeric)).toBeUndefined();
});

test("whatever the outputs, exact comparison agrees with comparing the bytes", async () => {
  const bytes = fc.uint8Array({ maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(bytes, bytes, bytes, async (start, left, right) => {
      const leftBytes = Buffer.concat([start, left]);
      const rightBytes = Buffer.concat([start, right]);
      const found = await compare(leftBytes, rightBytes);
      expect(found === undefined).toBe(leftBytes.equals(rightBytes));
      if (found === undefined) return;
      expect(leftBytes.subarray(0, found.byte).equals(rightBytes.subarray(0, found.byte))).toBe(true);
      expect(leftBytes[found.byte]).not.toBe(rightBytes[found.byte]);
      expect(found.line).toBe(1 + leftBytes.subarray(0, found.byte).filter((byte) => byte === 0x0a).length);
    }),
    { numRuns: 200, seed: 31 },
  );
});

test("whatever the numbers, agreement is what the tolerance says", () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });
  fc.assert(
    fc.property(number, number, fc.double({ min: 0, max: 0.1, noNaN: true }), (a, b, tolerance) => {
      const within = Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
      fc.pre(!/^[-+]?\d+$/.test(`${a}`) || !/^[-+]?\d+$/.test(`${b}`));
      expect(tokensAgree(`${a}`, `${b}`, tolerance)).toBe(within || `${a}` === `${b}`);
    }),
    { numRuns: 500, seed: 32 },
  );
});
