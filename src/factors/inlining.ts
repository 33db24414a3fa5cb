import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import { count, relevant, undecided } from "./relevance.ts";

function relevantWhen(facts: Facts): Relevance {
  const calls = facts["hot.calls"];
  return calls === undefined
    ? undecided(0.05, "calls in hot functions were not counted")
    : relevant(0.05, `${count(calls, "call")} left in the hot functions`);
}

export const inlining = defineFactor({
  id: "inlining",
  title: "Inlining",
  phrase: "inlining",
  question: "How much does this program gain from its compiler's inlining?",
  group: "codegen",
  levels: ["as written", "off"],
  neutral: "off",
  conflicts: [],
  use: "diagnostic",
  deployable: false,
  caveat:
    "There is no comparable level without inlining: some languages build their most basic abstractions from small functions that are meant to vanish. It is measured alone and never becomes a part of the gap.",
  sources: ["Theodoridis, Grosser, Su: Understanding and exploiting optimal function inlining, ASPLOS 2022"],
  relevantWhen,
});
