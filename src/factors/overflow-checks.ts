import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import { count, irrelevant, relevant, undecided } from "./relevance.ts";

function relevantWhen(facts: Facts): Relevance {
  const calls = facts["overflowChecks.calls"];
  if (calls === undefined) return undecided(0.02, "overflow checks were not counted");
  if (calls === 0) return irrelevant("the executable has no overflow check");
  return relevant(0.03, `${count(calls, "overflow check")} in the executable`);
}

export const overflowChecks = defineFactor({
  id: "overflow-checks",
  title: "Overflow checks",
  phrase: "integer overflow checks",
  question: "What do the checks of integer arithmetic cost?",
  group: "safety checks",
  levels: ["as written", "off"],
  neutral: "off",
  conflicts: [],
  use: "contribution",
  deployable: true,
  caveat:
    "Without checks arithmetic wraps: a program that relied on the check to stop then goes on with a wrong number.",
  sources: ["Dietz, Li, Regehr, Adve: Understanding integer overflow, ICSE 2012"],
  relevantWhen,
});
