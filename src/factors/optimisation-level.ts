import { defineFactor } from "../plugin.ts";
import { relevant } from "./relevance.ts";

export const optimisationLevel = defineFactor({
  id: "optimisation-level",
  title: "Optimisation level",
  phrase: "the optimisation level",
  question: "Would the compiler's highest optimisation level make the program faster?",
  group: "codegen",
  levels: ["as written", "highest"],
  neutral: "highest",
  conflicts: [],
  use: "setting",
  deployable: true,
  caveat:
    "A level is a bundle of many optimisations: it says what can be had for one flag, not which cause it acts on.",
  sources: ["Curtsinger, Berger: STABILIZER: statistically sound performance evaluation, ASPLOS 2013"],
  relevantWhen: () => relevant(0.05, "any compiled program may gain"),
});
