import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, hashFile, hashParts } from "./hash.ts";

describe("hash", () => {
  it("tells apart how the same text was cut", () => {
    const cuts = [["abc"], ["ab", "c"], ["a", "bc"], ["", "abc"], ["abc", ""], []];
    expect(new Set(cuts.map(hashParts)).size).toBe(cuts.length);
    expect(hashParts(["é"])).toBe(hashParts([Buffer.from("é")]));
  });

  it("hashes a file's bytes as SHA-256", async () => {
    const folder = mkdtempSync(join(tmpdir(), "perfgap-hash-"));
    const path = join(folder, "abc");
    writeFileSync(path, "abc");
    expect(await hashFile(path)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    await expect(hashFile(join(folder, "missing"))).rejects.toMatchObject({ code: "ENOENT" });
    rmSync(folder, { recursive: true });
  });

  it("writes equal values as equal text, whatever the order of their keys", () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: "x" })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
