import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeX86 } from "./decode-x86.ts";
import { commonElementBits, countClass, findHotLoop, mainElementBits } from "./hot-loop.ts";
import { type Instruction, markBoundsChecks } from "./instruction.ts";
import { aarch64Class, x86Class } from "./mnemonics.ts";
import { parseAarch64Listing } from "./objdump.ts";

const golden = (name: string) =>
  readFileSync(new URL(`../../../test/golden/listing/${name}`, import.meta.url), "utf8");

/** Bytes of a function as "address: hex", with the names of what it calls. */
async function decode(
  name: string,
  callees: Readonly<Record<number, string>> = {},
): Promise<readonly Instruction[]> {
  const [start = "0", hex = ""] = golden(name).trim().split(": ");
  const bytes = Buffer.from(hex, "hex");
  return markBoundsChecks(await decodeX86(bytes, Number.parseInt(start, 16), (at) => callees[at] ?? ""));
}

const classes = (instructions: readonly Instruction[]) =>
  Object.fromEntries(
    (["packed", "bounds check", "branch", "call", "conditional move"] as const).map((kind) => [
      kind,
      countClass(instructions, kind),
    ]),
  );

test("Go 1.26, gather sum: the check is the branch back whose other way leads to the panic", async () => {
  const code = await decode("go-gather-sum.hex", { 4716480: "runtime.panicBounds" });
  expect(code.at(-2)).toMatchObject({ class: "call", callee: "runtime.panicBounds" });
  const loop = findHotLoop(
    code,
    new Map([
      [0x4a153b, 50],
      [0x4a153e, 44],
      [0x4a154d, 5],
    ]),
  );
  expect(loop).toMatchObject({ kind: "loop", share: 1 });
  expect(loop.instructions).toHaveLength(10);
  expect(classes(loop.instructions)).toEqual({
    packed: 0,
    "bounds check": 1,
    branch: 1,
    call: 0,
    "conditional move": 0,
  });
  expect(mainElementBits(loop.instructions)).toBe(32);
});

test("Go 1.26, recursion: going back to the start for a larger stack is no loop", async () => {
  const code = await decode("go-tree-nodes.hex", { 4708768: "runtime.morestack_noctxt.abi0" });
  expect(code.at(-1)).toMatchObject({ class: "jump", target: 0x4a0920 });
  const samples = new Map([
    [0x4a092e, 40],
    [0x4a0945, 20],
  ]);
  expect(findHotLoop(code, samples)).toEqual({ kind: "function", instructions: code, share: 1 });
  expect(commonElementBits(code, samples)).toBeUndefined();
  const otherwise = await decode("go-tree-nodes.hex", { 4708768: "main.again" });
  expect(findHotLoop(otherwise, samples).kind).toBe("loop");
});

test("Go for AArch64: going back to the start for a larger stack is no loop", () => {
  const code = markBoundsChecks(parseAarch64Listing(golden("aarch64-go-gather-sum.txt")));
  expect(findHotLoop(code, new Map([[0xa8f68, 9]])).kind).toBe("function");
});

test("Rust, gather sum: the check jumps forward to a call through the GOT", async () => {
  const code = await decode("rust-gather-sum.hex", {
    373512: "_RNvNtCs_4core9panicking18panic_bounds_check",
  });
  expect(countClass(code, "bounds check")).toBe(1);
  const without = await decode("rust-gather-sum.hex", { 373512: "_RNvNtCs_4core9panicking5panic" });
  expect(countClass(without, "bounds check")).toBe(0);
});

test("Rust, sum of a slice: packed adds of 32 bits, no check", async () => {
  const code = await decode("rust-sum.hex");
  const loop = findHotLoop(
    code,
    new Map([
      [0x1a139, 58],
      [0x1a143, 36],
    ]),
  );
  expect(classes(loop.instructions)).toEqual({
    packed: 2,
    "bounds check": 0,
    branch: 1,
    call: 0,
    "conditional move": 0,
  });
  expect(mainElementBits(loop.instructions)).toBe(32);
});

test("Go for AArch64: the loop, its bounds check, and the calls that leave the function", () => {
  const code = markBoundsChecks(parseAarch64Listing(golden("aarch64-go-gather-sum.txt")));
  expect(code).toHaveLength(36);
  expect(code.flatMap((one) => one.callee ?? [])).toEqual([
    "runtime.panicBounds",
    "runtime.morestack_noctxt.abi0",
  ]);
  const loop = findHotLoop(code, new Map([[0xa8f90, 9]]));
  expect(classes(loop.instructions)).toEqual({
    packed: 0,
    "bounds check": 1,
    branch: 1,
    call: 0,
    "conditional move": 0,
  });
  expect(loop.instructions[0]?.text).toBe("ldrsw x6, [x0, x6, lsl #2]");
  expect(mainElementBits(loop.instructions)).toBe(32);
});

