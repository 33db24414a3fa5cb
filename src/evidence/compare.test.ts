import { expect, test } from "vitest";
import type { HotFunction, Profile } from "../model/profile.ts";
import { checkCommonFaults } from "./checklist.ts";
import { comparePrograms, differenceEvidence } from "./compare-programs.ts";
import { factEvidence } from "./fact-evidence.ts";
import { nameWords, type PairSide, pairFunctions, pairingEvidence } from "./pair-functions.ts";

function hot(symbol: string, selfShare: number, totalShare = selfShare): HotFunction {
  return {
    symbol,
    module: "/p",
    selfShare,
    totalShare,
    selfSamples: 100 * selfShare,
    lines: [],
    addresses: [],
  };
}

function side(
  subject: string,
  functions: readonly HotFunction[],
  stacks: readonly (readonly string[])[] = [],
): PairSide {
  const names = [...new Set(stacks.flat())];
  const profile: Profile = {
    subject,
    rung: "perf",
    lost: [],
    executable: "/p",
    periodNs: 1e6,
    frames: names.map((symbol) => ({ symbol, module: "/p" })),
    stacks: stacks.map((stack) => ({ frames: stack.map((name) => names.indexOf(name)), counts: [10] })),
    runs: [{ samples: 10 * stacks.length, malformed: 0, wallTimeNs: 1, stdoutHash: "" }],
  };
  return { subject, profile, hot: functions };
}

test.each([
  ["main.siftDown", "sift down"],
  ["heap::sift_down", "sift down"],
  ["main.(*Heap[go.shape.int]).SiftDown", "sift down"],
  ["<heap::Heap<T> as heap::Sift>::sift_down", "sift down"],
  ["app::Heap::siftDown(std::vector<int>&)", "sift down"],
  ["prog::main::{{closure}}", "main"],
  ["main.main.func1", "main"],
  ["sum", "sum"],
])("%s has the words %s", (symbol, words) => {
  expect(nameWords(symbol).join(" ")).toBe(words);
});

test("functions of one name are sure, others by share and callers with their doubt", () => {
  const left = side(
    "go",
    [hot("main.sum", 0.5), hot("main.digest", 0.3, 0.4), hot("main.render", 0.1)],
    [["main.digest", "main.run"]],
  );
  const right = side(
    "rust",
    [hot("prog::sum", 0.4), hot("prog::checksum", 0.35, 0.4)],
    [["prog::checksum", "prog::run"]],
  );
  const pairing = pairFunctions(left, right);
  expect(pairing.pairs.map((pair) => [pair.left.symbol, pair.right.symbol, pair.doubt])).toEqual([
    ["main.sum", "prog::sum", "sure"],
    ["main.digest", "prog::checksum", "doubtful"],
  ]);
  expect(pairing.aloneLeft.map((one) => one.symbol)).toEqual(["main.render"]);
  const [evidence] = pairingEvidence(left, right, pairing);
  expect(evidence?.title).toBe("2 hot functions of go found again in rust, 2 in doubt or without a partner");
  expect(evidence?.detail).toContain(
    "main.digest (30 %) and prog::checksum (35 %): similar share of the time, called from or calling functions of the same names, doubtful",
  );
});

test("a function that was inlined into main is found by the name it has in the source", () => {
  const left = side("go", [hot("main.fillTable", 0.97)]);
  const right = side("rust", [hot("lcs::main", 0.98)]);
  const library = "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/slice.rs";
  const inlined = [
    { symbol: "core::slice::get", file: library, line: 1 },
    { symbol: "fill_table", file: "/p/main.rs", line: 25 },
    { symbol: "lcs::main", file: "/p/main.rs", line: 87 },
  ];
  const frames = [{ symbol: "lcs::main", module: "/p", inlined }];
  const profile: Profile = { ...right.profile, frames, stacks: [{ frames: [0], counts: [90] }] };
  const [pair] = pairFunctions(left, { ...right, profile }).pairs;
  expect(pair?.doubt).toBe("sure");
  expect(pair?.reasons[0]).toBe("same name (fill_table was inlined into lcs::main)");
});

test("two programs of different work: the larger difference first", () => {
  const pairing = pairFunctions(side("go", [hot("main.sum", 0.9)]), side("rust", [hot("prog::sum", 0.8)]));
  const differences = comparePrograms(
    {
      subject: "go",
      facts: { "allocations.count": 5_000_000, "hotLoop.elementBits": 64, "cpu.parallelism": 1 },
    },
    {
      subject: "rust",
      facts: { "allocations.count": 1000, "hotLoop.elementBits": 32, "cpu.parallelism": 1.9 },
    },
    pairing,
  );
  expect(differences.map((one) => one.id)).toEqual(["allocations", "width", "processors"]);
  expect(differences[0]?.title).toBe("go allocates 5000 times as often as rust");
  expect(differences[1]?.title).toContain("64-bit numbers in go and on 32-bit numbers in rust");
  expect(differenceEvidence("go", "rust", differences).map((one) => one.id)).toEqual([
    "go-rust-difference-1",
    "go-rust-difference-2",
    "go-rust-difference-3",
  ]);
});

test("what was not measured, is small, or cannot be set side by side is no difference", () => {
  const empty = pairFunctions(side("go", []), side("rust", []));
  expect(
    comparePrograms(
      { subject: "a", facts: {} },
      { subject: "b", facts: { "allocations.count": 1e9 } },
      empty,
    ),
  ).toEqual([]);
  const few = comparePrograms(
    { subject: "a", facts: { "allocations.count": 9000, "hotLoop.elementBits": 64 } },
    { subject: "b", facts: { "allocations.count": 2, "hotLoop.elementBits": 32 } },
    empty,
  );
  expect(few).toEqual([]);
});

test("a hot function without a partner is a sign by itself", () => {
  const pairing = pairFunctions(
    side("c", [hot("wasted", 0.5), hot("sum", 0.4)]),
    side("rust", [hot("p::sum", 0.95)]),
  );
  const found = comparePrograms({ subject: "c", facts: {} }, { subject: "rust", facts: {} }, pairing);
  expect(found.map((one) => one.title)).toEqual(["c spends 50 % in wasted, which has no partner in rust"]);
});

test("common faults are found by counts and by symbols, and not without them", () => {
  const unbuffered = checkCommonFaults({
    language: "go",
    facts: { "writes.calls": 50_000, "output.bytes": 500_000 },
  });
  expect(unbuffered.map((one) => [one.id, one.seen])).toEqual([
    ["unbuffered-output", "50000 writes of 10 bytes on average"],
  ]);
  expect(checkCommonFaults({ language: "go", facts: { "writes.calls": 50, "output.bytes": 500 } })).toEqual(
    [],
  );
  const { profile } = side(
    "rust",
    [],
    [["<core::hash::sip::Hasher<S> as core::hash::Hasher>::write", "prog::main"], ["prog::main"]],
  );
  expect(
    checkCommonFaults({ language: "rust", facts: { "profile.share.alloc": 0.4 }, profile }).map(
      (one) => one.id,
    ),
  ).toEqual(["sip-hash", "allocator-bound"]);
  expect(checkCommonFaults({ language: "c", facts: {}, profile })).toEqual([]);
  const tiny = { "gc.cycles": 200, "gc.heapMaxBytes": 4e6, "profile.share.gc": 0.2 };
  expect(checkCommonFaults({ language: "go", facts: tiny }).map((one) => one.id)).toEqual(["small-heap"]);
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
