import { attribute } from "../attribute/index.ts";
import type { Inference, StopDecision } from "../model/inference.ts";
import type { Plan } from "../model/plan.ts";
import type { Contribution } from "../model/report.ts";
import type { Workbench } from "./workbench.ts";

/** Tells what the blocks so far say, for the pair with the largest gap. */
export function tellBlock(bench: Workbench, plan: Plan, inference: Inference, decision: StopDecision): void {
  const { gaps, attributions } = attribute({
    plan,
    inferences: [inference],
    factors: bench.factors,
    excluded: [],
    stoppedBy: "interrupted",
  });
  const widest = attributions.toSorted((left, right) => gapOf(gaps, right) - gapOf(gaps, left))[0];
  const gap = gaps.find(({ slow, fast }) => slow === widest?.slow && fast === widest.fast);
  bench.emit({
    kind: "blockDone",
    block: inference.blocks - 1,
    blocksForecast: decision.kind === "continue" ? decision.blocksExpected : inference.blocks,
    etaMs: decision.kind === "continue" ? decision.etaMs : 0,
    ...(gap === undefined ? {} : { gap: gap.logRatio }),
    contributions: (widest?.contributions ?? []).map(live),
    halfWidth: decision.reached,
    wantedHalfWidth: plan.precision,
  });
}

function live({ factor, title, phrase, value, low, high, verdict }: Contribution) {
  return { factor, title, phrase, value, low, high, verdict };
}

function gapOf(
  gaps: readonly {
    readonly slow: string;
    readonly fast: string;
    readonly logRatio: { readonly value: number };
  }[],
  pair: { readonly slow: string; readonly fast: string },
): number {
  return gaps.find(({ slow, fast }) => slow === pair.slow && fast === pair.fast)?.logRatio.value ?? 0;
}
