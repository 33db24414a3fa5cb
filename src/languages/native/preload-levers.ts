import type { Lever, Realization } from "../../model/factor.ts";
import { ownPreload, systemAllocator } from "./preload.ts";

/** A preloaded allocator takes over only where the program asks the loader for malloc. */
export const dynamicMalloc = {
  fact: "malloc.dynamic",
  value: 1,
  otherwise: "the program brings its own allocator, or is linked statically, so none can be put in its place",
} as const;

const preloads = {
  "bump-malloc": {
    find: () => ownPreload("bump-malloc"),
    proof: {
      fact: "preload.bump-malloc",
      expect: "increases",
      title: "the allocator that never frees in the process",
    },
    requires: dynamicMalloc,
    needlessWhen: undefined,
    safety: "resource",
    deployable: false,
  },
  mimalloc: {
    find: () => systemAllocator("mimalloc"),
    proof: { fact: "preload.mimalloc", expect: "increases", title: "mimalloc in the process" },
    requires: dynamicMalloc,
    needlessWhen: { fact: "preload.mimalloc", value: 1, reason: "it is linked to mimalloc already" },
    safety: "safe",
    deployable: true,
  },
  "write-coalescer": {
    find: () => ownPreload("write-coalescer"),
    proof: { fact: "writes.calls", expect: "decreases", title: "write calls" },
    requires: undefined,
    needlessWhen: undefined,
    safety: "safe",
    deployable: false,
  },
} as const satisfies Readonly<
  Record<
    string,
    Pick<Lever, "proof" | "safety" | "deployable"> & {
      readonly requires: Lever["requires"];
      readonly needlessWhen: Lever["needlessWhen"];
      readonly find: unknown;
    }
  >
>;

/** A shared object before the C library. That it was really loaded is the proof's to say: static programs ignore it. */
export async function preloadLever(name: keyof typeof preloads, note?: string): Promise<Realization> {
  const { find, proof, requires, needlessWhen, safety, deployable } = preloads[name];
  const found = await find();
  if (!found.ok) return { kind: "unsupported", reason: found.error };
  return {
    kind: "lever",
    patch: { run: { preload: [found.value] } },
    stage: "run",
    proof,
    ...(requires === undefined ? {} : { requires }),
    ...(needlessWhen === undefined ? {} : { needlessWhen }),
    scope: ["process"],
    safety,
    deployable,
    ...(note === undefined ? {} : { note }),
  };
}
