import { expect, test } from "vitest";
import { hot, side } from "../../test/support/paired-side.ts";
import type { Facts } from "../model/evidence.ts";
import type { Profile } from "../model/profile.ts";
import type { CodeSide } from "./compare-code.ts";
import { comparePrograms } from "./compare-programs.ts";
import { factEvidence } from "./fact-evidence.ts";
import { ownFunctions, unplacedShare } from "./own-functions.ts";
import { pairFunctions } from "./pair-functions.ts";

function program(
  name: string,
  facts: CodeSide["facts"],
  functions: readonly (readonly [string, number])[] = [],
  cpuSeconds = 1,
): CodeSide {
  return {
    subject: name.toLowerCase(),
    name,
    facts,
    functions: functions.map(([symbol, share]) => ({ symbol, share, totalHigh: share + 0.02 })),
    unplacedShare: 1 - functions.reduce((sum, [, share]) => sum + share, 0),
    cpuSeconds,
  };
}

const weighed = (compared: ReturnType<typeof comparePrograms>) =>
  compared.differences.map((one) => `${one.id} ${one.weight}`);

test("two programs of different work: the large differences first, each with its evidence", () => {
  const pairing = pairFunctions(side("go", [hot("main.sum", 0.9)]), side("rust", [hot("prog::sum", 0.8)]));
  const compared = comparePrograms({
    slow: program("Go", { "allocations.count": 5e6, "hotLoop.elementBits": 64, ...busy(1) }),
    fast: program("Rust", { "allocations.count": 1000, "hotLoop.elementBits": 32, ...busy(1.9) }),
    gap: 0.7,
    pairing,
  });
  expect(weighed(compared)).toEqual(["allocations large", "width large", "processors large"]);
  expect(compared.differences[0]).toMatchObject({
    title: "Go allocates 5000 times as often as Rust",
    slow: "go",
    fast: "rust",
    evidence: ["go-rust-difference-allocations"],
  });
  expect(compared.differences[1]?.title).toBe(
    "The hot loop works on 64-bit numbers in Go and 32-bit numbers in Rust",
  );
  // Upper end of Wilson's interval for 90 of 100 samples: 0.9448.
  expect(compared.differences[1]?.atMost).toBeCloseTo(-Math.log(1 - 0.94477), 3);
  expect(compared.evidence.map((one) => one.id)).toEqual(compared.differences.flatMap((one) => one.evidence));
});

const busy = (processors: number) => ({
  "cpu.parallelism": processors,
  "cpu.delayShare": 0.01,
  "profile.share.gc": 0,
});

const growth = (exponent: number, half = 0.05) => ({
  "growth.exponent": exponent,
  "growth.exponentLow": exponent - half,
  "growth.exponentHigh": exponent + half,
});

const bounded = (alloc: number) => ({
  "allocations.count": 1e6,
  ...Object.fromEntries(
    ["gc", "write-barrier", "drop-glue", "page-faults", "copy"].map((id) => [`profile.shareHigh.${id}`, 0]),
  ),
  "profile.shareHigh.alloc": alloc,
});

test.each([
  [
    "the time of allocating may be a quarter of the gap",
    bounded(0.2),
    { "allocations.count": 1e5 },
    0.8,
    "large",
  ],
  ["it cannot be", bounded(0.1), { "allocations.count": 1e5 }, 0.8, "small"],
  ["the gap is nothing, and so is the cost", bounded(0.03), { "allocations.count": 1e5 }, 0, "small"],
  [
    "nothing bounds it and it is tenfold",
    { "allocations.count": 1e6 },
    { "allocations.count": 9e4 },
    0.8,
    "large",
  ],
  [
    "nothing bounds it and it is less",
    { "allocations.count": 1e6 },
    { "allocations.count": 2e5 },
    0.8,
    "small",
  ],
  ["the faster program does more", { "allocations.count": 10 }, { "allocations.count": 1e6 }, 0.8, "small"],
  ["memory is a symptom", { "rss.maxBytes": 9e9 }, { "rss.maxBytes": 5e6 }, 0.8, "small"],
  ["the faster may have mapped its input", { "input.bytes": 1e6 }, { "input.bytes": 900 }, 0.8, "small"],
  ["a cache may make one grow faster", growth(1.4), growth(1), 0.8, "small"],
  ["the faster reads half of the input", { "input.bytes": 1e6 }, { "input.bytes": 5e5 }, 0.8, "large"],
  ["the faster works in parallel", busy(1), busy(2), 0.1, "large"],
  ["one grows with the square", growth(1.9), growth(1), 0.8, "large"],
] as const)("weight of a difference: %s", (...row) => {
  const [, slowFacts, fastFacts, gap, weight] = row;
  const { differences } = comparePrograms({
    slow: program("A", slowFacts),
    fast: program("B", fastFacts),
    gap,
  });
  expect(differences.map((one) => one.weight)).toEqual([weight]);
});

