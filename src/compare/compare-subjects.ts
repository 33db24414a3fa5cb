import type { TitleOf } from "../model/case.ts";
import type { Change, SubjectChange } from "../model/comparison.ts";
import { type MetricId, metricIds } from "../model/plan.ts";
import type { Report, ReportSubject } from "../model/report.ts";
import { divideEstimates, judgeChanges } from "./difference.ts";
import { yardstickOf } from "./yardstick.ts";

/** Typical figures of every subject that both reports have, metric by metric. `name`: what people read for a subject. */
export function compareSubjects(before: Report, after: Report, name: TitleOf): readonly SubjectChange[] {
  return metricIds.flatMap((metric) => {
    const both = before.subjects.flatMap((one) => {
      const other = after.subjects.find(({ id }) => id === one.id);
      return other === undefined ? [] : [{ one, draft: draftOf(one, other, metric) }];
    });
    const seen = both.filter(({ draft }) => draft.before !== undefined || draft.after !== undefined);
    const changes = judgeChanges(
      seen.map(({ draft }) => draft),
      yardstickOf(before, after, metric),
    );
    return seen.flatMap(({ one }, index) => {
      const typical = changes[index];
      return typical === undefined
        ? []
        : [describe(one, name(one.id), { metric, typical, same: sameSource(before, after, one.id) })];
    });
  });
}

function draftOf(before: ReportSubject, after: ReportSubject, metric: MetricId): Omit<Change, "verdict"> {
  const [one, other] = [before.typical[metric], after.typical[metric]];
  const difference = one === undefined || other === undefined ? undefined : divideEstimates(other, one);
  return {
    ...(one === undefined ? {} : { before: one }),
    ...(other === undefined ? {} : { after: other }),
    ...(difference === undefined ? {} : { difference }),
  };
}

interface Seen extends Pick<SubjectChange, "metric" | "typical"> {
  readonly same: boolean | undefined;
}

function describe(
  { id, language }: ReportSubject,
  title: string,
  { metric, typical, same }: Seen,
): SubjectChange {
  return {
    subject: id,
    title,
    language,
    metric,
    typical,
    ...(same === undefined ? {} : { sameSource: same }),
  };
}

/** undefined: one of the reports does not say what its programs were built from. */
function sameSource(before: Report, after: Report, subject: string): boolean | undefined {
  const [one, other] = [before.identity?.sources[subject], after.identity?.sources[subject]];
  return one === undefined || other === undefined ? undefined : one === other;
}
