import { groupBy } from "../base/array.ts";
import type { Checklist, Report } from "../model/report.ts";
import { subjectNames } from "./answer.ts";
import { measuredFault } from "./measured-texts.ts";
import type { NameOf } from "./sentence.ts";

/** A common fault that was found. */
export interface FaultText {
  readonly subject: string;
  readonly title: string;
  readonly detail: string;
  /** What was measured, "at most 67 % of the time is spent there", where a line says more, or that nothing is known. */
  readonly cost: string;
  readonly remedy: string;
}

/** Above this a bound says nothing: the whole program lies below it. */
const sayingShare = 0.95;

/** Faults that were found, the dearest first. */
export function faultTexts(report: Report): readonly FaultText[] {
  const name = subjectNames(report);
  return (report.checklist ?? [])
    .flatMap(({ subject, items }) => items.map((item) => ({ subject, ...item })))
    .filter(({ state }) => state === "found")
    .toSorted((left, right) => (right.share ?? 0) - (left.share ?? 0))
    .map(({ subject, id, title, detail, share = 0, remedy = "" }) => ({
      subject: name(subject),
      title,
      detail: oneLine(detail),
      cost: measuredFault(report, subject, id) ?? lineOf(report, `${subject}-fault-${id}`) ?? costText(share),
      remedy,
    }));
}

/** A line of the source that the fault speaks for has a bound of its own: two would be one too many. */
function lineOf({ advice = [] }: Report, evidence: string): string | undefined {
  const [line] = advice.filter((one) => one.evidence.includes(evidence));
  if (line?.location === undefined) return undefined;
  const { file, line: number } = line.location;
  return `what it costs at most stands with ${file.slice(file.lastIndexOf("/") + 1)}:${number} above`;
}

function costText(share: number): string {
  if (share === 0) return "what it costs is not known";
  return share >= sayingShare
    ? "up to nearly all of the time may be spent there: mending it may gain much or little, and only a try tells"
    : `at most ${Math.max(1, Math.ceil(100 * share))} % of the time is spent there`;
}

/** "looked for 9 other common faults in Go, 7 in C: none found, 1 not looked at"; undefined without a list. */
export function otherFaultsText(report: Report): string | undefined {
  const lists = report.checklist ?? [];
  if (lists.length === 0) return undefined;
  const name = subjectNames(report);
  const found = lists.some(({ items }) => items.some(({ state }) => state === "found"));
  const open = lists.reduce((total, list) => total + countOf(list, "not looked at"), 0);
  return `looked for ${countsText(lists, name, found ? "other common" : "common")}: none found${open === 0 ? "" : `, ${open} not looked at`}`;
}

function countsText(lists: readonly Checklist[], name: NameOf, kind: string): string {
  const counts = groupBy(lists, (list) => list.items.length - countOf(list, "found"));
  return Array.from(counts, ([count, same]) => ({
    count,
    names: same.map(({ subject }) => name(subject)).join(" and "),
  }))
    .map(
      ({ count, names }, index) =>
        `${count} ${index === 0 ? `${kind} ${count === 1 ? "fault" : "faults"} ` : ""}in ${names}`,
    )
    .join(", ");
}

function countOf({ items }: Checklist, wanted: Checklist["items"][number]["state"]): number {
  return items.filter(({ state }) => state === wanted).length;
}

/** What could not be looked at and why: "not looked at in Go: Much of the time is spent allocating (missing: a profile)". */
export function notLookedAtTexts(report: Report): readonly string[] {
  const name = subjectNames(report);
  return (report.checklist ?? []).flatMap(({ subject, items }) =>
    items
      .filter(({ state }) => state === "not looked at")
      .map(
        ({ title, detail }) => `not looked at in ${name(subject)}: ${title} (missing: ${oneLine(detail)})`,
      ),
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
