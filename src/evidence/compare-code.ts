import type { HotFunction } from "../model/profile.ts";
import type { ComponentTime } from "./component-times.ts";
import { type ComparedSide, costOfShare, type DifferenceSign, explainsMuch } from "./difference-weight.ts";
import { type OwnFunction, upperShareOf } from "./own-functions.ts";
import { nameWords, type Pairing } from "./pair-functions.ts";

/** A side with what its profile says of its code. */
export interface CodeSide extends ComparedSide {
  /** Processor time of a run as written; absent: not measured. */
  readonly cpuSeconds?: number;
  /** Empty without a profile or source lines. */
  readonly functions: readonly OwnFunction[];
  /** Share of the samples that may belong to the program's work and to none of `functions`; absent: not known. */
  readonly unplacedShare?: number;
  /** Absent without a profile. */
  readonly components?: readonly ComponentTime[];
}

/** Signs of different work by the code that ran: widths, growth with the input, functions that only one side has. Pure. */
export function compareCode(
  slow: CodeSide,
  fast: CodeSide,
  gap: number,
  pairing: Pairing | undefined,
): readonly DifferenceSign[] {
  return [
    ...compareGrowth(slow, fast),
    ...(pairing === undefined ? [] : compareWidths({ slow, fast, gap, pairing })),
    ...lonelyFunctions({ here: slow, there: fast, gap, isSlow: true }),
    ...lonelyFunctions({ here: fast, there: slow, gap, isSlow: false }),
  ];
}

/** Exponents of time over input size that differ by more belong to different algorithms, or to work that was deleted. */
const exponentsApart = 0.25;
/** Below it a cache that one side's data outgrows between the two sizes can make the difference. */
const algorithmsApart = 0.5;
const hardlyGrows = 0.15;
const grows = 0.6;

interface Growth {
  readonly side: CodeSide;
  readonly exponent: number;
  readonly low: number;
  readonly high: number;
}

/** undefined where the exponent was not measured, or not with its interval. */
function growthOf(side: CodeSide): Growth | undefined {
  const { "growth.exponent": exponent, "growth.exponentLow": low, "growth.exponentHigh": high } = side.facts;
  return exponent === undefined || low === undefined || high === undefined
    ? undefined
    : { side, exponent, low, high };
}

/** Two growths differ where their intervals do, and by more than caches make of one algorithm. */
function compareGrowth(slow: CodeSide, fast: CodeSide): readonly DifferenceSign[] {
  const [a, b] = [growthOf(slow), growthOf(fast)];
  if (a === undefined || b === undefined) return [];
  const [more, less] = a.exponent > b.exponent ? [a, b] : [b, a];
  if (more.low <= less.high || more.exponent - less.exponent <= exponentsApart) return [];
  const deleted = less.high < hardlyGrows && more.low > grows;
  const exponents = [a, b].map(
    ({ side, exponent, low, high }) =>
      `${side.name}: time grows as input size to the power ${exponent.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}).`,
  );
  return [
    {
      id: deleted ? "no-growth" : "growth",
      title: deleted
        ? `The time of ${less.side.name} hardly changes with the input, that of ${more.side.name} does`
        : `The time of ${more.side.name} grows faster with the input than that of ${less.side.name}`,
      detail: [
        ...exponents,
        deleted
          ? `${less.side.name}'s work was deleted by its compiler, was moved out of what grows, or is not done.`
          : "The two do not use the same algorithm, or one of them meets a limit (cache, memory) that the other does not.",
      ].join("\n"),
      // How far the two move apart when the input doubles.
      size: (more.exponent - less.exponent) * Math.LN2,
      weight: deleted || more.exponent - less.exponent > algorithmsApart ? "large" : "small",
    },
  ];
}

interface Widths {
  readonly slow: CodeSide;
  readonly fast: CodeSide;
  readonly gap: number;
  readonly pairing: Pairing;
}

/** Widths are only held against each other where the hottest functions of both sides are each other's partners. */
function compareWidths({ slow, fast, gap, pairing }: Widths): readonly DifferenceSign[] {
  const pair = pairing.pairs.find((one) => one.doubt !== "doubtful");
  if (pair === undefined || !isHottest(pairing, pair)) return [];
  const atMost = costOfShare(upperShareOf(pair.left));
  const [a, b] = [slow.facts["hotLoop.elementBits"], fast.facts["hotLoop.elementBits"]];
  if (a === undefined || b === undefined || a === b) return [];
  const isLarge = a > b && (atMost === undefined || explainsMuch(atMost, gap));
  return [
    {
      id: "width",
      title: `The hot loop works on ${a}-bit numbers in ${slow.name} and ${b}-bit numbers in ${fast.name}`,
      detail: `${pair.left.symbol}: mostly ${a} bits.\n${pair.right.symbol}: mostly ${b} bits.\nA type such as int has another width in each language; a vector, a cache line and a memory bus carry half as many numbers of twice the width. What is counted are loads, so it may also be addresses or whole words of text.`,
      size: Math.abs(Math.log(a / b)),
      weight: isLarge ? "large" : "small",
      ...(a > b && atMost !== undefined ? { atMost } : {}),
    },
  ];
}