test("what was not measured, is small, is the collector's, or cannot be set side by side is no difference", () => {
  const none = (slowFacts: CodeSide["facts"], fastFacts: CodeSide["facts"]) =>
    comparePrograms({
      slow: program("A", slowFacts),
      fast: program("B", fastFacts),
      gap: 0.5,
      pairing: pairFunctions(side("a", []), side("b", [])),
    }).differences;
  expect(none({}, { "allocations.count": 1e9 })).toEqual([]);
  expect(
    none(
      { "allocations.count": 9000, "hotLoop.elementBits": 64 },
      { "allocations.count": 2, "hotLoop.elementBits": 32 },
    ),
  ).toEqual([]);
  expect(none(growth(1.2), growth(1))).toEqual([]);
  // Intervals that overlap, and an exponent without one.
  expect(none(growth(1.4, 0.11), growth(1.1, 0.2))).toEqual([]);
  expect(none({ "growth.exponent": 1.9 }, growth(1))).toEqual([]);
  expect(none({ ...busy(1.6), "profile.share.gc": 0.4 }, busy(1))).toEqual([]);
  // Without a profile nobody knows what a collector did; and a program that others keep waiting may have more to do at once.
  const unknown = { "cpu.parallelism": 1.6, "cpu.delayShare": 0.01 };
  expect(none(unknown, busy(1))).toEqual([]);
  expect(none(busy(1.6), { ...busy(0.9), "threads.max": 4, "cpu.delayShare": 0.4 })).toEqual([]);
  // A runtime that wakes its threads by writing makes more calls than the output has bytes.
  expect(
    none({ "writes.calls": 1e5, "output.bytes": 12 }, { "writes.calls": 1, "output.bytes": 12 }),
  ).toEqual([]);
});

test("a system call is told once, by its finer name", () => {
  const calls = (count: number) => ({
    "writes.calls": count,
    "output.bytes": 1e6,
    "systemCalls.count": count + 200,
    "systemCalls.housekeeping": 0,
  });
  const { differences } = comparePrograms({
    slow: program("A", calls(100_000)),
    fast: program("B", calls(20)),
    gap: 1,
  });
  expect(differences.map((one) => one.id)).toEqual(["writes"]);
});

test("calls by which a runtime waits and keeps its memory are no work of the program", () => {
  // The facts name the most frequent calls; what is no work is told as a sum of all.
  const go = { "systemCalls.count": 24_047, "systemCalls.housekeeping": 23_900, "systemCalls.futex": 15_000 };
  const differences = (facts: Facts) =>
    comparePrograms({
      slow: program("Go", facts),
      fast: program("Rust", { "systemCalls.count": 128, "systemCalls.housekeeping": 100 }),
      gap: 2,
    }).differences.map(({ id }) => id);
  expect(differences(go)).toEqual([]);
  expect(differences({ ...go, "systemCalls.count": 40_000, "systemCalls.newfstat": 15_953 })).toEqual([
    "system-calls",
  ]);
  // Without the sum it is not known how many of the calls are work.
  expect(differences({ "systemCalls.count": 40_000, "systemCalls.newfstat": 15_953 })).toEqual([]);
});

test("time that hardly changes with the input is a sign of deleted work", () => {
  const { differences } = comparePrograms({
    slow: program("C", growth(1.02)),
    fast: program("Rust", growth(0.03)),
    gap: 2,
  });
  expect(differences.map((one) => [one.id, one.weight, one.title])).toEqual([
    ["no-growth", "large", "The time of Rust hardly changes with the input, that of C does"],
  ]);
  expect(differences[0]?.detail).toContain("C: time grows as input size to the power 1.02 (0.97 to 1.07).");
  // 0.03 +- 0.2 may grow after all: the two differ, and no work was surely deleted.
  const unsure = comparePrograms({
    slow: program("C", growth(1.02)),
    fast: program("Rust", growth(0.03, 0.2)),
    gap: 2,
  });
  expect(unsure.differences.map((one) => one.id)).toEqual(["growth"]);
});

