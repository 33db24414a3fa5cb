import { present } from "../base/present.ts";
import { infer, keepSurvivors } from "../infer/index.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { Exclusion } from "../model/report.ts";
import { makePlan, mostFactors } from "../plan/index.ts";
import { type ChosenSide, findingsOf, schemeOf } from "./choose-sides.ts";
import type { Findings } from "./gather-facts.ts";
import { measureOneBlock } from "./measure-one-block.ts";
import { sideInput } from "./plan-input.ts";
import type { Workbench } from "./workbench.ts";

/** More factors a side than this make a design too dear. Six are run as a half fraction, which costs what five in full do. */
const mostInDesign = { quick: 3, full: 6 };
/** More than these and the fraction that looks at all of them is worth its blocks. */
const mostWithoutScreen = { quick: 3, full: 5 };
const screeningBlocks = 2;

/**
 * Where more factors than a full design can carry were proved on a side, a fraction of resolution IV looks at all of
 * them for two blocks and the small ones are dropped (METHOD 2.2). Quick answers, and screens that fail, go by the
 * evidence alone.
 */
export async function screenByMeasuring(
  bench: Workbench,
  chosen: readonly ChosenSide[],
  findings: readonly Findings[],
  operation: string | undefined,
): Promise<readonly ChosenSide[]> {
  const { most, blocks: wanted } = screeningOf(
    bench,
    chosen.map(({ factors }) => factors.length),
  );
  if (wanted === 0) return chosen.map((side) => keepFirst(side, most, lessWeight));
  bench.emit({ kind: "stageStarted", stage: "screening by a fraction of all variants" });
  const inputs = await Promise.all(
    chosen.map((side) => sideInput(bench, side, findingsOf(findings, side.subject))),
  );
  const plan = makePlan({
    sides: inputs.map((input) => ({ ...input, doses: [] })),
    options: { seed: bench.seed, metrics: bench.options.metrics },
  });
  const timeoutMs = Object.fromEntries(findings.map(({ pilot }) => [pilot.subject, pilot.timeoutMs]));
  const blocks: BlockRecord[] = [];
  while (blocks.length < wanted) {
    const blockPlan = { plan, timeoutMs, outputHashes: {}, ...present({ operation }) };
    const next = await measureOneBlock(bench, blockPlan, blocks.length);
    if (next.kind !== "block") return chosen.map((side) => keepFirst(side, most, lessWeight));
    blocks.push(next.record);
  }
  const [metric = "cpuTime"] = bench.options.metrics;
  const result = infer(plan, blocks, metric);
  if (result.kind === "unavailable") return chosen.map((side) => keepFirst(side, most, lessWeight));
  return chosen.map((side) => {
    const inferred = result.inference.sides.find(({ subject }) => subject === side.subject);
    if (side.factors.length <= mostWithoutScreen.full || inferred === undefined) return side;
    const { precision, confidence } = plan;
    const { kept, dropped } = keepSurvivors(inferred, { precision, confidence, most });
    return keepOnly(side, kept, (factor) => dropped.find((one) => one.factor === factor)?.reason ?? "");
  });
}

/** How many factors a side are left for the design, and after how many blocks of a screen; 0: by the evidence alone. */
export function screeningOf(
  { options }: Workbench,
  factorCounts: readonly number[],
): { readonly most: number; readonly blocks: number } {
  const pace = options.quick ? "quick" : "full";
  if (Math.max(...factorCounts) <= mostWithoutScreen[pace]) return { most: mostFactors, blocks: 0 };
  const byEvidence = options.quick || options.factors !== undefined;
  return { most: mostInDesign[pace], blocks: byEvidence ? 0 : screeningBlocks };
}

/** Factors stand in the order of their weight by the evidence. */
export const lessWeight = "other factors weigh more by the evidence at hand";

/** The side with its `most` factors of largest weight; the side itself where it has no more. */
function keepFirst(side: ChosenSide, most: number, reason: string): ChosenSide {
  if (side.factors.length <= most) return side;
  const kept = side.factors.slice(0, most).map(({ factor }) => factor);
  return keepOnly(side, kept, () => reason);
}

export function keepOnly(
  side: ChosenSide,
  kept: readonly string[],
  reasonOf: (factor: string) => string,
): ChosenSide {
  const factors = side.factors.filter(({ factor }) => kept.includes(factor));
  const excluded = side.factors
    .filter(({ factor }) => !kept.includes(factor))
    .map(
      ({ factor }): Exclusion => ({
        factor,
        side: side.subject,
        kind: "not selected",
        reason: reasonOf(factor),
      }),
    );
  return schemeOf({ subject: side.subject, factors, excluded: [...side.excluded, ...excluded] });
}
