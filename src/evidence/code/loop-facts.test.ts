import { expect, test } from "vitest";
import type { HotCode } from "./hot-code.ts";
import type { Instruction } from "./instruction.ts";
import { loopFacts } from "./loop-facts.ts";

const setUp: Instruction = { address: 1, text: "pinsrq xmm0, rax, 1", class: "packed", elementBits: 64 };

const code = (kind: "loop" | "function"): HotCode => ({
  hot: {
    symbol: "f",
    module: "/p",
    selfShare: 1,
    totalShare: 1,
    selfSamples: 10,
    lines: [],
    addresses: [],
  },
  symbol: { name: "f", address: 1, size: 4, isFunction: true } as HotCode["symbol"],
  instructions: [setUp],
  loop: { kind, instructions: [setUp], share: 1 },
  samples: new Map([[1, 10]]),
  lines: new Map(),
});

test("packed instructions of a function without a hot loop are none of a hot loop", () => {
  expect(loopFacts(code("function"))).toEqual({});
  expect(loopFacts(undefined)).toEqual({});
  expect(loopFacts(code("loop"))).toMatchObject({
    "hotLoop.instructions": 1,
    "hotLoop.packedOps": 1,
    "hotLoop.vectorBits": 128,
  });
});