test.each([
  [
    "no time on the other side is left for it",
    [["p::sum", 0.97]] as const,
    0.5,
    "only-c large",
    "C spends 50 % in wasted, work for which no code runs in Rust",
  ],
  [
    "a small function of another name may do it",
    [
      ["p::sum", 0.85],
      ["p::churn", 0.12],
    ] as const,
    0.6,
    "only-c small",
    "C spends 50 % in wasted, which has no partner by name in Rust",
  ],
])("a function that only one side has: %s", (...row) => {
  const [, functions, seconds, weight, title] = row;
  const compared = comparePrograms({
    slow: program("C", {}, [
      ["wasted", 0.5],
      ["sum", 0.4],
      ["main", 0.02],
    ]),
    fast: program("Rust", {}, functions, seconds),
    gap: Math.log(1 / seconds),
  });
  expect(weighed(compared)).toContain(weight);
  expect(compared.differences.map((one) => one.title)).toContain(title);
});

test.each([
  [
    "a function of another name",
    [
      ["p::sum", 0.6],
      ["p::churn", 0.37],
    ] as const,
  ],
  ["a library", [["p::sum", 0.4]] as const],
  ["a main that holds everything", [["p::main", 0.97]] as const],
])("a function without its name on the other side is no sign where %s may do its work", (_, functions) => {
  const { differences } = comparePrograms({
    slow: program("C", {}, [
      ["wasted", 0.5],
      ["sum", 0.4],
      ["main", 0.02],
    ]),
    fast: program("Rust", {}, functions, 0.6),
    gap: Math.log(1 / 0.6),
  });
  expect(differences).toEqual([]);
});

test("time by function of the source: library code counts for who calls it, inlined functions for themselves", () => {
  const library = "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/slice.rs";
  const frames = [
    {
      symbol: "p::main",
      module: "/p",
      inlined: [
        { symbol: "core::slice::get", file: library, line: 1 },
        { symbol: "p::audit", file: "/src/main.rs", line: 25 },
        { symbol: "p::main", file: "/src/main.rs", line: 87 },
      ],
    },
    { symbol: "malloc", module: "/libc.so" },
    { symbol: "p::main", module: "/p", inlined: [{ symbol: "p::main", file: "/src/main.rs", line: 3 }] },
    { symbol: "kernel", module: "[kernel]" },
    { symbol: "qsort", module: "/libc.so" },
  ];
  const profile: Profile = {
    ...side("rust", []).profile,
    frames,
    stacks: [
      { frames: [0], counts: [60] },
      { frames: [1, 2], counts: [30] },
      { frames: [3], counts: [10] },
    ],
  };
  const found = ownFunctions(profile);
  expect(found.map((one) => [one.symbol, one.share])).toEqual([
    ["p::audit", 0.6],
    ["p::main", 0.3],
  ]);
  expect(found[1]?.totalHigh).toBeGreaterThan(0.9);
  expect(unplacedShare(profile)).toBe(0);
  const more = [...profile.stacks, { frames: [4], counts: [100] }];
  // Nobody knows for whom the library sorted.
  expect(unplacedShare({ ...profile, stacks: more })).toBe(0.5);
});

test("counts become evidence, also when nothing was seen; what was not measured does not", () => {
  const titles = (facts: Readonly<Record<string, number>>) =>
    factEvidence("go", facts).map((one) => one.title);
  expect(titles({ "gc.cycles": 0 })).toEqual(["No garbage collection took place"]);
  expect(titles({ "gc.cycles": 24, "gc.cpuShare": 0.083, "gc.heapMaxBytes": 5e6 })).toEqual([
    "24 garbage collections, 8.3 % of the processor time by the runtime's own count, heap at most 5.0 MB",
  ]);
  expect(titles({ "writes.calls": 1, "output.bytes": 12 })).toEqual([
    "1 write for 12 bytes of output, 12 bytes each",
  ]);
  expect(titles({ "allocations.count": 1_000_000, "allocations.bytes": 16_000_000 })).toEqual([
    "1 000 000 allocations, 16.0 MB in all, 16 bytes each on average",
  ]);
  expect(titles({})).toEqual([]);
});
