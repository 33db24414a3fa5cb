import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import {
  collectorShare,
  irrelevant,
  logTimeOfShare,
  percent,
  relevant,
  tooFewAllocations,
  undecided,
} from "./relevance.ts";

function relevantWhen(facts: Facts): Relevance {
  const collector = collectorShare(facts);
  const allocator = facts["profile.share.alloc"];
  const few = tooFewAllocations(facts);
  if (few !== undefined) return irrelevant(few);
  if (facts["gc.cycles"] === 0) return irrelevant("the collector never ran: nothing was reclaimed");
  if (collector === undefined && allocator === undefined) {
    return undecided(0.12, "neither collector nor allocator were profiled");
  }
  const share = Math.min(0.95, (collector ?? 0) + (allocator ?? 0) / 2);
  if (share < 0.01) return irrelevant(`allocating and reclaiming take ${percent(share)} of the time`);
  return relevant(
    logTimeOfShare(share),
    `allocating and reclaiming take about ${percent(share)} of the time`,
  );
}

export const memoryReclamation = defineFactor({
  id: "memory-reclamation",
  title: "Memory reclamation",
  phrase: "memory reclamation",
  question: "What does giving memory back cost, by collector or by free?",
  group: "memory",
  levels: ["as written", "never"],
  neutral: "never",
  conflicts: ["gc", "allocator"],
  use: "contribution",
  deployable: false,
  caveat:
    "Memory that is never reclaimed must come fresh from the kernel: page faults eat a part of what is saved. Where the allocator can be replaced the neutral level also makes allocating cheaper.",
  sources: [
    "Hertz, Berger: Quantifying the performance of garbage collection vs. explicit memory management, OOPSLA 2005",
  ],
  relevantWhen,
});