function isHottest({ pairs, aloneLeft, aloneRight }: Pairing, pair: Pairing["pairs"][number]): boolean {
  const hottest = (all: readonly HotFunction[], own: HotFunction) =>
    all.every((one) => one.selfShare <= own.selfShare);
  return (
    hottest([...pairs.map((one) => one.left), ...aloneLeft], pair.left) &&
    hottest([...pairs.map((one) => one.right), ...aloneRight], pair.right)
  );
}

const lonelyShare = 0.2;
/** The same work is seldom done more than this many times faster by another compiler. */
const fastestPartner = 20;
/** As much time as this part of a function's, in functions of other names, is its partner for all that names can tell. */
const likelyPartner = 4;
/** Time of the other side without a function of the same name here: below this share nothing can hide in it. */
const unclaimedShare = 0.1;

interface Lonely {
  readonly here: CodeSide;
  readonly there: CodeSide;
  readonly gap: number;
  readonly isSlow: boolean;
}

/**
 * Functions of the source that take much time on one side and that no time of the other side can be the partner of: all
 * of its time is in functions that have their own partner. Where a little is left in functions of other names, the sign
 * stays small; where much is left there, names differ and nothing is told.
 */
function lonelyFunctions({ here, there, gap, isSlow }: Lonely): readonly DifferenceSign[] {
  if (there.functions.length === 0) return [];
  const unclaimed = unclaimedSeconds(there, here);
  const mayBeNamedOtherwise = ({ share }: OwnFunction) =>
    unclaimed !== undefined &&
    here.cpuSeconds !== undefined &&
    unclaimed >= (share * here.cpuSeconds) / likelyPartner;
  return here.functions
    .filter((one) => one.share >= lonelyShare && partnersOf(one, there).length === 0)
    .filter((one) => !mayBeNamedOtherwise(one))
    .map((one) => {
      const atMost = costOfShare(one.totalHigh);
      const surely =
        unclaimed !== undefined &&
        here.cpuSeconds !== undefined &&
        there.cpuSeconds !== undefined &&
        unclaimed < (one.share * here.cpuSeconds) / fastestPartner &&
        unclaimed < unclaimedShare * there.cpuSeconds;
      const isLarge = surely && isSlow && (atMost === undefined || explainsMuch(atMost, gap));
      const spent = `${here.name} spends ${(100 * one.share).toFixed(0)} % in ${one.symbol}`;
      return {
        id: `only-${here.subject}`,
        title: surely
          ? `${spent}, work for which no code runs in ${there.name}`
          : `${spent}, which has no partner by name in ${there.name}`,
        detail: surely
          ? `All the time of ${there.name} is in functions that ${here.name} has too. Either ${there.name}'s compiler deleted this work because nobody uses its result, or moved it out of the loop, or only ${here.name} does it.`
          : `Either ${there.name} does this work in a function of another name, or its compiler removed it because nobody uses the result, or only ${here.name} does it.`,
        size: -Math.log1p(-Math.min(one.share, 0.99)),
        weight: isLarge ? ("large" as const) : ("small" as const),
        ...(isSlow && atMost !== undefined ? { atMost } : {}),
      };
    })
    .slice(0, 1);
}

/** Half of the words of two names in common is enough: a false partner only makes a sign weaker. */
function partnersOf({ symbol }: OwnFunction, there: CodeSide): readonly OwnFunction[] {
  const words = new Set(nameWords(symbol));
  return there.functions.filter((other) => {
    const others = new Set(nameWords(other.symbol));
    const common = [...words].filter((word) => others.has(word)).length;
    return common > 0 && 2 * common >= Math.min(words.size, others.size);
  });
}

/**
 * Seconds of a side that functions of the same name on the other side, taken twice, do not account for, and those of no
 * known function: a library may do there what the other side does itself.
 */
function unclaimedSeconds(side: CodeSide, other: CodeSide): number | undefined {
  const { cpuSeconds, unplacedShare } = side;
  const otherSeconds = other.cpuSeconds;
  if (cpuSeconds === undefined || otherSeconds === undefined || unplacedShare === undefined) return undefined;
  return side.functions.reduce((sum, one) => {
    const claimed =
      partnersOf(one, other).reduce((total, partner) => total + partner.share, 0) * otherSeconds;
    return sum + Math.max(0, one.share * cpuSeconds - 2 * claimed);
  }, unplacedShare * cpuSeconds);
}
