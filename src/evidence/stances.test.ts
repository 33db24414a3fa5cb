import { expect, test } from "vitest";
import type { Evidence, Facts } from "../model/evidence.ts";
import { factEvidence } from "./fact-evidence.ts";
import { type SeenCode, withStances } from "./stances.ts";

function listing(
  subject: string,
  classes: readonly string[],
  context: readonly string[] = [],
  share = 0.9,
): Evidence {
  const line = (kind: string, inLoop: boolean) => ({
    address: 1,
    text: "nop",
    class: kind,
    share: inLoop ? share / classes.length : 0,
    inLoop,
  });
  return {
    id: `${subject}-listing-1`,
    kind: "listing",
    subject,
    title: "",
    explains: ["bounds-checks", "vectorisation", "unrolling"],
    detail: "",
    listing: {
      symbol: "sum",
      lines: [...classes.map((kind) => line(kind, true)), ...context.map((kind) => line(kind, false))],
    },
  };
}

const remark = (subject: string): Evidence => ({
  id: `${subject}-remark-vector-1`,
  kind: "compiler remark",
  subject,
  title: "",
  explains: ["vectorisation"],
  detail: "",
});

const all: SeenCode = { loops: 1, functions: 1 };

const stances = (evidence: readonly Evidence[], seen: Readonly<Record<string, SeenCode>> = {}) =>
  withStances(evidence, {
    ...Object.fromEntries(evidence.map(({ subject }) => [subject, all])),
    ...seen,
  }).map((one) => [one.explains.toSorted(), (one.against ?? []).toSorted()]);

test("a packed loop beside a scalar one speaks for vectorisation on both sides, and against checks and calls", () => {
  expect(stances([listing("go", ["other"]), listing("rust", ["packed", "packed"]), remark("rust")])).toEqual([
    [
      ["unrolling", "vectorisation"],
      ["bounds-checks", "inlining"],
    ],
    [
      ["unrolling", "vectorisation"],
      ["bounds-checks", "inlining"],
    ],
    [["vectorisation"], []],
  ]);
});

test("loops that are packed on both sides, or on none, speak against vectorisation", () => {
  const packed = stances([listing("c", ["packed"]), listing("rust", ["packed"])]);
  expect(packed[0]?.[1]).toContain("vectorisation");
  const scalar = stances([
    listing("go", ["bounds check", "call"]),
    listing("rust", ["branch"]),
    remark("rust"),
  ]);
  expect(scalar).toEqual([
    [["bounds-checks", "inlining"], ["vectorisation"]],
    // Go has the checks and the call: that Rust has none is the difference, not a reason against it.
    [[], ["vectorisation"]],
    [[], ["vectorisation"]],
  ]);
});

test("one loop alone says nothing of the difference, and checks outside of the loop do not count", () => {
  expect(stances([listing("go", ["other"], ["bounds check"])])).toEqual([
    [[], ["bounds-checks", "inlining"]],
  ]);
  expect(stances([listing("rust", ["packed"])])[0]?.[0]).toContain("vectorisation");
});

test("a second loop of other instructions, or vectors of other widths, leave it open whether vectorisation is the difference", () => {
  const scalar = () => listing("c", ["other"], [], 0.5);
  const vectors = (subject: string, text = "paddd xmm0,xmm1", share = 0.4): Evidence => {
    const one = listing(subject, ["packed"], [], share);
    const lines = (one.listing?.lines ?? []).map((line) => ({ ...line, text }));
    return { ...one, listing: { symbol: "scale", lines } };
  };
  const againstIt = (evidence: readonly Evidence[]) =>
    stances(evidence).some(([, against]) => against?.includes("vectorisation"));
  expect(againstIt([scalar(), listing("rust", ["other"])])).toBe(true);
  // By the hottest functions alone both sides are scalar.
  expect(againstIt([scalar(), vectors("c"), listing("rust", ["other"])])).toBe(false);
  expect(againstIt([vectors("c"), vectors("rust")])).toBe(true);
  expect(againstIt([vectors("c"), vectors("rust", "vpaddd ymm0,ymm1,ymm2")])).toBe(false);
  // One packed instruction among many is not what the loop does.
  const few = listing("c", ["packed", ...Array<string>(30).fill("other")]);
  expect(againstIt([few, vectors("rust")])).toBe(false);
});

