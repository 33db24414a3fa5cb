import { holeBound, upperShare } from "../account/account.ts";
import type { HoleBound } from "../attribute/index.ts";
import type { ScreenedSide } from "../screen/screen-factors.ts";
import { componentsOf } from "./components.ts";
import type { Findings } from "./gather-facts.ts";

/**
 * What a hole may hide, from the profile: switching a cause off cannot save more than all the time of its components.
 * Holes of factors that no component belongs to, or of subjects without a profile, stay unbounded.
 */
export function boundHoles(
  sides: readonly ScreenedSide[],
  findings: readonly Findings[],
): readonly HoleBound[] {
  return sides.flatMap(({ subject, excluded }) => {
    const finding = findings.find(({ baseline }) => baseline.contender.subject.id === subject);
    if (finding?.accounting === undefined) return [];
    return excluded.flatMap((exclusion): readonly HoleBound[] => {
      const components = exclusion.kind === "hole" ? componentsOf[exclusion.factor] : undefined;
      if (components === undefined) return [];
      const upper = upperShare(finding.facts, components);
      if (upper === undefined) return [];
      return [
        {
          factor: exclusion.factor,
          side: subject,
          low: 0,
          high: holeBound(upper),
          reason: `at most ${Math.round(upper * 100)} % of the samples`,
        },
      ];
    });
  });
}
