import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import {
  irrelevant,
  logTimeOfShare,
  pageFaultShare,
  percent,
  relevant,
  tooFewAllocations,
  undecided,
} from "./relevance.ts";

/** With less of the time than that no allocator can gain anything that a run would show. */
const leastShare = 0.01;
/** Where the allocator's own code takes next to nothing: pages that come and go cost more from one allocator than from another. */
const leastFaultShare = 0.03;

function relevantWhen(facts: Facts): Relevance {
  const few = tooFewAllocations(facts);
  if (few !== undefined) return irrelevant(few);
  const share = facts["profile.share.alloc"];
  if (share === undefined) return undecided(0.12, "time in the allocator was not profiled");
  const faults = pageFaultShare(facts);
  const reason = `the allocator takes ${percent(share)} of the time${faults === undefined ? "" : ` and page faults ${percent(faults)}`}`;
  if (share < leastShare && (faults ?? 0) < leastFaultShare) return irrelevant(reason);
  return relevant(0.6 * logTimeOfShare(share + (faults ?? 0) / 2), reason);
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