test("nothing speaks against a cause where a side was looked at in part, or not at all", () => {
  const lacking = () => [listing("go", ["other"]), listing("rust", ["other"])];
  const everything = stances(lacking()).map(([, against]) => against);
  expect(everything).toEqual(Array(2).fill(["bounds-checks", "inlining", "vectorisation"]));
  const inPart = { rust: { loops: 0.7, functions: 1 } };
  expect(stances(lacking(), inPart).map(([, against]) => against)).toEqual([[], []]);
  expect(stances(lacking(), { cmd: { loops: 0, functions: 0 } })[0]?.[1]).toEqual([]);
  const few = factEvidence("rust", { "allocations.count": 5, "allocations.bytes": 90 });
  expect(stances(few)[0]?.[1]).toContain("gc");
  // Go's allocations were not counted: that Rust has few says nothing of what they cost Go.
  expect(stances(few, { go: all })[0]?.[1]).toEqual([]);
});

test.each([
  ["no collection", { "gc.cycles": 0 }, [], ["gc", "memory-reclamation"]],
  ["a collector of no weight", { "gc.cycles": 3, "gc.cpuShare": 0.001 }, ["memory-reclamation"], ["gc"]],
  ["a busy collector", { "gc.cycles": 90, "gc.cpuShare": 0.2 }, ["gc", "memory-reclamation"], []],
  [
    "few allocations",
    { "allocations.count": 40, "allocations.bytes": 900 },
    [],
    ["allocator", "gc", "memory-reclamation"],
  ],
  [
    "allocations that take no time",
    { "allocations.count": 1e5, "profile.share.alloc": 0.004 },
    ["gc", "memory-reclamation"],
    ["allocator"],
  ],
  ["one write", { "writes.calls": 1, "output.bytes": 9 }, [], ["stdout-buffering"]],
  ["large writes", { "writes.calls": 5000, "output.bytes": 5000 * 65536 }, [], ["stdout-buffering"]],
  ["small writes", { "writes.calls": 5000, "output.bytes": 50_000 }, ["stdout-buffering"], []],
  ["one thread", { "threads.max": 1 }, [], ["cores"]],
  [
    "threads that take turns",
    {
      "threads.max": 6,
      "cpu.parallelism": 1.01,
      "cpu.delayShare": 0.01,
      "switches.voluntary": 40,
      "cpu.seconds": 0.5,
    },
    [],
    ["cores"],
  ],
  [
    "threads that wake each other all the time",
    {
      "threads.max": 3,
      "cpu.parallelism": 0.95,
      "cpu.delayShare": 0.01,
      "switches.voluntary": 45_000,
      "cpu.seconds": 0.47,
    },
    ["cores"],
    [],
  ],
  [
    "threads that others keep waiting",
    { "threads.max": 6, "cpu.parallelism": 0.9, "cpu.delayShare": 0.4 },
    ["cores"],
    [],
  ],
  [
    "few allocations of unknown size",
    { "allocations.count": 40 },
    ["allocator", "gc", "memory-reclamation"],
    [],
  ],
  ["threads at work", { "threads.max": 6, "cpu.parallelism": 1.9 }, ["cores"], []],
  ["few faults", { "faults.minor": 200 }, [], ["memory-reclamation"]],
  ["many faults", { "faults.minor": 2000 }, ["allocator", "memory-reclamation"], []],
] as const)("counts take a stance: %s", (...row) => {
  const [, facts, speaksFor, speaksAgainst] = row;
  const [one] = factEvidence("go", facts satisfies Facts);
  expect([one?.explains.toSorted(), (one?.against ?? []).toSorted()]).toEqual([speaksFor, speaksAgainst]);
});
