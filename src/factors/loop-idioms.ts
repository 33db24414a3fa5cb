import { defineFactor } from "../plugin.ts";
import { undecided } from "./relevance.ts";

export const loopIdioms = defineFactor({
  id: "loop-idioms",
  title: "Loop idioms",
  phrase: "recognition of loop idioms",
  question: "What does the compiler gain by replacing whole loops it recognises?",
  group: "loop optimiser",
  levels: ["as written", "off"],
  neutral: "off",
  conflicts: [],
  use: "contribution",
  deployable: false,
  caveat:
    "A recognised loop becomes a library call (clear, copy), a closed formula or another algorithm (bit counts, cyclic redundancy checks). Idioms the programmer spelled out as calls stay.",
  sources: ["Pottenger, Eigenmann: Idiom recognition in the Polaris parallelizing compiler, ICS 1995"],
  relevantWhen: () => undecided(0.08, "a loop that was replaced leaves no trace in counts"),
});
