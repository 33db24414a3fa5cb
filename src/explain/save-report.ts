import { join } from "node:path";
import type { Report } from "../model/report.ts";
import { renderHtml } from "../report/render-html.ts";
import type { Measured } from "./measure-plan.ts";
import { readReportDetails } from "./report-details.ts";
import type { Workbench } from "./workbench.ts";

/** Writes the report into the run folder. An interrupted run keeps its place and can be resumed all the same. */
export async function saveReport(bench: Workbench, report: Report, measured: Measured): Promise<void> {
  const { run, emit } = bench;
  if (measured.blocks.length === 0) return;
  const resumable = measured.stoppedBy === "interrupted" && measured.failed === undefined;
  if (!resumable) await run.writeReport(report);
  const details = await readReportDetails(run.directory, report);
  await run.writeFile(["report.html"], renderHtml(report, details));
  emit({
    kind: "finished",
    runId: run.id,
    reportJsonPath: join(run.directory, "report.json"),
    reportHtmlPath: join(run.directory, "report.html"),
    resumable,
  });
}
