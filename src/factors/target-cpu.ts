import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import { relevant, undecided } from "./relevance.ts";

function relevantWhen(facts: Facts): Relevance {
  const packed = facts["hot.packedOps"];
  return packed !== undefined && packed > 0
    ? relevant(0.2, "the hot functions hold packed instructions, which could be wider")
    : undecided(0.04, "newer instructions may help without packed code, but seldom much");
}

export const targetCpu = defineFactor({
  id: "target-cpu",
  title: "Target processor",
  phrase: "the target processor",
  question: "Would instructions of newer processors make the program faster?",
  group: "codegen",
  levels: ["as written", "x86-64-v3"],
  neutral: "x86-64-v3",
  conflicts: [],
  use: "setting",
  deployable: true,
  caveat:
    "Every machine that runs the program must have the instructions. Fused multiply-add can change the last digits of floating-point results.",
  sources: ["x86-64 psABI, section 3.1.1: micro-architecture levels"],
  relevantWhen,
});
