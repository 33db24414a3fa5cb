import type { Contribution, Gap, Report } from "../model/report.ts";
import type { Answer, CauseRow } from "./answer.ts";
import { type CauseGroup, causeGroups } from "./cause-groups.ts";
import { atMostText } from "./closing-texts.ts";
import { isMeasured } from "./measured-texts.ts";
import { boundsNothing } from "./program-difference.ts";
import { showFactor, showShare } from "./quantities.ts";

/** One line of the stack: a cause, a group as one bar, a part of a group, or a difference between the programs. */
export interface StackRow {
  readonly kind: CauseRow["kind"] | "group" | "different work";
  /** Parts of a group stand under it and are already counted in it. */
  readonly part: boolean;
  readonly name: string;
  readonly factor: string;
  readonly range: string;
  readonly share: string;
  readonly remark: string;
  readonly low: number;
  readonly value: number;
  readonly high: number;
  /** Absent for groups, differences and what cannot be switched off. */
  readonly contribution?: Contribution;
}

/** Large differences of work first, then causes with those that act together under one bar, then the rest. */
export function stackRows(answer: Answer, report: Report): readonly StackRow[] {
  const groups = answer.attribution === undefined ? [] : causeGroups(answer.attribution);
  const memberOf = new Map(
    groups.flatMap((group) => group.members.map(({ factor }) => [factor, group] as const)),
  );
  const done = new Set<CauseGroup>();
  const causes = answer.causes.flatMap((row): readonly StackRow[] => {
    const group = row.contribution === undefined ? undefined : memberOf.get(row.contribution.factor);
    if (group === undefined) return [{ ...row, part: false }];
    if (done.has(group)) return [];
    done.add(group);
    const parts = answer.causes.filter(
      ({ contribution }) => contribution !== undefined && group.members.includes(contribution),
    );
    return [groupRow(group, answer.gap), ...parts.map((part) => ({ ...part, part: true }))];
  });
  return [...differenceRows(report, answer), ...causes];
}

function groupRow({ phrase, sum, members }: CauseGroup, gap: Gap): StackRow {
  const told = sum.low > 0 || sum.high < 0;
  const shown = showFactor(sum);
  const shared =
    told && members.every(({ share, verdict }) => share !== undefined || verdict === "negligible");
  return {
    kind: "group",
    part: false,
    name: phrase,
    factor: told ? `x${shown.value}` : "~",
    range: shown.range,
    share: shared ? showShare(sum, gap.logRatio.value).value : "",
    remark: "act together",
    low: sum.low,
    value: sum.value,
    high: sum.high,
  };
}

/**
 * Nothing switches other work off: its row has a bound and no factor, and its cost lies in other rows already. Where a
 * lever undid it, the row of that cause is its own.
 */
function differenceRows(report: Report, { gap, attribution }: Answer): readonly StackRow[] {
  const { slow, fast, logRatio } = gap;
  const large = (report.differences ?? []).filter(
    (each) =>
      each.weight === "large" && each.slow === slow && each.fast === fast && !isMeasured(each, attribution),
  );
  const unnamed = large.filter(({ component }) => component === undefined);
  return large.map((each) => {
    const { atMost, component } = each;
    const bound = atMost === undefined || boundsNothing(atMost, logRatio) ? undefined : atMost;
    const other = unnamed.length === 1 ? "other work" : `other work ${unnamed.indexOf(each) + 1}`;
    return {
      kind: "different work",
      part: false,
      name: `${component ?? other}, see below`,
      factor: "~",
      range: bound === undefined ? "not bounded" : `to ${atMostText(bound)}`,
      share: "",
      remark: "",
      low: 0,
      value: 0,
      high: bound ?? 0,
    };
  });
}
