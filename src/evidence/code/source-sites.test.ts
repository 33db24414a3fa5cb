import { expect, test } from "vitest";
import type { HotCode } from "./hot-code.ts";
import type { Instruction } from "./instruction.ts";
import { sourceSites } from "./source-sites.ts";

const at = (address: number, text: string, more: Partial<Instruction> = {}): Instruction => ({
  address,
  text,
  class: "call",
  ...more,
});

const instructions = [
  at(1, "call 0x4010", { callee: "work" }),
  at(2, "call rcx", { callee: "" }),
  at(3, "call qword ptr [rax+0x18]", { callee: "" }),
  at(4, "call 0x9999", { callee: "" }),
  at(5, "call [0x403ff0]", { callee: "" }),
  at(6, "jbe 0x4a0", { class: "bounds check" }),
  at(7, "call 0x4020", { callee: "inlined_library" }),
];

const own = { symbol: "main", file: "/p/main.c", line: 7 };
const code: HotCode = {
  hot: {
    symbol: "main",
    module: "/p/main",
    selfShare: 0.5,
    totalShare: 1,
    selfSamples: 10,
    lines: [{ file: "/p/main.c", line: 7, samples: 4 }],
    addresses: [],
  },
  symbol: { name: "main", address: 0, size: 9, isFunction: true } as HotCode["symbol"],
  instructions,
  loop: { kind: "loop", instructions: instructions.slice(0, 4), share: 1 },
  samples: new Map(),
  lines: new Map(
    instructions.map(({ address }) => [
      address,
      [address === 7 ? { symbol: "x", file: "/usr/include/c++/12/vector", line: 3 } : own],
    ]),
  ),
};

test("calls by name, calls through a pointer, checks; a target that is only unnamed is no pointer", () => {
  const sites = sourceSites({ codes: [code], callers: [] }, [], new Map([["work", "work(int)"]]));
  expect(sites.map(({ kind, what, count, inHotLoop }) => [kind, what, count, inHotLoop])).toEqual([
    ["call", "work(int)", 1, true],
    ["indirect call", "", 2, true],
    ["bounds check", "", 1, false],
  ]);
  expect(sites[0]).toMatchObject({ file: "/p/main.c", line: 7, function: "main", lineShare: 0.2 });
});

test("what a hot function without a hot loop holds is in hot code and in no loop", () => {
  const straight: HotCode = { ...code, loop: { ...code.loop, kind: "function" } };
  const sites = sourceSites({ codes: [straight], callers: [] }, [], new Map());
  expect(sites.map(({ kind, inHotLoop, inHotCode }) => [kind, inHotLoop, inHotCode])).toEqual([
    ["call", false, true],
    ["indirect call", false, true],
    ["bounds check", false, false],
  ]);
  const callers = sourceSites({ codes: [], callers: [straight] }, [], new Map());
  expect(callers.some(({ inHotCode }) => inHotCode)).toBe(false);
});

test("no loop of a function that only calls others is hot; the compiler's words keep their line", () => {
  const remarks = [
    { topic: "escape", message: "&x escapes to heap", file: "./main.c", line: 7 },
    { topic: "escape", message: "of a library", file: "/usr/local/go/src/fmt/print.go", line: 9 },
    { topic: "vectorised", message: "", file: "./main.c", line: 7 },
  ] as const;
  const sites = sourceSites({ codes: [], callers: [code] }, remarks, new Map());
  expect(sites.some(({ inHotLoop }) => inHotLoop)).toBe(false);
  expect(sites.filter(({ kind }) => kind === "escape").map(({ what }) => what)).toEqual([
    "&x escapes to heap",
  ]);
});
