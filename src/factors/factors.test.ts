import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Factor, Facts } from "../plugin.ts";

const here = new URL(".", import.meta.url);

function isFactor(value: unknown): value is Factor {
  return typeof value === "object" && value !== null && "relevantWhen" in value;
}

async function loadFactors(): Promise<readonly { readonly file: string; readonly factor: Factor }[]> {
  const files = (await readdir(here)).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "relevance.ts",
  );
  const loaded = await Promise.all(
    files.map(async (file) => {
      const module = (await import(new URL(file, here).href)) as Record<string, unknown>;
      return Object.values(module)
        .filter(isFactor)
        .map((factor) => ({ file, factor }));
    }),
  );
  return loaded.flat();
}

const factors = await loadFactors();
const byId = new Map(factors.map(({ factor }) => [factor.id, factor]));

function verdictOf(id: string, facts: Facts) {
  const relevance = byId.get(id)?.relevantWhen(facts);
  if (relevance === undefined) throw new Error(`no factor ${id}`);
  return relevance;
}

describe("factors", () => {
  it("stand one to a file, named like it", () => {
    expect(factors.map(({ file, factor }) => [file, `${factor.id}.ts`])).toSatisfy(
      (pairs: readonly (readonly string[])[]) => pairs.every(([file, name]) => file === name),
    );
    expect(byId.size).toBe(15);
  });

  it("conflict both ways or not at all", () => {
    for (const { factor } of factors) {
      for (const other of factor.conflicts) expect(byId.get(other)?.conflicts, other).toContain(factor.id);
    }
  });

  it("name no language", () => {
    for (const { factor } of factors) {
      const words = [...factor.levels, factor.title, factor.phrase, factor.question, factor.caveat].join(" ");
      expect(words).not.toMatch(/\b(Go|Golang|GOGC|Rust|rustc|C\+\+|gcc|clang|LLVM)\b/);
    }
  });

  it("are never left out for want of facts", () => {
    for (const { factor } of factors) expect(factor.relevantWhen({}).verdict, factor.id).not.toBe("out");
  });

  it("give finite weights and one reason for any number, however odd", () => {
    const names = [
      "hot.boundsChecks",
      "hot.instructions",
      "hot.packedOps",
      "hot.conditionalMoves",
      "hot.calls",
      "boundsChecks.calls",
      "overflowChecks.calls",
      "gc.cycles",
      "gc.cpuShare",
      "profile.share.gc",
      "profile.share.alloc",
      "profile.share.page-faults",
      "faults.minor",
      "threads.max",
      "cpu.parallelism",
      "cpu.delayShare",
      "switches.voluntary",
      "writes.calls",
      "output.bytes",
      "cpu.seconds",
      "allocations.count",
      "allocations.bytes",
    ];
    for (const value of [0, 1, 0.5, 1e12]) {
      const facts = Object.fromEntries(names.map((name) => [name, value]));
      for (const { factor } of factors) {
        const relevance = factor.relevantWhen(facts);
        expect(Number.isFinite(relevance.weight), `${factor.id} at ${value}`).toBe(true);
        expect(relevance.weight).toBeGreaterThanOrEqual(0);
        expect(relevance.reason).not.toMatch(/NaN|undefined|Infinity/);
      }
    }
  });
});

const turns = { "threads.max": 6, "cpu.parallelism": 1.01, "cpu.seconds": 0.5 };

describe("screening", () => {
  it.each([
    ["bounds-checks", { "hot.boundsChecks": 0 }, "out"],
    ["bounds-checks", { "hot.boundsChecks": 5, "hot.instructions": 83 }, "in"],
    ["bounds-checks", { "boundsChecks.calls": 700 }, "unknown"],
    ["vectorisation", { "hot.packedOps": 0 }, "out"],
    ["vectorisation", { "hot.packedOps": 60 }, "in"],
    ["gc", { "gc.cycles": 0 }, "out"],
    ["gc", { "gc.cycles": 90, "gc.cpuShare": 0.12 }, "in"],
    ["cores", { "threads.max": 1 }, "out"],
    ["cores", { "threads.max": 6, "cpu.parallelism": 1.01 }, "unknown"],
    ["cores", { ...turns, "switches.voluntary": 40 }, "out"],
    ["cores", { ...turns, "cpu.delayShare": 0.02, "switches.voluntary": 40 }, "out"],
    ["cores", { ...turns, "cpu.delayShare": 0.02, "switches.voluntary": 45_000 }, "unknown"],
    ["cores", { "threads.max": 6, "cpu.parallelism": 0.6, "cpu.delayShare": 0.5 }, "unknown"],
    ["cores", { "threads.max": 6, "cpu.parallelism": 1.9 }, "in"],
    ["stdout-buffering", { "writes.calls": 12 }, "out"],
    ["stdout-buffering", { "writes.calls": 5000, "output.bytes": 341 }, "out"],
    ["stdout-buffering", { "writes.calls": 100_000, "output.bytes": 700_000, "cpu.seconds": 0.3 }, "in"],
    ["stdout-buffering", { "writes.calls": 5000, "output.bytes": 5000 * 65536 }, "out"],
    ["allocator", { "profile.share.alloc": 0.002 }, "out"],
    ["allocator", { "profile.share.alloc": 0.002, "profile.share.page-faults": 0.54 }, "in"],
    ["allocator", { "profile.share.alloc": 0.002, "profile.share.page-faults": 0.004 }, "out"],
    // Faults that the profiler could not see, and the few of a start.
    [
      "allocator",
      {
        "profile.share.alloc": 0,
        "profile.share.page-faults": 0,
        "faults.minor": 60_000,
        "cpu.seconds": 0.2,
      },
      "in",
    ],
    ["allocator", { "profile.share.alloc": 0, "faults.minor": 250, "cpu.seconds": 0.2 }, "out"],
    ["allocator", { "allocations.count": 13, "allocations.bytes": 20_161 }, "out"],
    ["allocator", { "allocations.count": 40, "allocations.bytes": 4e8 }, "unknown"],
    [
      "memory-reclamation",
      { "allocations.count": 376, "allocations.bytes": 4_292_184, "gc.cycles": 1 },
      "out",
    ],
    ["memory-reclamation", { "gc.cycles": 40, "gc.cpuShare": 0.1 }, "in"],
    ["if-conversion", { "hot.conditionalMoves": 0, "hot.packedOps": 0 }, "unknown"],
  ] as const)("%s with %o is %s", (id, facts, verdict) => {
    expect(verdictOf(id, facts).verdict).toBe(verdict);
  });

  it("puts a vectorised loop before a few checks, and a busy collector before cheap guesses", () => {
    const facts = { "hot.packedOps": 60, "hot.boundsChecks": 2, "hot.instructions": 436 };
    expect(verdictOf("vectorisation", facts).weight).toBeGreaterThan(
      verdictOf("bounds-checks", facts).weight,
    );
    expect(verdictOf("gc", { "gc.cycles": 90, "gc.cpuShare": 0.1 }).weight).toBeGreaterThan(
      verdictOf("loop-idioms", {}).weight,
    );
  });
});
