import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Elf } from "../base/elf.ts";
import { allocatorProblem, sumCounts } from "./count-allocations.ts";
import { parseStraceSummary } from "./strace-summary.ts";

test("counts of all processes are added; nothing written is an error and not zero", () => {
  const line = (count: number) =>
    `{"allocations":${count},"reallocations":1,"frees":2,"bytes":${10 * count}}\n`;
  expect(sumCounts([line(5), line(7)])).toEqual({
    ok: true,
    value: { "allocations.count": 14, "allocations.bytes": 120, "allocations.frees": 4 },
  });
  for (const texts of [[], [""], [line(5).slice(0, 20)]]) expect(sumCounts(texts).ok).toBe(false);
});

test("programs that the counter cannot see are told apart", () => {
  const elf = (section: string, symbol: string): Elf => ({
    machine: "x86-64",
    positionIndependent: true,
    segments: [],
    relocations: [],
    sections: [{ name: section, type: 1, address: 0, offset: 0, size: 0, executable: false }],
    symbols: [{ name: symbol, address: 1, size: 1, isFunction: true }],
  });
  expect(allocatorProblem(elf(".interp", "main"))).toBeUndefined();
  expect(allocatorProblem(elf(".text", "main"))).toContain("statically");
  expect(allocatorProblem(elf(".interp", "_rjem_malloc"))).toContain("own allocator");
  expect(allocatorProblem(elf(".interp", "mi_malloc"))).toContain("own allocator");
});

test("strace's table: calls and errors, most calls first", () => {
  const text = readFileSync(new URL("../../test/golden/profile/strace-6.1-c.txt", import.meta.url), "utf8");
  const calls = parseStraceSummary(text);
  if (!calls.ok) throw new Error(calls.error);
  expect(calls.value[0]).toEqual({ name: "futex", calls: 513, errors: 137 });
  expect(calls.value.find((one) => one.name === "write")).toEqual({ name: "write", calls: 233, errors: 0 });
  expect(calls.value.some((one) => one.name === "total")).toBe(false);
  const total = /^100\.00\s+\S+\s+\d+\s+(\d+)/m.exec(text)?.[1];
  expect(calls.value.reduce((sum, one) => sum + one.calls, 0)).toBe(Number(total));
});

test("any text is a table or an error", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 3000 }), (text) => {
      expect(() => parseStraceSummary(text)).not.toThrow();
    }),
    { seed: 13 },
  );
});
