import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOfText, hasRawBytes, textOfBytes } from "./raw-bytes.ts";

describe("raw bytes", () => {
  it("brings every sequence of bytes back unchanged", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([...bytesOfText(textOfBytes(bytes))]).toEqual([...bytes]);
      }),
    );
  });

  it("leaves text as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(bytesOfText(text)).toEqual(Buffer.from(text));
        expect(textOfBytes(Buffer.from(text))).toBe(text);
        expect(hasRawBytes(text)).toBe(false);
      }),
    );
  });

  it.each([
    ["a byte in the middle of text", [0x61, 0xff, 0x62], "a\udcffb"],
    ["a cut sequence", [0xe2, 0x82], "\udce2\udc82"],
    ["an overlong slash", [0xc0, 0xaf], "\udcc0\udcaf"],
    ["an encoded surrogate", [0xed, 0xb3, 0xbf], "\udced\udcb3\udcbf"],
    ["a real replacement character next to a raw byte", [0xef, 0xbf, 0xbd, 0x80], "\ufffd\udc80"],
  ])("carries %s", (_what, bytes, text) => {
    expect(textOfBytes(Uint8Array.from(bytes))).toBe(text);
    expect([...bytesOfText(text)]).toEqual(bytes);
    expect(hasRawBytes(text)).toBe(true);
  });
});
