import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseClangRemarks, parseGccOptInfo } from "./gnu.ts";
import { parseCheckBce, parseGoDiagnostics } from "./go.ts";
import { parseLlvmRemarks } from "./llvm.ts";
import { distinct, type Remark, type Remarks } from "./remark.ts";

const golden = (name: string) =>
  readFileSync(new URL(`../../../test/golden/remarks/${name}`, import.meta.url), "utf8");

function counts({ remarks }: Remarks): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { topic } of remarks) result[topic] = (result[topic] ?? 0) + 1;
  return result;
}

const places = (remarks: readonly Remark[]) =>
  [...new Set(remarks.map((one) => `${one.line ?? 0}:${one.column ?? 0}`))].sort();

test("Go's diagnostics: every check that check_bce finds in its own place, and the reasons against inlining", () => {
  const parsed = parseGoDiagnostics(golden("go-json-heap.jsonl"));
  expect(counts(parsed)).toEqual({ inlinable: 1, "bounds check": 17, "not inlined": 2, escape: 1 });
  expect(parsed.skipped).toBe(0);
  const checks = parsed.remarks.filter((one) => one.topic === "bounds check");
  const bce = parseCheckBce(golden("go-check_bce-heap.txt")).remarks;
  // check_bce names call sites of inlined callees too (30:11, 34:11), the diagnostics the callee's own lines.
  expect(places(checks)).toEqual(places(bce).filter((place) => place !== "30:11" && place !== "34:11"));
  expect(parsed.remarks.find((one) => one.line === 38)).toMatchObject({
    topic: "not inlined",
    message: "function too complex: cost 339 exceeds budget 80",
    file: "heap/main.go",
  });
});

test("LLVM records of rustc and clang", () => {
  const rust = parseLlvmRemarks(golden("rust-remark-dir-blur.yaml"));
  expect(counts(rust)).toEqual({ "not vectorised": 13 });
  expect(rust.remarks[0]).toEqual({
    topic: "not vectorised",
    message: "Vectorizing horizontal reduction is possible but not beneficial with cost 13 and threshold 0",
    file: "src/main.rs",
    line: 8,
    column: 21,
    function: "_RNvCskq9DsPqwMoE_4blur4blur",
  });
  const clang = parseLlvmRemarks(golden("clang-opt-record-blur.yaml"));
  expect(clang.remarks.filter((one) => one.topic === "unrolled")).toContainEqual({
    topic: "unrolled",
    message: "completely unrolled loop with 3 iterations",
    file: "main.c",
    line: 10,
    column: 17,
    function: "blur",
  });
});

test("gcc: loops vectorised and not, duplicates once", () => {
  const parsed = parseGccOptInfo(golden("gcc-opt-info-blur.txt"));
  expect(parsed.skipped).toBe(0);
  expect(parsed.remarks.filter((one) => one.topic === "vectorised").map((one) => one.line)).toEqual([7, 7]);
  const missed = distinct(parsed.remarks.filter((one) => one.line === 11));
  expect(missed).toMatchObject([
    { topic: "not vectorised", message: "not vectorized: vectorization is not profitable." },
  ]);
});

test("rustc 1.95: the sum of a slice is vectorised, by function because the line is the library's", () => {
  const { remarks } = parseLlvmRemarks(golden("rustc-1.95-remark-dir-sum.yaml"));
  const vectorised = remarks.filter((one) => one.topic === "vectorised");
  expect(vectorised.map((one) => [one.message, one.function?.includes("sum")])).toContainEqual([
    "vectorized loop (vectorization width: 4, interleaved count: 2)",
    true,
  ]);
  // Long places go on in the next line.
  expect(vectorised.find((one) => one.function?.endsWith("3sum") === true)).toMatchObject({
    file: "library/core/src/slice/iter/macros.rs",
    line: 284,
    column: 24,
  });
  expect(remarks.filter((one) => one.line === undefined)).toEqual([]);
});

test("gcc 12 with inlining and unrolling: each topic, and lines without a place are passed over", () => {
  const parsed = parseGccOptInfo(golden("gcc-12-opt-info-blur.txt"));
  expect(counts(parsed)).toEqual({ vectorised: 2, unrolled: 3, inlined: 2, "not vectorised": 8 });
  expect(parsed.remarks.find((one) => one.topic === "inlined")?.message).toMatch(/^Inlin/);
  expect(parsed.skipped).toBeGreaterThan(0);
});

test("clang 22's remarks on stderr, between the source lines that it quotes", () => {
  const parsed = parseClangRemarks(golden("clang-22-rpass-blur.txt"));
  expect(counts(parsed)).toEqual({ inlined: 5, vectorised: 1, "not vectorised": 26, unrolled: 5 });
  expect(parsed.remarks.find((one) => one.topic === "vectorised")).toMatchObject({
    file: "main.c",
    message: "vectorized loop (vectorization width: 16, interleaved count: 1)",
  });
  expect(parsed.skipped).toBeGreaterThan(30);
});

const parsers = [parseGoDiagnostics, parseCheckBce, parseLlvmRemarks, parseGccOptInfo, parseClangRemarks];
const files = [
  "go-json-heap.jsonl",
  "go-check_bce-heap.txt",
  "rust-remark-dir-blur.yaml",
  "gcc-opt-info-blur.txt",
  "gcc-12-opt-info-blur.txt",
  "clang-22-rpass-blur.txt",
  "rustc-1.95-remark-dir-sum.yaml",
];

test("truncated, spliced and hostile text never throws", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.json(),
    fc
      .tuple(fc.constantFrom(...files), fc.nat(9000), fc.nat(600))
      .map(([name, start, length]) => golden(name).slice(start, start + length)),
    fc.constantFrom(
      "--- !Passed\n",
      "Args:\n",
      "...\n",
      "\n",
      '{"code":"escape","range":{"start":7}}\n',
      "a:1:1: missed: x",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom(...parsers), (pieces, parse) => {
      for (const remark of parse(pieces.join("")).remarks) {
        expect(typeof remark.message).toBe("string");
        if (remark.line !== undefined) expect(Number.isInteger(remark.line)).toBe(true);
      }
    }),
    { seed: 6, numRuns: 400 },
  );
});

test("a line of many megabytes is passed over", () => {
  const long = "a:".repeat(4_000_000);
  for (const parse of parsers) expect(parse(`${long}\n`).remarks).toEqual([]);
});

test("more remarks than the limit are cut, and that is said", () => {
  const parsed = parseCheckBce("a.go:1:1: Found IsInBounds\n".repeat(200_001));
  expect(parsed.truncated).toBe(true);
});
