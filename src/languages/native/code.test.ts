import fc from "fast-check";
import { expect, test } from "vitest";
import { codeAddress, elfFixture, slotAddress } from "../../../test/support/elf-fixture.ts";
import { parseElf } from "../../base/elf.ts";
import { readCode } from "./code.ts";
import type { FunctionCode } from "./tally.ts";

async function codeOf(bytes: Uint8Array): Promise<readonly FunctionCode[]> {
  const elf = parseElf(bytes);
  if (!elf.ok) throw new Error(elf.error.message);
  return readCode(elf.value);
}

const ret = 0xc3;

/** An instruction of six bytes that ends in a 32-bit distance from its end to a slot. */
const throughSlot = (opcode: readonly [number, number], at: number, slot: number): readonly number[] => {
  const distance = Buffer.alloc(4);
  distance.writeInt32LE(slotAddress + slot * 8 - (at + 6));
  return [...opcode, ...distance];
};

test("calls are told through relocated slots, named slots and filled slots, directly and by leaving jumps", async () => {
  const panic = { name: "panic_bounds_check", code: [0x0f, 0x0b] };
  const start = codeAddress + panic.code.length;
  const code = [
    ...throughSlot([0xff, 0x15], start, 0),
    ...throughSlot([0xff, 0x15], start + 6, 1),
    ...throughSlot([0xff, 0x15], start + 12, 2),
    ...throughSlot([0xff, 0x25], start + 18, 0),
    // call rel32 back to the panic; then call *rax, which nobody can tell.
    0xe8,
    ...[codeAddress - (start + 29)].flatMap((distance) => [distance & 255, 255, 255, 255]),
    0xff,
    0xd0,
    ret,
  ];
  const [, user] = await codeOf(
    elfFixture(
      [panic, { name: "user", code }],
      [{ address: codeAddress }, { symbol: "malloc" }, { content: codeAddress }],
    ),
  );
  expect(user?.names).toEqual(["user"]);
  expect([...(user?.callees ?? [])]).toEqual([
    ["panic_bounds_check", 4],
    ["malloc", 1],
  ]);
  expect(user?.calls).toBe(6);
});

test("only work on several elements counts as packed", async () => {
  const instructions: readonly (readonly [string, readonly number[], number])[] = [
    ["paddd xmm0, xmm1", [0x66, 0x0f, 0xfe, 0xc1], 1],
    ["addps xmm0, xmm1", [0x0f, 0x58, 0xc1], 1],
    ["vpaddd ymm0, ymm1, ymm2", [0xc5, 0xf5, 0xfe, 0xc2], 1],
    ["vfmadd231pd ymm0, ymm1, ymm2", [0xc4, 0xe2, 0xf5, 0xb8, 0xc2], 1],
    ["pxor xmm0, xmm1", [0x66, 0x0f, 0xef, 0xc1], 1],
    ["pxor xmm0, xmm0 (a zero)", [0x66, 0x0f, 0xef, 0xc0], 0],
    ["vpxor xmm0, xmm1, xmm1 (a zero)", [0xc5, 0xf1, 0xef, 0xc1], 0],
    ["addsd xmm0, xmm1 (one number)", [0xf2, 0x0f, 0x58, 0xc1], 0],
    ["xorps xmm0, xmm1 (a sign)", [0x0f, 0x57, 0xc1], 0],
    ["movups xmm0, [rdi] (a copy)", [0x0f, 0x10, 0x07], 0],
    ["movdqa xmm0, xmm1 (a copy)", [0x66, 0x0f, 0x6f, 0xc1], 0],
    ["cvtsi2sd xmm0, eax", [0xf2, 0x0f, 0x2a, 0xc0], 0],
    ["push rax", [0x50], 0],
    ["pop rax", [0x58], 0],
    ["popcnt eax, eax", [0xf3, 0x0f, 0xb8, 0xc0], 0],
    ["pext eax, ebx, ecx", [0xc4, 0xe2, 0x62, 0xf5, 0xc1], 0],
    ["pause", [0xf3, 0x90], 0],
    ["pextrd eax, xmm0, 1", [0x66, 0x0f, 0x3a, 0x16, 0xc0, 0x01], 0],
    ["pinsrd xmm0, eax, 1", [0x66, 0x0f, 0x3a, 0x22, 0xc0, 0x01], 0],
    ["prefetcht0 [rdi]", [0x0f, 0x18, 0x0f], 0],
  ];
  const functions = await codeOf(
    elfFixture(instructions.map(([name, code]) => ({ name, code: [...code, ret] }))),
  );
  expect(functions.map((each) => [each.names[0], each.packedOps, each.instructions])).toEqual(
    instructions.map(([name, , packed]) => [name, packed, 2]),
  );
});

test("conditional moves and branches are counted, padding is not", async () => {
  const [code] = await codeOf(
    elfFixture([
      { name: "f", code: [0x0f, 0x44, 0xc1, 0x75, 0xfb, 0x90, 0x66, 0x90, 0xeb, 0xf6, ret, 0xcc] },
    ]),
  );
  expect(code).toMatchObject({ instructions: 4, conditionalMoves: 1, conditionalBranches: 1, calls: 0 });
});

test("the same instructions at another place have the same shape, other registers have not", async () => {
  const add = [0x01, 0xc8, ret];
  const [first, second, third] = await codeOf(
    elfFixture([
      { name: "a", code: add },
      { name: "b", code: add },
      { name: "c", code: [0x01, 0xd0, ret] },
    ]),
  );
  expect(first?.shape).toBe(second?.shape);
  expect(first?.shape).not.toBe(third?.shape);
});

test("code of any bytes is counted without a crash", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 80 }),
      async (code) => {
        const [counted] = await codeOf(elfFixture([{ name: "noise", code }]));
        expect(counted?.instructions ?? 0).toBeLessThanOrEqual(code.length);
      },
    ),
    { numRuns: 300, seed: 2 },
  );
});
