import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { elfFixture } from "../../test/support/elf-fixture.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { Elf } from "../base/elf.ts";
import { ok, type Result } from "../base/result.ts";
import type { Runner } from "../model/run.ts";
import { allocatorProblem, countAllocations, sumCounts } from "./count-allocations.ts";
import { parseIoCounters } from "./io-counters.ts";
import { parsePerfStat } from "./perf-stat.ts";
import { parseStraceSummary } from "./strace-summary.ts";
import { systemCallFacts } from "./system-calls.ts";

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
    kind: "shared",
    positionIndependent: true,
    segments: [],
    relocations: [],
    sections: [
      { name: section, type: 1, address: 0, offset: 0, size: 0, executable: false, allocated: true, link: 0 },
    ],
    symbols: [
      { name: symbol, address: 1, size: 1, isFunction: true, kind: "function", defined: true, section: 1 },
    ],
    staticSymbols: [],
    dynamicSymbols: [],
    bytes: new Uint8Array(0),
  });
  expect(allocatorProblem(elf(".interp", "main"))).toBeUndefined();
  expect(allocatorProblem(elf(".text", "main"))).toContain("statically");
  expect(allocatorProblem(elf(".go.buildinfo", "main"))).toContain("Go");
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

test("perf's counts by event; what was not counted is absent", () => {
  const text =
    "# started on Tue Nov 24 14:55:44 2026\n\n144,,raw_syscalls:sys_enter,1226234,100.00,,\n" +
    "<not counted>,,syscalls:sys_enter_read,0,0.00,,\n7,,syscalls:sys_enter_write,1226234,100.00,,\n";
  const counts = parsePerfStat(text);
  expect(counts.ok && [...counts.value]).toEqual([
    ["raw_syscalls:sys_enter", 144],
    ["syscalls:sys_enter_write", 7],
  ]);
  expect(parsePerfStat("# started on\n").ok).toBe(false);
});

test("the kernel's counters of bytes: all four or an error", () => {
  const text = "rchar: 3980\nwchar: 12\nsyscr: 9\nsyscw: 1\nread_bytes: 0\nwrite_bytes: 0\n";
  expect(parseIoCounters(text)).toEqual({
    ok: true,
    value: { readBytes: 3980, writtenBytes: 12, readCalls: 9, writeCalls: 1 },
  });
  expect(parseIoCounters(text.slice(0, 30)).ok).toBe(false);
  expect(parseIoCounters(text.replace("3980", "9".repeat(40))).ok).toBe(false);
});

const tables = ["strace-6.1-c.txt"].map((name) =>
  readFileSync(new URL(`../../test/golden/profile/${name}`, import.meta.url), "utf8"),
);
const perfTable = "144,,raw_syscalls:sys_enter,1226234,100.00,,\n7,,syscalls:sys_enter_write,1,100.00,,\n";
const ioTable = "rchar: 3980\nwchar: 12\nsyscr: 9\nsyscw: 1\n";
const counterLine = '{"allocations":5,"reallocations":1,"frees":2,"bytes":100}\n';

/** A real output of the tool: cut, overwritten, repeated to megabytes, or nothing of the kind. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 3000 }),
  fc
    .tuple(
      fc.constantFrom(...tables, perfTable, ioTable, counterLine),
      fc.nat(5000),
      fc.string({ unit: "binary", maxLength: 40 }),
    )
    .map(([text, place, junk]) => text.slice(0, place) + junk + text.slice(place + junk.length)),
  fc.constantFrom(
    perfTable.repeat(20_000),
    "1".repeat(1_000_000),
    `${"9".repeat(500)},,a:b,`,
    " ".repeat(1_000_000),
    counterLine.repeat(10_000),
    `100 1 1 ${"9".repeat(200)} read`,
  ),
);

const readers: readonly ((text: string) => Result<readonly number[], string>)[] = [
  (text) =>
    numbersOf(parseStraceSummary(text), (rows) => rows.flatMap(({ calls, errors }) => [calls, errors])),
  (text) => numbersOf(parsePerfStat(text), (counts) => [...counts.values()]),
  (text) =>
    numbersOf(parseIoCounters(text), ({ readBytes, writtenBytes, readCalls, writeCalls }) => [
      readBytes,
      writtenBytes,
      readCalls,
      writeCalls,
    ]),
  (text) => numbersOf(sumCounts([text, text]), (facts) => Object.values(facts)),
];

function numbersOf<T>(result: Result<T, string>, numbers: (value: T) => readonly number[]) {
  return result.ok ? ok(numbers(result.value)) : result;
}

test("whatever a counter's output is, it is read as whole counts or is an error in words", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const read of readers) {
        const result = read(text);
        if (!result.ok) expect(result.error).not.toBe("");
        else
          for (const number of result.value) expect(Number.isSafeInteger(number) && number >= 0).toBe(true);
      }
    }),
    { seed: 13, numRuns: 400 },
  );
});

test("housekeeping beyond the most frequent calls is in its sum", () => {
  const housekeeping = ["futex", "mmap", "munmap", "madvise", "clone3", "rt_sigaction", "nanosleep", "brk"];
  const seldom = ["mremap", "sigaltstack", "rt_sigreturn"];
  const facts = systemCallFacts(10_000, [
    ["write", 900],
    ...housekeeping.map((name) => [name, 500] as const),
    ...seldom.map((name) => [name, 100] as const),
  ]);
  expect(facts).toMatchObject({ "systemCalls.count": 10_000, "systemCalls.housekeeping": 4300 });
  expect(facts["systemCalls.mremap"]).toBeUndefined();
});

test("a cache whose path has a blank is why allocations are not counted, not the way the program ended", async () => {
  vi.stubEnv("PERFGAP_CACHE", "/home/a b/perfgap");
  // A program with a dynamic linker: names of sections are of equal length.
  const bytes = Buffer.from(elfFixture([])).toString("latin1").replaceAll(".dynstr\0", ".interp\0");
  const executable = join(temporaryFolder(), "program");
  writeFileSync(executable, bytes, "latin1");
  const runner: Runner = {
    run: () => Promise.reject(new Error("nothing is to be run")),
  } as unknown as Runner;
  try {
    const counted = await countAllocations({
      language: "c",
      executable,
      run: { argv: [executable], env: {}, workingDirectory: "/", timeoutMs: 1, outputLimitBytes: 1 },
      runner,
      workDirectory: "/",
    });
    expect(counted.ok ? "" : counted.error).toContain("set PERFGAP_CACHE to a folder without one");
  } finally {
    vi.unstubAllEnvs();
  }
});
