import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import {
  collectorShare,
  count,
  irrelevant,
  logTimeOfShare,
  percent,
  relevant,
  undecided,
} from "./relevance.ts";

function relevantWhen(facts: Facts): Relevance {
  const cycles = facts["gc.cycles"];
  if (cycles === 0) return irrelevant("the collector never ran");
  const share = collectorShare(facts);
  if (share !== undefined && share < 0.005)
    return irrelevant(`the collector takes ${percent(share)} of the time`);
  if (share !== undefined) {
    return relevant(
      Math.max(0.02, 2 * logTimeOfShare(share)),
      `the collector takes ${percent(share)} of the processor time${cycles === undefined ? "" : ` in ${count(cycles, "cycle")}`}`,
    );
  }
  return cycles === undefined
    ? undecided(0.15, "no trace of a collector")
    : relevant(0.1, `the collector ran ${count(cycles, "time")}`);
}

export const gc = defineFactor({
  id: "gc",
  title: "Garbage collection",
  phrase: "garbage collection",
  question: "What does the collector cost, and what would a larger heap save?",
  group: "memory",
  levels: ["as written", "2.5 times the heap", "off"],
  neutral: "off",
  conflicts: ["memory-reclamation"],
  use: "contribution",
  deployable: true,
  caveat:
    "Without a collector memory is never reused: page faults and cache misses take the place of its work, so the measured difference is less than what collecting costs, and can be negative. Only a larger heap may ship.",
  sources: [
    "Hertz, Berger: Quantifying the performance of garbage collection vs. explicit memory management, OOPSLA 2005",
    "Cai, Blackburn, Bond, Maas: Distilling the real cost of production garbage collectors, ISPASS 2022",
  ],
  relevantWhen,
});
