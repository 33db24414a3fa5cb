/** METHOD's list of caveats, each only where it applies. */
import { halfWidth } from "../base/statistics.ts";
import { idAsTitle, type TitleOf } from "../model/case.ts";
import type { Estimate } from "../model/estimate.ts";
import type { Side } from "../model/plan.ts";
import type { Attribution, Contribution, Warning } from "../model/report.ts";
import { fewestForVerdicts } from "./contributions.ts";
import { excludesZero } from "./estimate.ts";
import type { AttributeInput } from "./input.ts";
import { hasOneLayout, type Pair, sidesOf } from "./pair.ts";

/** In shorter runs starting up weighs. */
const shortRunSeconds = 0.02;
/** Above this spread of a single run two percent need a long session. */
const noisyRunSd = 0.1;

interface Context {
  readonly input: AttributeInput;
  readonly pair: Pair;
  readonly attribution: Attribution;
  readonly sides: readonly Side[];
  readonly appliesTo: string;
  readonly titleOf: TitleOf;
}

export function warn(input: AttributeInput, pair: Pair, attribution: Attribution): readonly Warning[] {
  const context: Context = {
    input,
    pair,
    attribution,
    sides: sidesOf(input.plan, pair),
    appliesTo: `${attribution.slow} against ${attribution.fast}, ${attribution.metric}`,
    titleOf: input.titleOf ?? idAsTitle,
  };
  return checks.flatMap((check) => check(context));
}

type Check = (context: Context) => readonly Warning[];

const checks: readonly Check[] = [
  ...[aloneDiffers, knobNotCause, holes, unexplained, jointCoverage, layoutFixed, oneLayoutShipped],
  ...[tails, shortRuns, tooNoisy, sequentialStop, fraction, missingVariants, selfTest, fewBlocks],
];

/** Two digits where there are fewer than two before the point, else whole percents. */
function percent(log: number): string {
  const percents = 100 * Math.abs(Math.expm1(log));
  return `${percents < 9.95 ? percents.toPrecision(2) : Math.round(percents)} %`;
}

/** What is not explained is known to no more than whole percents; only below one percent a digit more says something. */
function wholePercent(log: number): string {
  const percents = 100 * Math.abs(Math.expm1(log));
  return `${percents < 1 ? percents.toPrecision(1) : Math.round(percents)} %`;
}

const isFinding = ({ verdict }: Contribution) => verdict === "cause" || verdict === "asset";

/** a: a fair split is not a promise about one flag. */
function aloneDiffers({ attribution, input, appliesTo }: Context): readonly Warning[] {
  const differs = (alone: Estimate | undefined, side: Estimate) =>
    alone !== undefined &&
    Math.abs(alone.value - side.value) > Math.max(input.plan.precision, (alone.high - alone.low) / 2);
  const phrases = attribution.contributions
    .filter(isFinding)
    .filter((each) => differs(each.alone.slow, each.slowSide) || differs(each.alone.fast, each.fastSide))
    .map(({ phrase }) => phrase);
  if (phrases.length === 0) return [];
  const names = `${phrases.slice(0, -1).join(", ")}${phrases.length > 1 ? " or " : ""}${phrases.at(-1) ?? ""}`;
  return [
    {
      code: "alone-differs",
      message: `Switching off ${names} alone does not give its share of the gap: causes act together here. Shares are a fair split, not a promise about one flag.`,
      appliesTo,
    },
  ];
}

/** b: the knob is measured, the cause is a reading of it. */
function knobNotCause({ attribution }: Context): readonly Warning[] {
  return attribution.contributions
    .filter((each) => isFinding(each) && each.caveat !== "")
    .map((each) => ({
      code: "knob-not-cause",
      message: `${each.title}: ${each.caveat}`,
      appliesTo: `${each.factor}, ${attribution.metric}`,
    }));
}

/** c: what cannot be switched off on one side. */
function holes({ attribution }: Context): readonly Warning[] {
  return attribution.contributions
    .filter((each) => each.sided !== "both")
    .map((each) => ({
      code: each.bound === undefined ? "hole-unbounded" : "hole-bounded",
      message:
        each.bound === undefined
          ? `${each.title} ${leftOutElsewhere(attribution, each) ? "was" : "can be"} switched off on one side only; what the other side pays is unknown and lies in the part that is not explained.`
          : `${each.title} can be switched off on one side only; what the other side pays is not measured, at most x${Math.exp(Math.max(each.bound.high, -each.bound.low)).toFixed(2)} (${each.bound.reason}).`,
      appliesTo: `${each.factor}, ${attribution.metric}`,
    }));
}

/** Nothing keeps it from being switched off on the other side: there was no room for it. */
function leftOutElsewhere({ excluded, slow, fast }: Attribution, { factor, sided }: Contribution): boolean {
  const other = sided === "slow" ? fast : slow;
  return excluded.some(
    (each) => each.factor === factor && each.side === other && each.kind === "not selected",
  );
}

