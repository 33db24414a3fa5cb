import type { Lever, Realization } from "../../model/factor.ts";
import { ownPreload, systemAllocator } from "./preload.ts";

const preloads = {
  "bump-malloc": {
    find: () => ownPreload("bump-malloc"),
    proof: {
      fact: "preload.bump-malloc",
      expect: "increases",
      title: "the allocator that never frees in the process",
    },
    safety: "resource",
    deployable: false,
  },
  mimalloc: {
    find: () => systemAllocator("mimalloc"),
    proof: { fact: "preload.mimalloc", expect: "increases", title: "mimalloc in the process" },
    safety: "safe",
    deployable: true,
  },
  "write-coalescer": {
    find: () => ownPreload("write-coalescer"),
    proof: { fact: "writes.calls", expect: "decreases", title: "write calls" },
    safety: "safe",
    deployable: false,
  },
} as const satisfies Readonly<
  Record<string, Pick<Lever, "proof" | "safety" | "deployable"> & { readonly find: unknown }>
>;

/** A shared object before the C library. That it was really loaded is the proof's to say: static programs ignore it. */
export async function preloadLever(name: keyof typeof preloads, note?: string): Promise<Realization> {
  const { find, proof, safety, deployable } = preloads[name];
  const found = await find();
  if (!found.ok) return { kind: "unsupported", reason: found.error };
  return {
    kind: "lever",
    patch: { run: { preload: [found.value] } },
    stage: "run",
    proof,
    scope: ["process"],
    safety,
    deployable,
    ...(note === undefined ? {} : { note }),
  };
}
