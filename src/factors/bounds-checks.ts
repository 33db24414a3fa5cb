import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import { count, irrelevant, relevant, undecided } from "./relevance.ts";

/** Checks the compiler proved away cost nothing: only those that are left in hot code count. */
function relevantWhen(facts: Facts): Relevance {
  const hot = facts["hot.boundsChecks"];
  if (hot === undefined) {
    return facts["boundsChecks.calls"] === 0
      ? irrelevant("the executable has no bounds check")
      : undecided(0.1, "the bounds checks in hot code were not counted");
  }
  if (hot === 0) return irrelevant("no bounds check is left in the hot functions");
  const instructions = facts["hot.instructions"] ?? 0;
  const density = instructions > 0 ? hot / instructions : 0.02;
  return relevant(
    Math.min(0.4, Math.max(0.05, 4 * density)),
    `${count(hot, "bounds check")} left in the hot functions`,
  );
}

export const boundsChecks = defineFactor({
  id: "bounds-checks",
  title: "Bounds checks",
  phrase: "bounds checks",
  question: "What do the checks of array and slice indices cost?",
  group: "safety checks",
  levels: ["as written", "off"],
  neutral: "off",
  conflicts: [],
  use: "contribution",
  deployable: false,
  caveat:
    "Without checks the compiler may also vectorise, unroll or reorder what it could not before; that gain is counted here. Removing checks is for diagnosis only: an index out of range is then undefined behaviour.",
  sources: ["Bodik, Gupta, Sarkar: ABCD: eliminating array bounds checks on demand, PLDI 2000"],
  relevantWhen,
});
