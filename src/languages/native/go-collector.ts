import { totalmem } from "node:os";
import type { Lever } from "../../model/factor.ts";

/** Without a collector the heap grows until this share of the memory; then collecting is better than being killed. */
const memoryShare = 0.5;

const cycles = { fact: "gc.cycles", expect: "decreases", title: "collections in a traced run" } as const;

/** GOGC for a level of the factor gc; works on every Go program, whoever built it. */
export function collectorLever(level: string): Lever | undefined {
  if (level === "off") return withoutCollector("no collections");
  if (level !== "2.5 times the heap") return undefined;
  return {
    kind: "lever",
    patch: { run: { env: { GOGC: "400" } } },
    stage: "run",
    proof: cycles,
    scope: ["process"],
    safety: "resource",
    deployable: true,
    note: "GOGC=400: the heap may grow to five times what is live before it is collected, where it is two times as written.",
  };
}

export function withoutCollector(what: string): Lever {
  const constrained = process.constrainedMemory();
  const memory = constrained > 0 ? Math.min(totalmem(), constrained) : totalmem();
  const limit = Math.floor(memory * memoryShare);
  return {
    kind: "lever",
    patch: { run: { env: { GOGC: "off", GOMEMLIMIT: String(limit) } } },
    stage: "run",
    proof: cycles,
    scope: ["process"],
    safety: "resource",
    deployable: false,
    note: `GOGC=off: ${what}, up to a heap of half this machine's memory (GOMEMLIMIT); from there on it collects rather than be killed.`,
  };
}
