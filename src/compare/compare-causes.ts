import type { TitleOf } from "../model/case.ts";
import type { CauseChange, CauseChangeKind, Change } from "../model/comparison.ts";
import type { FactorId } from "../model/factor.ts";
import type { Attribution, CauseVerdict, Exclusion } from "../model/report.ts";
import { bothFigures, judgeChanges } from "./difference.ts";
import { type SeenCause, seenCause } from "./orient.ts";
import { yardstick } from "./yardstick.ts";

interface CausePair {
  readonly before?: SeenCause;
  readonly after?: SeenCause;
}

/**
 * Every cause that one of two attributions of a pair measured; the second is turned to the first's slow side.
 * `name`: what people read for a subject.
 */
export function compareCauses(one: Attribution, two: Attribution, name: TitleOf): readonly CauseChange[] {
  const before = one.contributions.map((each) => seenCause(each, false));
  const after = two.contributions.map((each) => seenCause(each, two.slow !== one.slow));
  const factors = [...new Set([...before, ...after].map(({ factor }) => factor))];
  const couples = factors.map(
    (factor): CausePair => ({
      ...found("before", before, factor),
      ...found("after", after, factor),
    }),
  );
  const scale = yardstick([one.diagnostics, two.diagnostics]);
  const judge = (read: (cause: SeenCause) => SeenCause["slowSide"]) =>
    judgeChanges(
      couples.map((couple) => figures(couple, read)),
      scale,
    );
  const [wholes, slows, fasts] = [
    judge(({ whole }) => whole),
    judge(({ slowSide }) => slowSide),
    judge(({ fastSide }) => fastSide),
  ];
  return couples
    .flatMap((couple, index) => {
      const cause = couple.before ?? couple.after;
      if (cause === undefined) return [];
      const contribution = wholes[index] ?? unknown;
      const told = tell(couple, contribution, { one, two, name });
      return [
        {
          factor: cause.factor,
          title: cause.title,
          phrase: cause.phrase,
          group: cause.group,
          kind: told.kind,
          contribution: told.comparable ? contribution : withoutDifference(contribution),
          verdicts: verdictsOf(couple),
          slowSide: slows[index] ?? unknown,
          fastSide: fasts[index] ?? unknown,
          ...(told.reason === undefined ? {} : { reason: told.reason }),
        },
      ];
    })
    .toSorted((left, right) => weight(right) - weight(left));
}

const unknown: Change = { verdict: "undetermined" };

function found(
  key: "before" | "after",
  causes: readonly SeenCause[],
  factor: FactorId,
): { readonly [K in typeof key]?: SeenCause } {
  const cause = causes.find((each) => each.factor === factor);
  return cause === undefined ? {} : { [key]: cause };
}

/** Sides that only one of the runs could measure make sums that do not mean the same. */
const sameSides = ({ before, after }: CausePair): boolean => before?.sided === after?.sided;

function figures(
  couple: CausePair,
  read: (cause: SeenCause) => SeenCause["slowSide"],
): ReturnType<typeof bothFigures> {
  const { before, after } = couple;
  return bothFigures(
    before === undefined ? undefined : read(before),
    after === undefined ? undefined : read(after),
  );
}

function withoutDifference({ before, after }: Change): Change {
  return {
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    verdict: "undetermined",
  };
}

function verdictsOf({ before, after }: CausePair): CauseChange["verdicts"] {
  return {
    ...(before === undefined ? {} : { before: before.verdict }),
    ...(after === undefined ? {} : { after: after.verdict }),
  };
}

interface Told {
  readonly kind: CauseChangeKind;
  readonly comparable: boolean;
  readonly reason?: string;
}

interface Attributions {
  readonly one: Attribution;
  readonly two: Attribution;
  readonly name: TitleOf;
}

function tell(couple: CausePair, change: Change, { one, two, name }: Attributions): Told {
  const { before, after } = couple;
  if (before === undefined && after !== undefined) return fromOneRun(after, "first", { other: one, name });
  if (after === undefined && before !== undefined) return fromOneRun(before, "second", { other: two, name });
  if (before === undefined || after === undefined) return { kind: "undetermined", comparable: false };
  if (!sameSides(couple))
    return {
      kind: "not compared",
      comparable: false,
      reason: `the runs could not measure the same sides: before ${sidesText(before, one, name)}, after ${sidesText(after, one, name)}`,
    };
  const only = before.sided === "both" ? {} : { reason: `only ${sidesText(before, one, name)} was measured` };
  return { kind: kindOf(before, after, change.verdict), comparable: true, ...only };
}

function sidesText({ sided }: SeenCause, { slow, fast }: Attribution, name: TitleOf): string {
  return sided === "both" ? "both sides" : `the side of ${name(sided === "slow" ? slow : fast)}`;
}

const standsOut = (verdict: CauseVerdict): boolean => verdict === "cause" || verdict === "asset";

function kindOf(before: SeenCause, after: SeenCause, verdict: Change["verdict"]): CauseChangeKind {
  if (verdict === "unchanged" || verdict === "undetermined") return verdict;
  if (standsOut(before.verdict) && after.verdict === "negligible") return "vanished";
  if (before.verdict === "negligible" && standsOut(after.verdict)) return "appeared";
  if (standsOut(before.verdict) && standsOut(after.verdict) && before.verdict !== after.verdict)
    return "turned";
  return Math.abs(after.whole.value) > Math.abs(before.whole.value) ? "grew" : "shrank";
}

/** Evidence that a factor can cost nothing stands for a measured zero; any other reason leaves it open. */
function fromOneRun(
  seen: SeenCause,
  run: "first" | "second",
  { other, name }: { readonly other: Attribution; readonly name: TitleOf },
): Told {
  const excluded = other.excluded.filter(({ factor }) => factor === seen.factor);
  const reason =
    excluded.length === 0
      ? `it was not part of the ${run} run`
      : `not measured in the ${run} run: ${reasonsText(excluded, name)}`;
  const cannotMatter =
    excluded.length > 0 && excluded.every(({ kind }) => kind === "screened out" || kind === "natural");
  if (!cannotMatter) return { kind: "not compared", comparable: false, reason };
  if (standsOut(seen.verdict))
    return { kind: run === "first" ? "appeared" : "vanished", comparable: false, reason };
  return { kind: seen.verdict === "negligible" ? "unchanged" : "undetermined", comparable: false, reason };
}

function reasonsText(excluded: readonly Exclusion[], name: TitleOf): string {
  const reasons = [...new Set(excluded.map(({ reason }) => reason))];
  if (reasons.length === 1) return reasons.join("");
  return excluded.map(({ side, reason }) => `${name(side)}: ${reason}`).join("; ");
}

const told = new Set<CauseChangeKind>(["appeared", "vanished", "grew", "shrank", "turned"]);

/** What surely changed first, then by size; what was not compared last. */
function weight({ kind, contribution: { difference, before, after } }: CauseChange): number {
  const size = Math.abs(difference?.value ?? before?.value ?? after?.value ?? 0);
  if (told.has(kind)) return 100 + size;
  return kind === "not compared" ? -100 + size : size;
}
