import { join } from "node:path";
import { boundAdvice } from "../advise/source-advice.ts";
import { toEstimate, toRatio } from "../attribute/estimate.ts";
import type { Contrast } from "../model/inference.ts";
import type { MetricId } from "../model/plan.ts";
import { type Report, type ReportSubject, reportSchemaId } from "../model/report.ts";
import { renderHtml } from "../report/render-html.ts";
import { type Examined, factsOf, warningsOf } from "./examine-programs.ts";
import { readReportDetails } from "./report-details.ts";
import { subjectTitle } from "./subject-title.ts";
import type { SearchedSide } from "./tune-side.ts";
import type { Tuned } from "./tune-sides.ts";
import type { Workbench } from "./workbench.ts";

/** One program: what it is, and what its search found. */
export interface TunedProgram {
  readonly examined: Examined;
  readonly tuned: Tuned;
}

/**
 * The report of `perfgap tune`: subjects without gaps between them, what makes each faster, and at what price. Nothing
 * is switched off here, so lines of the source are bounded by counting only.
 */
export async function assembleTuning(
  bench: Workbench,
  programs: readonly TunedProgram[],
  version: string,
): Promise<Report> {
  const { name, question } = bench.options.case;
  const tuned = programs.map((one) => one.tuned);
  const examined = programs.map((one) => one.examined);
  const gathered = examined.map(({ evidence }) => evidence);
  const sides = tuned.flatMap((one) => one.sides);
  const report: Report = {
    schema: reportSchemaId,
    case: { name, ...(question === undefined ? {} : { question }) },
    host: bench.host,
    subjects: bench.contenders.map((contender): ReportSubject => {
      const { subject, toolchain } = contender;
      return {
        id: subject.id,
        title: subjectTitle(contender),
        language: subject.language,
        toolchain: toolchain.title,
        typical: typicalOf(sides.find(({ tuned: { subject: id } }) => id === subject.id)),
      };
    }),
    gaps: [],
    attributions: [],
    accounting: examined.flatMap(({ findings }) => findings.flatMap(({ accounting }) => accounting ?? [])),
    agreement: [],
    evidence: gathered.flatMap(({ evidence }) => evidence),
    facts: Object.assign({}, ...examined.map(factsOf)) as NonNullable<Report["facts"]>,
    advice: boundAdvice(
      gathered.flatMap(({ leads }) => leads),
      [],
    ),
    checklist: gathered.flatMap(({ checklist }) => checklist),
    wins: tuned.flatMap(({ wins }) => wins),
    tuning: tuned.flatMap(({ tuning }) => tuning),
    warnings: [...examined.flatMap(warningsOf), ...tuned.flatMap(({ warnings }) => warnings)],
    reproduce: { command: bench.run.case.command, version, seed: bench.seed },
  };
  await save(bench, report);
  return report;
}

/** As written, from the first round that measured anything. */
function typicalOf(side: SearchedSide | undefined): ReportSubject["typical"] {
  const typical: ReadonlyMap<MetricId, Contrast> =
    side?.searched.rounds.find((round) => round.typical.size > 0)?.typical ?? new Map();
  return Object.fromEntries(
    [...typical].map(([metric, contrast]) => [
      metric,
      toRatio(toEstimate(contrast, 0.95, "t on block values")),
    ]),
  );
}

async function save({ run, emit }: Workbench, report: Report): Promise<void> {
  await run.writeReport(report);
  await run.writeFile(["report.html"], renderHtml(report, await readReportDetails(run.directory, report)));
  emit({
    kind: "finished",
    runId: run.id,
    reportJsonPath: join(run.directory, "report.json"),
    reportHtmlPath: join(run.directory, "report.html"),
    resumable: false,
  });
}
