import { join } from "node:path";
import { toEstimate, toRatio } from "../attribute/estimate.ts";
import type { Contrast } from "../model/inference.ts";
import type { MetricId } from "../model/plan.ts";
import { type Report, type ReportSubject, reportSchemaId } from "../model/report.ts";
import { renderHtml } from "../report/render-html.ts";
import type { SearchedSide } from "./tune-side.ts";
import type { Tuned } from "./tune-sides.ts";
import type { Workbench } from "./workbench.ts";

/** The report of `perfgap tune`: subjects without gaps between them, what makes each faster, and at what price. */
export async function assembleTuning(
  bench: Workbench,
  tuned: readonly Tuned[],
  version: string,
): Promise<Report> {
  const { name, question } = bench.options.case;
  const sides = tuned.flatMap((one) => one.sides);
  const report: Report = {
    schema: reportSchemaId,
    case: { name, ...(question === undefined ? {} : { question }) },
    host: bench.host,
    subjects: bench.contenders.map(
      ({ subject, language, toolchain }): ReportSubject => ({
        id: subject.id,
        title: subject.id === language.id ? language.title : subject.id,
        language: subject.language,
        toolchain: toolchain.title,
        typical: typicalOf(sides.find(({ tuned: { subject: id } }) => id === subject.id)),
      }),
    ),
    gaps: [],
    attributions: [],
    accounting: [],
    agreement: [],
    evidence: [],
    wins: tuned.flatMap(({ wins }) => wins),
    tuning: tuned.flatMap(({ tuning }) => tuning),
    warnings: tuned.flatMap(({ warnings }) => warnings),
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
  await run.writeFile(["report.html"], renderHtml(report));
  emit({
    kind: "finished",
    runId: run.id,
    reportJsonPath: join(run.directory, "report.json"),
    reportHtmlPath: join(run.directory, "report.html"),
    resumable: false,
  });
}
