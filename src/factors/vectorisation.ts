import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import { count, irrelevant, relevant, undecided } from "./relevance.ts";

/** Two packed instructions may be a copied struct; a vectorised loop has more. */
const loopLikePackedOps = 4;

function relevantWhen(facts: Facts): Relevance {
  const packed = facts["hot.packedOps"];
  if (packed === undefined) return undecided(0.3, "packed instructions in hot functions were not counted");
  if (packed === 0) return irrelevant("no packed instruction in the hot functions");
  return relevant(
    packed >= loopLikePackedOps ? 1 : 0.2,
    `${count(packed, "packed instruction")} in the hot functions`,
  );
}

export const vectorisation = defineFactor({
  id: "vectorisation",
  title: "Vectorisation",
  phrase: "vectorisation",
  question: "What does the compiler gain by working on several elements per instruction?",
  group: "loop optimiser",
  levels: ["as written", "off"],
  neutral: "off",
  conflicts: [],
  use: "contribution",
  deployable: false,
  caveat:
    "Interleaving of several vectors counts here. Vectorising often needs unrolling of inner loops first: read the two together, as one bar of the loop optimiser. Hand-written vector code and the standard library's own stay as they are.",
  sources: [
    "Larsen, Amarasinghe: Exploiting superword level parallelism with multimedia instruction sets, PLDI 2000",
    "Maleki et al.: An evaluation of vectorizing compilers, PACT 2011",
  ],
  relevantWhen,
});