test("clang for AArch64: packed adds of both widths, a call through a register and a conditional move", () => {
  const code = markBoundsChecks(parseAarch64Listing(golden("aarch64-clang-sum.txt")));
  const loopAt = (start: number) => findHotLoop(code, new Map([[start, 50]])).instructions;
  const packed = loopAt(0x44);
  expect(packed.map((one) => one.text)).toContain("add v0.4s, v2.4s, v0.4s");
  expect([countClass(packed, "packed"), mainElementBits(packed)]).toEqual([2, 32]);
  expect([countClass(loopAt(0xc8), "packed"), mainElementBits(loopAt(0xc8))]).toEqual([2, 64]);
  const calling = loopAt(0x130);
  expect([countClass(calling, "call"), countClass(calling, "conditional move")]).toEqual([1, 1]);
  expect(mainElementBits(calling)).toBe(32);
  const scalar = loopAt(0x74);
  expect([countClass(scalar, "packed"), mainElementBits(scalar)]).toEqual([0, 32]);
});

test("a function with two busy loops of two widths works on no one width", () => {
  const code = markBoundsChecks(parseAarch64Listing(golden("aarch64-clang-sum.txt")));
  const narrow = [0x44, 60] as const;
  expect(commonElementBits(code, new Map([narrow]))).toBe(32);
  expect(commonElementBits(code, new Map([narrow, [0xc8, 40]]))).toBeUndefined();
  expect(commonElementBits(code, new Map([narrow, [0xc8, 4]]))).toBe(32);
  expect(commonElementBits(code, new Map())).toBeUndefined();
});

test("Go 1.26 for AArch64: moves of floats are no arithmetic, and two widths of loads are no width", () => {
  const code = markBoundsChecks(parseAarch64Listing(golden("aarch64-go-mix.txt")));
  const loop = findHotLoop(code, new Map([[0x93278, 60]]));
  expect(loop.kind).toBe("loop");
  expect(loop.instructions.filter((one) => one.class === "scalar float").map((one) => one.text)).toEqual([
    "fmadd d0, d2, d1, d0",
  ]);
  expect(countClass(loop.instructions, "bounds check")).toBe(1);
  expect(mainElementBits(loop.instructions)).toBeUndefined();
});

test.each([
  ["vpaddd", "packed"],
  ["paddd", "packed"],
  ["vfmadd231ps", "packed"],
  ["mulpd", "packed"],
  ["pshufd", "packed"],
  ["movdqu", "other"],
  ["vmovups", "other"],
  ["xorps", "other"],
  ["popcnt", "other"],
  ["push", "other"],
  ["pause", "other"],
  ["prefetcht0", "other"],
  ["addsd", "scalar float"],
  ["vfmadd213ss", "scalar float"],
  ["movsd", "other"],
  ["cvtsi2sd", "scalar float"],
  ["cmovae", "conditional move"],
  ["imul", "other"],
])("x86 %s is %s", (mnemonic, expected) => {
  expect(x86Class(mnemonic)).toBe(expected);
});

test.each([
  ["add", "v0.4s, v1.4s, v0.4s", "packed"],
  ["fadd", "d0, d1, d0", "scalar float"],
  ["fmov", "d0, xzr", "other"],
  ["ldr", "q0, [x0], #16", "other"],
  ["csel", "x0, x1, x2, lo", "conditional move"],
  ["b.hi", "4005f0 <sum+0x1c>", "branch"],
  ["bl", "400100 <f>", "call"],
] as const)("AArch64 %s %s is %s", (mnemonic, operands, expected) => {
  expect(aarch64Class(mnemonic, operands)).toBe(expected);
});

test("any bytes decode to instructions in order, and any text to a listing, without an exception", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const code = markBoundsChecks(await decodeX86(bytes, 0x1000, () => "panicBounds"));
      const addresses = code.map((one) => one.address);
      expect(addresses).toEqual(addresses.toSorted((left, right) => left - right));
      const loop = findHotLoop(code, new Map(addresses.map((address, index) => [address, index])));
      expect(loop.share).toBeGreaterThanOrEqual(0);
    }),
    { seed: 7, numRuns: 150 },
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom(...golden("aarch64-go-gather-sum.txt").split("\n")))),
      (lines) => {
        expect(() =>
          findHotLoop(markBoundsChecks(parseAarch64Listing(lines.join("\n"))), new Map()),
        ).not.toThrow();
      },
    ),
    { seed: 8, numRuns: 150 },
  );
});

test("a function without a loop is shown around its hottest instruction", () => {
  const code = Array.from(
    { length: 500 },
    (_, index): Instruction => ({ address: index, text: "nop", class: "other" }),
  );
  const found = findHotLoop(code, new Map([[300, 10]]));
  expect(found.kind).toBe("function");
  expect(found.instructions.some((one) => one.address === 300)).toBe(true);
  expect(found.instructions.length).toBeLessThan(100);
  expect(findHotLoop([], new Map())).toEqual({ kind: "function", instructions: [], share: 1 });
});
