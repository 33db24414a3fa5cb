import { assert, ensure } from "../base/assert.ts";
import { subtractMoments } from "../base/statistics.ts";
import type { SubjectId } from "../model/case.ts";
import type { Estimate } from "../model/estimate.ts";
import type { FactorGroup } from "../model/factor.ts";
import type { Contrast, SideInference } from "../model/inference.ts";
import type { MetricId } from "../model/plan.ts";
import type { Agreement, Attribution, Contribution, Gap, Interaction, Warning } from "../model/report.ts";
import { componentShares } from "./component-shares.ts";
import { makeContributions, standsOut } from "./contributions.ts";
import { makeDiagnostics } from "./diagnostics.ts";
import { makeDoses } from "./doses.ts";
import { exactly, methods, toEstimate, toRatio } from "./estimate.ts";
import type { AttributeInput } from "./input.ts";
import { compareLenses } from "./lenses.ts";
import { contradictingGaps, withoutContradictions } from "./metrics.ts";
import { makePair, orderSubjects, type Pair } from "./pair.ts";
import { judgeGap } from "./verdict.ts";
import { warn } from "./warnings.ts";

export interface Attributed {
  /** Each subject against the fastest, in every metric. */
  readonly gaps: readonly Gap[];
  readonly attributions: readonly Attribution[];
  readonly agreement: readonly Agreement[];
  readonly warnings: readonly Warning[];
  /** Typical value per subject and metric: seconds, or bytes. */
  readonly typical: Readonly<Record<SubjectId, Readonly<Partial<Record<MetricId, Estimate>>>>>;
}

/** Contributions must give the gap back to this, or a formula is wrong. */
const identityTolerance = 1e-9;

/** From inferences to what a report says. No inference (no metric could be had): empty lists. */
export function attribute(input: AttributeInput): Attributed {
  const [first] = input.inferences;
  const order = first === undefined ? [] : orderSubjects(first);
  const pairs = input.inferences.flatMap((inference) =>
    order.map((subjects) => makePair(inference, subjects, input.plan.precision)),
  );
  const made = pairs.map((pair) => ({ pair, attribution: attributePair(input, pair) }));
  const gaps = pairs.map(gapOf);
  const cleared = withoutContradictions(made.map(({ attribution }) => attribution));
  return {
    gaps,
    attributions: cleared.attributions,
    agreement: pairs.flatMap((pair) => compareLenses(input, pair)),
    warnings: withoutRepeats([
      ...contradictingGaps(gaps, input.titleOf),
      ...cleared.warnings,
      ...made.flatMap(({ pair, attribution }) => warn(input, pair, attribution)),
    ]),
    typical: typicalValues(input),
  };
}

function gapOf(pair: Pair): Gap {
  const logRatio = toEstimate(pair.gap, pair.inference.confidence, methods.blocks);
  return {
    slow: pair.slow.subject,
    fast: pair.fast.subject,
    metric: pair.inference.metric,
    logRatio,
    ratio: toRatio(logRatio),
    verdict: judgeGap(pair.gap, pair.margin),
  };
}

function attributePair(input: AttributeInput, pair: Pair): Attribution {
  const contributions = makeContributions(input, pair);
  assertIdentity(pair, contributions);
  const doses = makeDoses(input, pair);
  const slow = input.accounting?.find((each) => each.subject === pair.slow.subject);
  const fast = input.accounting?.find((each) => each.subject === pair.fast.subject);
  const bothAccounted = slow !== undefined && fast !== undefined && pair.inference.metric === "cpuTime";
  const subjects: readonly SubjectId[] = [pair.slow.subject, pair.fast.subject];
  return {
    slow: pair.slow.subject,
    fast: pair.fast.subject,
    metric: pair.inference.metric,
    contributions,
    neutralGap: toEstimate(pair.neutralGap, pair.inference.confidence, methods.blocks),
    schemeShift: bySide(pair, (side) => side.schemeShift),
    groups: groupSums(pair),
    interactions: [...interactionsOf(pair.slow, pair), ...interactionsOf(pair.fast, pair)],
    excluded: input.excluded.filter((each) => subjects.includes(each.side)),
    diagnostics: makeDiagnostics(input, pair, contributions),
    ...(doses.length === 0 ? {} : { doses }),
    ...(hasFraction(pair) ? { higherOrder: bySide(pair, (side) => side.higherOrder) } : {}),
    ...(bothAccounted ? { components: componentShares(slow, fast) } : {}),
  };
}

const hasFraction = ({ slow, fast }: Pair) =>
  slow.higherOrder !== undefined || fast.higherOrder !== undefined;

/** Full designs: exact. Fractions: what no cause gets is the higher order, which stands in the neutral gap's place. */
function assertIdentity(pair: Pair, contributions: readonly Contribution[]): void {
  const explained = contributions.reduce((total, each) => total + each.value, 0);
  const unallocated = (pair.slow.higherOrder?.value ?? 0) - (pair.fast.higherOrder?.value ?? 0);
  const rest = pair.gap.value - explained - unallocated - pair.neutralGap.value;
  assert(Math.abs(rest) < identityTolerance, `contributions and neutral gap miss the gap by ${rest}`);
}

function bySide(
  { slow, fast, inference }: Pair,
  read: (side: SideInference) => Contrast | undefined,
): Readonly<Record<SubjectId, Estimate>> {
  return Object.fromEntries(
    [slow, fast].map((side) => {
      const contrast = read(side);
      const estimate =
        contrast === undefined
          ? exactly(0, inference.confidence, methods.noScheme)
          : toEstimate(contrast, inference.confidence, methods.strata);
      return [side.subject, estimate] as const;
    }),
  );
}

/** Owen sums: what a family of knobs does, however finely it is cut. */
function groupSums({ slow, fast, inference }: Pair): Attribution["groups"] {
  const names = [...new Set([...slow.groups, ...fast.groups].map((each) => each.group))];
  const find = (side: SideInference, group: FactorGroup) =>
    side.groups.find((each) => each.group === group)?.sum;
  return names.map((group) => ({
    group,
    sum: toEstimate(
      ensure(subtractMoments(find(slow, group), find(fast, group)), `group ${group}`),
      inference.confidence,
      methods.strata,
    ),
  }));
}

function interactionsOf(side: SideInference, { inference }: Pair): readonly Interaction[] {
  return side.interactions
    .filter(({ index }) => standsOut(index, inference.confidence))
    .map(({ factors, index }) => ({
      factors,
      side: side.subject,
      index: toEstimate(index, inference.confidence, methods.strata),
      reading: index.value > 0 ? "together" : "substitutes",
    }));
}

function typicalValues({ inferences }: AttributeInput): Attributed["typical"] {
  const subjects = inferences[0]?.sides.map((side) => side.subject) ?? [];
  return Object.fromEntries(
    subjects.map((subject) => [
      subject,
      Object.fromEntries(
        inferences.flatMap(({ metric, sides, confidence }) => {
          const typical = sides.find((side) => side.subject === subject)?.typical;
          return typical === undefined
            ? []
            : [[metric, toRatio(toEstimate(typical, confidence, methods.blocks))]];
        }),
      ),
    ]),
  );
}

/** The same sentence about the same thing is said once. */
function withoutRepeats(warnings: readonly Warning[]): readonly Warning[] {
  const seen = new Set<string>();
  return warnings.filter((warning) => {
    const key = [warning.code, warning.message, warning.appliesTo].join("\n");
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
