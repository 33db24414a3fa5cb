import type { Result } from "../base/result.ts";
import type { TitleOf } from "../model/case.ts";
import { type Comparison, type ComparisonDoubt, comparisonSchemaId } from "../model/comparison.ts";
import type { Report } from "../model/report.ts";
import { comparePairs } from "./compare-pairs.ts";
import { compareSubjects } from "./compare-subjects.ts";
import { namesOfBoth } from "./subject-names.ts";
import { whatDiffers } from "./what-differs.ts";

/** A report with the name that its reader knows it by. */
export interface LabelledReport {
  readonly label: string;
  readonly report: Report;
}

const caveats: readonly string[] = [
  "Each run saw one session: what differs from day to day (neighbours, temperature, memory layout of the machine) is in no interval here. Run both again, the other one first, before you trust a small change.",
  "Intervals take the two runs for independent and hold for each figure on its own; a cause counts as changed only where it stands out among all of them.",
];

const weights: readonly ComparisonDoubt["weight"][] = ["refuses", "serious", "note"];

/**
 * What changed from one report to the other, cause by cause; pure. The error says in words why the two have nothing
 * in common. Doubts of weight "refuses" mean that the numbers answer no question; whether they are shown is the caller's choice.
 */
export function compareReports(before: LabelledReport, after: LabelledReport): Result<Comparison, string> {
  const name = namesOfBoth(before.report, after.report);
  const pairs = comparePairs(before.report, after.report, name);
  if (pairs.length === 0) return { ok: false, error: nothingInCommon(before, after, name) };
  const subjects = compareSubjects(before.report, after.report, name);
  const doubts = whatDiffers(before.report, after.report, subjects, name);
  return {
    ok: true,
    value: {
      schema: comparisonSchemaId,
      before: labelOf(before),
      after: labelOf(after),
      doubts: doubts.toSorted((left, right) => weights.indexOf(left.weight) - weights.indexOf(right.weight)),
      subjects,
      pairs,
      caveats,
    },
  };
}

function labelOf({ label, report }: LabelledReport): Comparison["before"] {
  return {
    label,
    name: report.case.name,
    command: report.reproduce.command,
    version: report.reproduce.version,
    blocks: report.attributions[0]?.diagnostics.blocks ?? 0,
  };
}

function nothingInCommon(before: LabelledReport, after: LabelledReport, name: TitleOf): string {
  const alone = [before, after].find(({ report }) => report.gaps.length === 0);
  if (alone !== undefined)
    return `${alone.label} measured no gap between programs, as perfgap tune does: it holds settings of each program and no causes, so nothing says what a change did.`;
  const subjects = ({ report }: LabelledReport) => report.subjects.map(({ id }) => name(id)).join(", ");
  return `${before.label} is about ${subjects(before)} (${before.report.case.name}) and ${after.label} about ${subjects(after)} (${after.report.case.name}): no two subjects were measured in both.`;
}
