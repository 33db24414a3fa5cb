import { wilsonInterval } from "../base/shares.ts";
import { mean, studentQuantile, variance } from "../base/statistics.ts";
import type { LanguageId } from "../model/case.ts";
import type { Estimate } from "../model/estimate.ts";
import type { Facts } from "../model/evidence.ts";
import type { Profile } from "../model/profile.ts";
import type { Accounting, ComponentSeconds } from "../model/report.ts";
import { type Classifier, createClassifier } from "./classify.ts";
import { type ComponentId, componentIds } from "./components.ts";
import { libraryShares } from "./libraries.ts";

export interface AccountOptions {
  readonly language: LanguageId;
  /** CPU time of an unprofiled baseline run; absent: what the samples themselves add up to. */
  readonly cpuSeconds?: number;
  readonly ownPackages?: readonly string[];
  /** Default 0.95. */
  readonly confidence?: number;
}

export interface AccountResult {
  readonly accounting: Accounting;
  /** For every component, seen or not: `profile.share.<component>`, and its upper bound `profile.shareHigh.<component>` where there is one. */
  readonly facts: Facts;
  /** Time by what was done and what for, largest first: "page fault for alloc". */
  readonly crossings: readonly Crossing[];
}

export interface Crossing {
  readonly mechanism: string;
  readonly cause: string;
  readonly share: number;
}

/** Splits a profile into component seconds with intervals over runs. Pure. */
export function account(profile: Profile, options: AccountOptions): AccountResult {
  const confidence = options.confidence ?? 0.95;
  const classifier = createClassifier({ ...options, executable: profile.executable }, profile);
  const table = countComponents(profile, classifier);
  const samplesPerRun = profile.runs.map((run) => run.samples);
  const total = samplesPerRun.reduce((sum, one) => sum + one, 0);
  const cpuSeconds =
    options.cpuSeconds ?? ((total / Math.max(1, profile.runs.length)) * profile.periodNs) / 1e9;
  const zero = samplesPerRun.map(() => 0);
  const all = componentIds
    .map((component) => ({
      component,
      share: shareEstimate(table.perRun.get(component) ?? zero, samplesPerRun, confidence),
    }))
    .sort((left, right) => right.share.value - left.share.value);
  return {
    accounting: {
      subject: profile.subject,
      method: methodOf(profile),
      components: all
        .filter(({ share }) => share.value > 0)
        .map(
          ({ component, share }): ComponentSeconds => ({
            component,
            share: share.value,
            seconds: scaled(share, cpuSeconds),
          }),
        ),
      unexplainedShare: total === 0 ? 0 : table.unexplained / total,
      libraries: libraryShares(profile, classifier),
    },
    facts: Object.fromEntries(
      all.flatMap(({ component, share }): [string, number][] => [
        [`profile.share.${component}`, share.value],
        ...(readsTooLow(profile.rung, component)
          ? []
          : ([[`profile.shareHigh.${component}`, share.high]] satisfies [string, number][])),
      ]),
    ),
    crossings: [...table.crossings.values()]
      .map(({ mechanism, cause, count }) => ({ mechanism, cause, share: total === 0 ? 0 : count / total }))
      .sort((left, right) => right.share - left.share),
  };
}

/**
 * Sampling itself makes a Go program collect less often (measured: 36 cycles become 21, and a third of the collector's
 * time goes), so what it sees of the collector bounds nothing from above.
 */
function readsTooLow(rung: Profile["rung"], component: ComponentId): boolean {
  return rung === "go-probe" && (component === "gc" || component === "write-barrier");
}

function methodOf(profile: Profile): string {
  const samples = profile.runs.reduce((sum, run) => sum + run.samples, 0);
  return `${profile.rung}, ${samples} samples in ${profile.runs.length} runs`;
}

interface ComponentTable {
  readonly perRun: ReadonlyMap<ComponentId, readonly number[]>;
  readonly crossings: ReadonlyMap<
    string,
    { readonly mechanism: string; readonly cause: string; readonly count: number }
  >;
  readonly unexplained: number;
}

function countComponents(profile: Profile, classifier: Classifier): ComponentTable {
  const perRun = new Map<ComponentId, number[]>();
  const crossings = new Map<string, { mechanism: string; cause: string; count: number }>();
  let unexplained = 0;
  for (const stack of profile.stacks) {
    const count = stack.counts.reduce((sum, one) => sum + one, 0);
    const found = classifier.stack(stack.frames.flatMap((index) => profile.frames[index] ?? []));
    if (found === undefined) {
      unexplained += count;
      continue;
    }
    const counts = perRun.get(found.component) ?? profile.runs.map(() => 0);
    stack.counts.forEach((one, run) => {
      counts[run] = (counts[run] ?? 0) + one;
    });
    perRun.set(found.component, counts);
    const mechanism = found.mechanism.detail ?? found.mechanism.component;
    const cause = found.cause?.component ?? "unknown";
    const key = `${mechanism}\0${cause}`;
    const crossing = crossings.get(key) ?? { mechanism, cause, count: 0 };
    crossing.count += count;
    crossings.set(key, crossing);
  }
  return { perRun, crossings, unexplained };
}

/**
 * Mean share over runs with a t interval: samples within a run are correlated, so runs and not samples are the
 * unit. Never narrower than Wilson's interval for a share of all samples (Wilson 1927), which is also what one
 * run alone gives.
 */
export function shareEstimate(
  counts: readonly number[],
  samplesPerRun: readonly number[],
  confidence: number,
): Estimate {
  const shares = counts.flatMap((count, run) => {
    const samples = samplesPerRun[run] ?? 0;
    return samples === 0 ? [] : [count / samples];
  });
  const total = samplesPerRun.reduce((sum, one) => sum + one, 0);
  const value = shares.length === 0 ? 0 : mean(shares);
  const wilson = wilsonInterval(value, total, confidence);
  if (shares.length < 2) return { value, ...wilson, confidence, method: "Wilson over samples" };
  const half =
    studentQuantile(0.5 + confidence / 2, shares.length - 1) * Math.sqrt(variance(shares) / shares.length);
  return {
    value,
    low: Math.max(0, Math.min(wilson.low, value - half)),
    high: Math.min(1, Math.max(wilson.high, value + half)),
    confidence,
    method: "t over runs, at least Wilson over samples",
  };
}

function scaled(estimate: Estimate, factor: number): Estimate {
  return {
    ...estimate,
    value: estimate.value * factor,
    low: estimate.low * factor,
    high: estimate.high * factor,
  };
}

/**
 * The most that taking a component away can save, in log units, by the upper bound of its share (METHOD: the
 * bound of a hole). Infinite where the component may be everything.
 */
export function holeBound(upperShare: number): number {
  return upperShare >= 1 ? Number.POSITIVE_INFINITY : -Math.log1p(-Math.max(0, upperShare));
}

/**
 * Upper bound of the time that components take together, as a share (0-1). undefined where one of them has no bound or
 * together they may be everything: a fact that is absent was not measured and must not count as nothing.
 */
export function componentsAtMost(facts: Facts, ids: readonly string[]): number | undefined {
  let sum = 0;
  for (const id of ids) {
    const high = facts[`profile.shareHigh.${id}`];
    if (high === undefined) return undefined;
    sum += high;
  }
  return sum >= 1 ? undefined : sum;
}
