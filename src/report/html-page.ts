import type { Report } from "../model/report.ts";
import type { ReportDetails } from "../model/report-details.ts";
import { type Answer, describeAnswers, factorPhrase, primaryMetric, subjectNames } from "./answer.ts";
import type { NameOf } from "./sentence.ts";

/** What the parts of the page share: the report with printable texts, its answers, and ids that no text can choose. */
export interface Page {
  readonly report: Report;
  readonly details: ReportDetails;
  readonly answers: readonly Answer[];
  readonly name: NameOf;
  readonly metric: ReturnType<typeof primaryMetric>;
}

export const noDetails: ReportDetails = { profiles: [], blocks: [], rounds: [], componentTitles: {} };

export function openPage(report: Report, details: ReportDetails): Page {
  return {
    report,
    details,
    answers: describeAnswers(report),
    name: subjectNames(report),
    metric: primaryMetric(report),
  };
}

/** A factor as a sentence names it; its id where no pair was attributed to it. */
export function phraseOf({ report }: Page, factor: string): string {
  return factorPhrase(report, factor);
}

/** Place of a subject in the report; -1 for one that it does not have. */
export function subjectIndex({ report }: Page, subject: string): number {
  return report.subjects.findIndex(({ id }) => id === subject);
}

/** Ids are made of places in the report, never of its texts. */
export const causeId = (pair: number, place: number): string => `cause-${pair}-${place}`;
export const stackId = (pair: number, place: number): string => `stack-${pair}-${place}`;
export const evidenceId = (place: number): string => `evidence-${place}`;

/** The place of a contribution in its attribution. */
export function placeOfCause({ attribution }: Answer, factor: string): number {
  return attribution?.contributions.findIndex((contribution) => contribution.factor === factor) ?? -1;
}
