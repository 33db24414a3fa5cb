import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable, printableLines } from "./printable.ts";

const dangerousRanges = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
  [0xfeff, 0xfeff],
] as const;

function isDangerous(text: string): boolean {
  return Array.from(text).some((character) => {
    const point = character.codePointAt(0) ?? 0;
    return dangerousRanges.some(([low, high]) => point >= low && point <= high);
  });
}

describe("printable", () => {
  it.each([
    ["\u001b[31mred\u001b[0m", "\\u{1b}[31mred\\u{1b}[0m"],
    ["a\nb\tc\r", "a\\nb\\tc\\r"],
    ["user\u202egnp.exe", "user\\u{202e}gnp.exe"],
    ["zero\u200bwidth", "zero\\u{200b}width"],
    ["\ud800", "\\u{d800}"],
    ["naïve 日本 🦀", "naïve 日本 🦀"],
  ])("%j", (text, expected) => expect(printable(text)).toBe(expected));

  it("leaves nothing that moves, hides or reorders, whatever comes in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(isDangerous(printable(text))).toBe(false);
        expect(isDangerous(printableLines(text).replaceAll(/[\n\t]/g, ""))).toBe(false);
      }),
      { seed: 20261124, numRuns: 300 },
    );
  });

  it("keeps lines as lines where they are wanted", () => {
    expect(printableLines("a\r\nb\tc\u001b]0;x\u0007")).toBe("a\nb\tc\\u{1b}]0;x\\u{7}");
  });
});
