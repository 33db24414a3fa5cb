import { expect, test, vi } from "vitest";
import { withoutHash } from "./demangle.ts";
import { type ShufflingLinker, sectionOrder, shuffleArguments } from "./linkers.ts";
import { ownPreload, parseLoaderTrace } from "./preload.ts";

const trace = `     20321:\tfind library=libc.so.6 [0]; searching
     20321:\tcalling init: /lib64/ld-linux-x86-64.so.2
line of the program, calling init: /x/libmimalloc.so
     20321:\tcalling init: /lib/x86_64-linux-gnu/libc.so.6 [0]
     20321:\tcalling init: /home/a b/perfgap/native/bump-malloc-f8b17ff2c8e584c8b0683acc/binary
     20321:\tcalling init: /usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4 [0]
     20321:\tinitialize program: ./app
`;

test("from a cache whose path has a blank nothing can be preloaded, and that is the reason that is told", async () => {
  vi.stubEnv("PERFGAP_CACHE", "/home/a b/perfgap");
  try {
    const found = await ownPreload("bump-malloc");
    expect(found.ok ? "" : found.error).toMatch(/^LD_PRELOAD takes no path with a blank.*set PERFGAP_CACHE/);
  } finally {
    vi.unstubAllEnvs();
  }
});

test("only objects whose initialiser was called count as loaded", () => {
  expect(parseLoaderTrace(trace)).toEqual({
    "preload.bump-malloc": 1,
    "preload.write-coalescer": 0,
    "preload.mimalloc": 0,
    "preload.jemalloc": 0,
    "preload.tcmalloc": 1,
  });
});

test("a static program, which has no loader, loads nothing", () => {
  expect(Object.values(parseLoaderTrace("hello\n"))).toEqual([0, 0, 0, 0, 0]);
});

test("crate hashes go, everything else of a name stays", () => {
  expect(withoutHash("heap::sift::h85000cd3eb194b09")).toBe("heap::sift");
  expect(withoutHash("heap::sift::h85000cd3eb194b09.llvm.1234")).toBe("heap::sift.llvm.1234");
  expect(
    withoutHash("<std[e28293b1aa0f68bd]::env::Args as core[c1f1a4ba060b9bfa]::iter::Iterator>::next"),
  ).toBe("<std::env::Args as core::iter::Iterator>::next");
  expect(withoutHash("f<[u8; 4]>")).toBe("f<[u8; 4]>");
});

const lld: ShufflingLinker = { kind: "lld", path: "/l", driverArguments: [] };

test("every seed is one that lld takes as a seed: neither 0 (random) nor -1 (reversed)", () => {
  for (const seed of [0, 1, -1, 2147483645, 2147483646, 2147483647, 4294967295, 1e15, 0.5]) {
    for (const word of shuffleArguments(lld, seed)) {
      const given = Number(/=([0-9]+)$/.exec(word)?.[1]);
      expect(given, `${seed}`).toBeGreaterThanOrEqual(1);
      expect(given, `${seed}`).toBeLessThanOrEqual(2147483647);
    }
  }
  expect(shuffleArguments(lld, 1)).not.toEqual(shuffleArguments(lld, 2));
  expect(shuffleArguments(lld, 1).join()).not.toContain("init_array");
});

test("gold gets a list of all functions in an order of the seed's", () => {
  const names = [".text.b", ".text.a", ".data.x", ".text.c", ".text.a", ".text.d"];
  const order = sectionOrder(names, 1).trimEnd().split("\n");
  expect([...order].sort()).toEqual([".text.a", ".text.b", ".text.c", ".text.d"]);
  expect(sectionOrder(names, 1)).toBe(sectionOrder(names, 1));
  const orders = new Set([1, 2, 3, 4, 5, 6].map((seed) => sectionOrder(names, seed)));
  expect(orders.size).toBeGreaterThan(1);
});