/** c: the rest is not zero, it is unexplained. */
function unexplained({ attribution, input, appliesTo }: Context): readonly Warning[] {
  const { neutralGap, excluded } = attribution;
  const leftOut = excluded.some(({ kind }) => kind === "not selected");
  if (!excludesZero(neutralGap) || Math.abs(neutralGap.value) <= input.plan.precision) return [];
  return [
    {
      code: "unexplained",
      message: `With everything off that ${leftOut ? "was" : "can be"} switched off${leftOut ? " here" : ""}, a difference of ${wholePercent(neutralGap.value)} stays. It is not explained, which is not the same as nothing.`,
      appliesTo,
    },
  ];
}

/** d: intervals are for one value each, on this machine and day. */
function jointCoverage({ attribution, pair, appliesTo }: Context): readonly Warning[] {
  const count = attribution.contributions.length;
  if (count < 2) return [];
  const joint = pair.inference.confidence ** count;
  return [
    {
      code: "joint-coverage",
      message: `Each interval holds with ${Math.round(100 * pair.inference.confidence)} %, all ${count} together with about ${Math.round(100 * joint)} %. They are for this machine, input, toolchain and session; other days are not sampled.`,
      appliesTo,
    },
  ];
}

/** e: nothing was linked anew, so layout is in no interval. */
function layoutFixed({ sides, pair, titleOf }: Context): readonly Warning[] {
  return sides
    .filter((side) => side.layout === "fixed")
    .map((side) => ({
      code: "layout-fixed",
      message: `The code layout of ${titleOf(side.subject)} could not be varied: its intervals do not hold what another layout would do, and are too narrow by that.`,
      appliesTo: `${side.subject}, ${pair.inference.metric}`,
    }));
}

/** e: averages over layouts are not the one layout that ships. */
function oneLayoutShipped({ pair, input, titleOf }: Context): readonly Warning[] {
  return [pair.slow, pair.fast]
    .filter((side) => side.layoutSd > input.plan.precision)
    .map((side) => ({
      code: "one-layout-ships",
      message: `The binary of ${titleOf(side.subject)} that ships has one layout; it may be ${percent(2 * side.layoutSd)} away from the average over layouts given here.`,
      appliesTo: `${side.subject}, ${pair.inference.metric}`,
    }));
}

/** f: the typical time is not the mean time. */
function tails({ pair, input, titleOf }: Context): readonly Warning[] {
  const lift = Math.abs(pair.slow.tailLift - pair.fast.tailLift) > input.plan.precision;
  return [pair.slow, pair.fast]
    .filter(
      (side) =>
        side.tails === "variants differ" ||
        side.tails === "too many" ||
        (lift && side.tailLift > input.plan.precision),
    )
    .map((side) => ({
      code: "tails-matter",
      message: tailMessage(titleOf(side.subject), side.tails),
      appliesTo: `${side.subject}, ${pair.inference.metric}`,
    }));
}

function tailMessage(title: string, treatment: Pair["slow"]["tails"]): string {
  if (treatment === "too many")
    return `More than one run in ten of ${title} is far from its typical time: that is no outlier but a second way of running, so nothing was clipped and the intervals hold it.`;
  return `Slow runs of ${title} follow its variants, or lift its mean above its typical time: intervals are kept wide, and the tail deserves its own look.`;
}

/** f: in short runs starting up weighs; how much is not known here. */
function shortRuns({ pair, titleOf }: Context): readonly Warning[] {
  if (pair.inference.metric !== "cpuTime" && pair.inference.metric !== "wallTime") return [];
  return [pair.slow, pair.fast]
    .filter((side) => Math.exp(side.typical.value) < shortRunSeconds)
    .map((side) => ({
      code: "short-runs",
      message: `One run of ${titleOf(side.subject)} takes ${(1000 * Math.exp(side.typical.value)).toPrecision(2)} ms: starting up and chance weigh more than in a longer one. Give the programs more work.`,
      appliesTo: `${side.subject}, ${pair.inference.metric}`,
    }));
}

/** h: the session ended before the width that was asked for. */
function tooNoisy({ attribution, pair, input, appliesTo }: Context): readonly Warning[] {
  const { precisionReached, precisionWanted, blocks } = attribution.diagnostics;
  if (input.inferences[0] !== pair.inference || precisionReached <= precisionWanted) return [];
  const needed = Math.ceil(blocks * (precisionReached / precisionWanted) ** 2);
  const noisy = Math.max(pair.slow.runSd, pair.fast.runSd) >= noisyRunSd;
  const { blockTimeMs } = input;
  const minutes = blockTimeMs === undefined ? undefined : ((needed - blocks) * blockTimeMs) / 60_000;
  const time = minutes === undefined ? "" : `, about ${Math.max(1, Math.round(minutes))} min more`;
  return [
    {
      code: "precision-not-reached",
      message: `Intervals are +-${percent(precisionReached)} wide instead of the +-${percent(precisionWanted)} asked for; ${needed} blocks instead of ${blocks} would be needed${time}${noisy ? ", because single runs differ by more than 10 % on this machine" : ""}.`,
      appliesTo,
    },
  ];
}

