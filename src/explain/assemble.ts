import { boundAdvice } from "../advise/source-advice.ts";
import { type Attributed, attribute } from "../attribute/index.ts";
import { groupBy } from "../base/array.ts";
import { present } from "../base/present.ts";
import { infer } from "../infer/index.ts";
import type { Inference, InferenceResult } from "../model/inference.ts";
import { type Report, reportSchemaId, type Warning } from "../model/report.ts";
import { componentsOf, witnessesOf } from "./components.ts";
import { doseWarning } from "./doses.ts";
import type { Measured } from "./measure-plan.ts";
import type { Prepared } from "./prepared.ts";
import { subjectTitle, titlesOf } from "./subject-title.ts";
import type { Workbench } from "./workbench.ts";

/** From everything measured to the report's value: numbers first, words around them. */
export function assembleReport(
  bench: Workbench,
  prepared: Prepared,
  measured: Measured,
  version: string,
): Report {
  const { plan } = measured;
  const results = plan.metrics.map((metric) => infer(plan, measured.blocks, metric));
  const inferences: readonly Inference[] = results.flatMap((result) =>
    result.kind === "inferred" ? [result.inference] : [],
  );
  const attributed = attribute({
    plan,
    inferences,
    factors: bench.factors,
    excluded: prepared.excluded,
    bounds: prepared.bounds,
    evidence: prepared.evidence,
    stoppedBy: measured.stoppedBy,
    ...(measured.blockTimeMs === undefined ? {} : { blockTimeMs: measured.blockTimeMs }),
    accounting: prepared.accounting,
    witnesses: witnessesOf(prepared.facts),
    componentsOf,
    titleOf: titlesOf(bench.contenders),
  });
  const { name, question } = bench.options.case;
  return {
    schema: reportSchemaId,
    case: { name, ...present({ question, operation: prepared.operation }) },
    host: bench.host,
    subjects: bench.contenders.map((contender) => ({
      id: contender.subject.id,
      title: subjectTitle(contender),
      language: contender.subject.language,
      toolchain: contender.toolchain.title,
      typical: attributed.typical[contender.subject.id] ?? {},
    })),
    gaps: attributed.gaps,
    attributions: attributed.attributions,
    accounting: prepared.accounting,
    agreement: attributed.agreement,
    evidence: prepared.evidence,
    differences: prepared.differences,
    facts: prepared.facts,
    wins: [],
    advice: boundAdvice(prepared.leads ?? [], attributed.attributions),
    ...(prepared.checklist === undefined ? {} : { checklist: prepared.checklist }),
    ...(prepared.identity === undefined ? {} : { identity: prepared.identity }),
    warnings: [
      ...prepared.warnings,
      ...unavailable(results, measured),
      ...attributed.warnings,
      ...failureOf(measured),
      ...(measured.failedDoses ?? []).map((dose) => doseWarning(bench, dose)),
      ...fewBlocks(attributed, measured),
    ],
    reproduce: { command: bench.run.case.command, version, seed: plan.seed },
  };
}

/** Metrics that are missing for the same reason are told in one sentence; without a block there is but one reason. */
function unavailable(
  results: readonly InferenceResult[],
  { blocks, stoppedBy }: Pick<Measured, "blocks" | "stoppedBy">,
): readonly Warning[] {
  if (blocks.length === 0) {
    const why = stoppedBy === "interrupted" ? "Measuring was interrupted" : `Measuring ended (${stoppedBy})`;
    return [
      {
        code: "metric-unavailable",
        message: `${why} before the first block was complete, so there is nothing to compare.`,
        appliesTo: "all",
      },
    ];
  }
  const missing = results.flatMap((result) => (result.kind === "unavailable" ? [result] : []));
  return Array.from(
    groupBy(missing, ({ reason }) => reason),
    ([reason, list]) => {
      const metrics = list.map(({ metric }) => metric).join(", ");
      return { code: "metric-unavailable", message: `No ${metrics}: ${reason}.`, appliesTo: metrics };
    },
  );
}

function failureOf({ failed }: Measured): readonly Warning[] {
  if (failed === undefined) return [];
  const { column, reason } = failed;
  return [
    {
      code: "variant-failed-late",
      message: `Measuring ended early: the variant ${column.id} worked when it was checked and later ${reason}. The answer rests on the blocks before that.`,
      appliesTo: column.subject,
    },
  ];
}

function fewBlocks({ attributions }: Attributed, { blocks, stoppedBy }: Measured): readonly Warning[] {
  if (attributions.length === 0 || blocks.length >= 4) return [];
  const count = `Only ${blocks.length} block${blocks.length === 1 ? "" : "s"}`;
  const unseen = "outlying runs could not be told from the rest";
  return [
    {
      code: "few-blocks",
      message:
        stoppedBy === "precision"
          ? `${count} were needed until the intervals were narrow enough, so ${unseen}.`
          : `${count} could be measured (${stoppedBy}), so intervals are wide and ${unseen}.`,
      appliesTo: "all",
    },
  ];
}
