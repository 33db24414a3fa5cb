import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import { relevant, undecided } from "./relevance.ts";

/** Nothing static tells an unrolled loop from a long one; packed code is the sign of a loop optimiser at work. */
function relevantWhen(facts: Facts): Relevance {
  const packed = facts["hot.packedOps"];
  if (packed !== undefined && packed > 0) {
    return relevant(0.4, "the hot functions hold vectorised loops, which unrolling makes possible or longer");
  }
  return undecided(0.12, "whether a hot loop was unrolled cannot be read from counts");
}

export const unrolling = defineFactor({
  id: "unrolling",
  title: "Loop unrolling",
  phrase: "loop unrolling",
  question: "What does the compiler gain by repeating loop bodies?",
  group: "loop optimiser",
  levels: ["as written", "off"],
  neutral: "off",
  conflicts: [],
  use: "contribution",
  deployable: false,
  caveat:
    "Full unrolling of short loops is included, and it is often what makes vectorising possible: the split between the two is an average over both orders.",
  sources: ["Davidson, Jinturkar: Aggressive loop unrolling in a retargetable, optimizing compiler, CC 1996"],
  relevantWhen,
});
