import { isTime } from "../model/plan.ts";
import type { Advice, Attribution, Contribution } from "../model/report.ts";
import type { SourceLead } from "./source-lead.ts";

/** Where no pair was attributed. */
const defaultNoiseFloor = 0.03;
/** Counting bounds a gain by the time that is left; with next to nothing left it bounds nothing. */
const usefulShare = 0.95;
/** What has no bound must at least stand where the time is. */
const leastWeight = 0.05;

/**
 * What each lead can gain at most: by the ablation of its factor, else by what was counted. What cannot gain more than
 * the noise is left out; the largest bound comes first, and what has none stands where its share of the samples as a bound would put it. Pure.
 */
export function boundAdvice(
  leads: readonly SourceLead[],
  attributions: readonly Attribution[],
): readonly Advice[] {
  // A saving of memory, or of the slowest operations, bounds no time.
  const metric = attributions.find((one) => isTime(one.metric))?.metric;
  const deciding = attributions.filter((one) => one.metric === metric);
  const found = leads.flatMap((lead) => {
    const bound = boundOf(lead, deciding);
    const isSmall =
      bound.gainAtMost === undefined
        ? lead.weight < leastWeight
        : bound.gainAtMost <= noiseFloorOf(lead, deciding);
    return isSmall ? [] : [{ lead, bound }];
  });
  const sameBound = (one: Found, other: Found) =>
    one.lead.subject === other.lead.subject &&
    one.bound.gainAtMost !== undefined &&
    one.bound.gainAtMost === other.bound.gainAtMost &&
    one.bound.boundFrom === other.bound.boundFrom;
  return found
    .toSorted((left, right) => rank(right) - rank(left) || right.lead.weight - left.lead.weight)
    .map((one) => ({ ...one, others: found.filter((other) => other !== one && sameBound(one, other)) }))
    .map(({ lead, bound, others }) => ({
      id: lead.id,
      subject: lead.subject,
      title: lead.title,
      change: lead.change,
      ...(lead.location === undefined ? {} : { location: lead.location }),
      ...bound,
      ...(others.length === 0 ? {} : { sharesBoundWith: others.map((other) => other.lead.id) }),
      evidence: lead.evidence,
    }));
}

interface Found {
  readonly lead: SourceLead;
  readonly bound: Bound;
}

/** Log time that would go with the samples there: no bound, but on the scale of those that are. */
function rank({ lead, bound }: Found): number {
  return bound.gainAtMost ?? -Math.log(1 - Math.min(usefulShare, lead.weight));
}

type Bound = Pick<Advice, "gainAtMost" | "boundFrom">;

function boundOf(lead: SourceLead, attributions: readonly Attribution[]): Bound {
  const ablation = lead.factor === undefined ? undefined : ablationOf(lead, attributions);
  if (ablation !== undefined)
    return {
      gainAtMost: ablation.high,
      boundFrom: `ablation: all that switching off ${ablation.phrase} gained in this program, upper end of its interval; this place is a part of it`,
    };
  const { counted } = lead;
  if (counted === undefined) return { boundFrom: lead.unbounded };
  if (counted.share >= usefulShare)
    return {
      boundFrom: `counting leaves no useful bound: up to ${percent(counted.share)} of the time is spent in ${counted.what}`,
    };
  return {
    gainAtMost: -Math.log(1 - counted.share),
    boundFrom: `accounting: at most ${percent(counted.share)} of the time is spent in ${counted.what}; what better use of caches would add is not in it`,
  };
}

/**
 * The upper end of what the factor costs the subject: on average over the other factors, and alone, which is what
 * somebody sees who changes just this. undefined: it was not measured on that side.
 */
function ablationOf(
  { factor, subject }: SourceLead,
  attributions: readonly Attribution[],
): { readonly high: number; readonly phrase: string } | undefined {
  for (const attribution of attributions) {
    const side = sideOf(attribution, subject);
    const contribution = attribution.contributions.find((one) => one.factor === factor);
    if (side === undefined || contribution === undefined || !isMeasured(contribution, side)) continue;
    const estimate = side === "slow" ? contribution.slowSide : contribution.fastSide;
    const alone = contribution.alone[side];
    return { high: Math.max(estimate.high, alone?.high ?? estimate.high), phrase: contribution.phrase };
  }
  return undefined;
}

function isMeasured({ sided }: Contribution, side: "slow" | "fast"): boolean {
  return sided === "both" || sided === side;
}

function sideOf({ slow, fast }: Attribution, subject: string): "slow" | "fast" | undefined {
  if (slow === subject) return "slow";
  return fast === subject ? "fast" : undefined;
}

function noiseFloorOf({ subject }: SourceLead, attributions: readonly Attribution[]): number {
  const floors = attributions
    .filter((one) => sideOf(one, subject) !== undefined)
    .map(({ diagnostics }) => diagnostics.noiseFloor)
    .filter(Number.isFinite);
  return floors.length === 0 ? defaultNoiseFloor : Math.min(...floors);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
