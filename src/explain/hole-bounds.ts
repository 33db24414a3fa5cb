import { componentsAtMost, holeBound } from "../account/account.ts";
import type { HoleBound } from "../attribute/index.ts";
import type { Facts } from "../model/evidence.ts";
import type { ScreenedSide } from "../screen/screen-factors.ts";
import { componentsOf } from "./components.ts";
import type { Findings } from "./gather-facts.ts";

/**
 * What a hole may hide: switching a cause off cannot save more than all the time of its components, as the profile or
 * the runtime's own count has them, whichever is more. What was counted and never happened costs nothing. Holes of
 * factors that no component belongs to, or of subjects of which nothing is known, stay unbounded.
 */
export function boundHoles(
  sides: readonly ScreenedSide[],
  findings: readonly Findings[],
): readonly HoleBound[] {
  return sides.flatMap(({ subject, excluded }) => {
    const finding = findings.find(({ baseline }) => baseline.contender.subject.id === subject);
    if (finding === undefined) return [];
    return excluded.flatMap((exclusion): readonly HoleBound[] => {
      const components = exclusion.kind === "hole" ? componentsOf[exclusion.factor] : undefined;
      const bound = components === undefined ? undefined : boundComponents(finding.facts, components);
      return bound === undefined ? [] : [{ factor: exclusion.factor, side: subject, low: 0, ...bound }];
    });
  });
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

/** The most that a hole with these components may hide, in log units; undefined where the facts do not bound it. Pure. */
export function boundComponents(
  facts: Facts,
  components: readonly string[],
): Pick<HoleBound, "high" | "reason"> | undefined {
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
