import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import { count, relevant, undecided } from "./relevance.ts";

/** A converted branch shows as a conditional move, or as a mask in vectorised code. */
function relevantWhen(facts: Facts): Relevance {
  const moves = facts["hot.conditionalMoves"];
  if (moves === undefined) return undecided(0.1, "conditional moves in hot functions were not counted");
  if (moves > 0) {
    return relevant(
      Math.min(0.3, 0.08 + 0.02 * moves),
      `${count(moves, "conditional move")} in the hot functions`,
    );
  }
  // A table or a mask may have taken the place of what was converted, so the absence of moves proves little.
  return undecided(0.04, "no conditional move in the hot functions, but masks and replaced loops hide them");
}

export const ifConversion = defineFactor({
  id: "if-conversion",
  title: "If-conversion",
  phrase: "if-conversion",
  question: "What does the compiler gain or lose by turning branches into conditional moves?",
  group: "codegen",
  levels: ["as written", "off"],
  neutral: "off",
  conflicts: [],
  use: "contribution",
  deployable: false,
  caveat:
    "The effect depends on how well the processor predicts the branch, so on the input: it can be a gain on random data and a loss on regular data. Arithmetic that needs no branch in the first place stays.",
  sources: [
    "Allen, Kennedy, Porterfield, Warren: Conversion of control dependence to data dependence, POPL 1983",
  ],
  relevantWhen,
});