/** i: stopping at a width picks slightly narrow widths. */
function sequentialStop({ attribution, input, pair, appliesTo }: Context): readonly Warning[] {
  const { blocks, stoppedBy } = attribution.diagnostics;
  const stoppedHere = input.inferences[0] === pair.inference && stoppedBy === "precision";
  if (!stoppedHere || blocks <= input.plan.minBlocks) return [];
  return [
    {
      code: "sequential-stop",
      message:
        "Measuring ended when the intervals were narrow enough, which makes them a little too narrow (simulated coverage in docs/methodology.md).",
      appliesTo,
    },
  ];
}

/** j: a fraction assumes that three factors do not act together. */
function fraction({ sides, pair, attribution, titleOf }: Context): readonly Warning[] {
  return sides
    .filter((side) => side.design.kind === "fraction")
    .map((side) => {
      if (isComplete(side, pair)) return completed(side, pair, titleOf);
      const missing = attribution.higherOrder?.[side.subject];
      const seen =
        missing === undefined
          ? ""
          : ` The sum check finds ${missing.value.toFixed(3)} (${missing.low.toFixed(3)} to ${missing.high.toFixed(3)}) that belongs to no cause; intervals are widened by a third of it.`;
      return {
        code: "fraction",
        message: `${titleOf(side.subject)} has ${side.factors.length} factors, of which a fraction of all combinations was run. Where three or more act together, values may be off.${seen}`,
        appliesTo: `${side.subject}, ${pair.inference.metric}`,
      };
    });
}

/** The other half of the fraction was run: every combination is there. */
function isComplete({ subject }: Side, { slow, fast }: Pair): boolean {
  return [slow, fast].some((side) => side.subject === subject && side.higherOrder === undefined);
}

function completed({ subject, factors }: Side, { inference }: Pair, titleOf: TitleOf): Warning {
  return {
    code: "fraction-completed",
    message: `Half of all combinations of the ${factors.length} factors of ${titleOf(subject)} did not add up, so the other half was run too: three or more factors act together here.`,
    appliesTo: `${subject}, ${inference.metric}`,
  };
}

/** Variants that could not be run: what they would show was taken from the others. */
function missingVariants({ sides, pair, titleOf }: Context): readonly Warning[] {
  return sides.flatMap(({ subject, design, factors }) => {
    const missing = design.kind === "full" ? (design.missing ?? []) : [];
    const effects = [pair.slow, pair.fast].find((side) => side.subject === subject)?.factors ?? [];
    const widest = Math.max(0, ...effects.map(({ unseen }) => unseen ?? 0));
    if (missing.length === 0) return [];
    const variants = missing.length === 1 ? "1 variant" : `${missing.length} variants`;
    return [
      {
        code: "missing-variants",
        message: `${variants} of ${1 << factors.length} of ${titleOf(subject)} could not be run. What ${missing.length === 1 ? "it" : "they"} would show follows from the others if no more than two factors act together; intervals are widened by at most ${percent(widest)} for the case that more do.`,
        appliesTo: `${subject}, ${pair.inference.metric}`,
      },
    ];
  });
}

/** The self-test: equal programs must not differ. */
function selfTest({ attribution, titleOf }: Context): readonly Warning[] {
  return Object.entries(attribution.diagnostics.aa)
    .filter(([, estimate]) => excludesZero(estimate))
    .map(([subject, estimate]) => ({
      code: "self-test",
      message: `Two equal copies of ${titleOf(subject)} differ by ${percent(estimate.value)}. By chance that happens once in twenty; if it stays, something outside moves this program.`,
      appliesTo: `${subject}, ${attribution.metric}`,
    }));
}

/** Ten times more or less says nothing; one degree of freedom less, and the percents have no end. */
const widestBound = Math.log(10);

function fewBlocks({ pair, input, sides, appliesTo }: Context): readonly Warning[] {
  const { units, blocks } = pair.inference;
  const fewest = Math.min(fewestForVerdicts, input.plan.minBlocks);
  if (units >= fewest) return [];
  const shared = units < blocks ? ` (${blocks} blocks, of which those with the same layout count once)` : "";
  const half = halfWidth(pair.gap, pair.inference.confidence);
  const known =
    half <= widestBound ? `the gap is known to +-${percent(half)} only` : "they do not bound the gap";
  const oneLayout = sides.some((side) => hasOneLayout(side, pair))
    ? " Each variant ran in one layout of its code, and a layout alone may take twice the time of another: what layouts could do is not named a cause."
    : "";
  return [
    {
      code: "few-blocks",
      message: `Only ${units} of at least ${fewest} independent repetitions ${units === 1 ? "stands" : "stand"} behind these numbers${shared}; ${known}.${oneLayout}`,
      appliesTo,
    },
  ];
}
