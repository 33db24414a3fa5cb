import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import { irrelevant, logTimeOfShare, percent, relevant, tooFewAllocations, undecided } from "./relevance.ts";

function relevantWhen(facts: Facts): Relevance {
  const few = tooFewAllocations(facts);
  if (few !== undefined) return irrelevant(few);
  const share = facts["profile.share.alloc"];
  if (share === undefined) return undecided(0.12, "time in the allocator was not profiled");
  if (share < 0.01) return irrelevant(`the allocator takes ${percent(share)} of the time`);
  return relevant(0.6 * logTimeOfShare(share), `the allocator takes ${percent(share)} of the time`);
}

export const allocator = defineFactor({
  id: "allocator",
  title: "Memory allocator",
  phrase: "the memory allocator",
  question: "What would another allocator save?",
  group: "memory",
  levels: ["as written", "replaced"],
  neutral: "replaced",
  conflicts: ["memory-reclamation"],
  use: "contribution",
  deployable: true,
  caveat:
    "It compares two allocators; the cost of allocating as such stays in the neutral gap. Another allocator places objects elsewhere, so cache behaviour changes with it.",
  sources: ["Leijen, Zorn, de Moura: Mimalloc: free list sharding in action, APLAS 2019"],
  relevantWhen,
});
