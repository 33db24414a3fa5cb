import { componentsAtMost, holeBound } from "../account/account.ts";
import type { HoleBound } from "../attribute/index.ts";
import type { Facts } from "../model/evidence.ts";
import type { ScreenedSide } from "../screen/screen-factors.ts";
import { componentsOf } from "./components.ts";
import type { Findings } from "./gather-facts.ts";

/**
 * What may be hidden where a cause could not be, or was not, switched off: that cannot save more than all the time of
 * its components, as the profile or the runtime's own count has them, whichever is more. What was counted and never
 * happened costs nothing, by any metric. Factors that no component belongs to, and subjects of which nothing is known,
 * stay unbounded.
 */
export function boundHoles(
  sides: readonly ScreenedSide[],
  findings: readonly Findings[],
): readonly HoleBound[] {
  return sides.flatMap(({ subject, excluded }) => {
    const finding = findings.find(({ baseline }) => baseline.contender.subject.id === subject);
    if (finding === undefined) return [];
    return excluded.flatMap((exclusion): readonly HoleBound[] => {
      const { factor, kind } = exclusion;
      const components = kind === "natural" || kind === "screened out" ? undefined : componentsOf[factor];
      const bound = components === undefined ? undefined : boundComponents(finding.facts, components);
      return bound === undefined
        ? []
        : boundsByMetric(bound, finding.facts).map((each) => ({ factor, side: subject, low: 0, ...each }));
    });
  });
}

type Bound = Pick<HoleBound, "high" | "reason" | "metrics">;

/** A bound on processor time, and what it leaves of wall time: seconds of one thread may be all that others wait for. */
export function boundsByMetric({ high, reason }: Bound, facts: Facts): readonly Bound[] {
  if (high === 0) return [{ high, reason }];
  const cpu: Bound = { metrics: ["cpuTime"], high, reason };
  const parallelism = facts["cpu.parallelism"];
  if (parallelism === undefined) return [cpu];
  const ofWallTime = -Math.expm1(-high) * Math.max(1, parallelism);
  return ofWallTime >= 1 ? [cpu] : [cpu, { metrics: ["wallTime"], high: holeBound(ofWallTime), reason }];
}

/** Components that are nothing when a count is zero, with the words for it. */
const counts: readonly {
  readonly fact: string;
  readonly components: readonly string[];
  readonly reason: string;
}[] = [
  { fact: "gc.cycles", components: ["gc", "write-barrier"], reason: "the collector never ran" },
  { fact: "allocations.count", components: ["alloc"], reason: "nothing was allocated" },
];

/** The most CPU time that these components may hide, in log units; undefined where the facts do not bound it. Pure. */
export function boundComponents(facts: Facts, components: readonly string[]): Bound | undefined {
  const absent = counts.filter(
    ({ fact, components: nothing }) =>
      facts[fact] === 0 && components.some((component) => nothing.includes(component)),
  );
  const left = components.filter(
    (component) => !absent.some(({ components: nothing }) => nothing.includes(component)),
  );
  const reasons = absent.map(({ reason }) => reason);
  if (left.length === 0) return { high: 0, reason: reasons.join(", ") };
  const profiled = componentsAtMost(facts, left);
  if (profiled === undefined) return undefined;
  // The runtime's own count goes by wall time and reads low on a busy host, so it only ever widens the bound.
  const more = left.includes("gc") ? (facts["gc.cpuShare"] ?? 0) - (facts["profile.shareHigh.gc"] ?? 0) : 0;
  const upper = profiled + Math.max(0, more);
  if (upper >= 1) return undefined;
  const told =
    more > 0
      ? `at most ${percent(upper)} of the processor time, the collector's by the runtime's own count`
      : `at most ${percent(upper)} of the samples`;
  return { high: holeBound(upper), reason: [...reasons, told].join("; ") };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
