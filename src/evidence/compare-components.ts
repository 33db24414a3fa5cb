import type { SourceLocation } from "../model/evidence.ts";
import type { CodeSide } from "./compare-code.ts";
import type { ComponentTime } from "./component-times.ts";
import { costOfShare, type DifferenceSign, explainsMuch } from "./difference-weight.ts";

/**
 * Components that a program can spend its time in by its own choice, with the words for them in a sentence. Those of
 * memory and of the process are symptoms of other things, and the program's own code is what causes act on.
 */
const comparedComponents: Readonly<Record<string, string>> = {
  hash: "maps and hashing",
  format: "formatting and conversion",
  copy: "copying and comparing memory",
  std: "its standard library",
  reflect: "interfaces and reflection",
  sync: "locks and channels",
  scheduler: "its scheduler",
  stack: "growing and unwinding stacks",
  io: "input and output",
  "foreign-calls": "calls between Go and C",
  "thread-pool": "its thread pool",
  "async-runtime": "its async runtime",
};

/** Where a program can do by hand what the other leaves to a component. */
const writtenOut = ["user", "std", "dependencies"] as const;

/** Signs that were counted and that tell of the time of these components already. */
const toldBy: Readonly<Record<string, readonly string[]>> = {
  copy: ["allocations", "allocated-bytes"],
  io: ["writes", "reads", "system-calls", "input", "output"],
  sync: ["processors"],
  scheduler: ["processors"],
  "thread-pool": ["processors"],
};

/** Of the gap's seconds: a component that makes less of it is not told. */
const leastOfGap = 0.2;
/** Of the slower side's seconds, whatever the gap. */
const leastOfTime = 0.05;
/** Times of a pilot on a busy machine are not known better than this: half of a 95 % interval, as a share. */
const timeSpread = 0.05;
/** Of what is more: less that is taken off is not told. */
const leastByHand = 0.02;
const named = 3;

export interface ComponentComparison {
  readonly slow: CodeSide;
  readonly fast: CodeSide;
  readonly gap: number;
  /** Components that a factor stands for which can be switched off on one of the sides, or is a hole there. */
  readonly haveFactor: readonly string[];
  /** What was found already: the same time is told once. */
  readonly signs: readonly DifferenceSign[];
}

/**
 * Components of the profile that the slower side spends clearly more seconds in, where no factor stands for them. What
 * the faster side spends more in its own code is taken off: it may do the same there by hand. Pure.
 */
export function compareComponents(comparison: ComponentComparison): readonly DifferenceSign[] {
  const { slow, fast, gap, haveFactor, signs } = comparison;
  const seconds = secondsOf(slow, fast);
  if (seconds === undefined || gap < leastOfTime) return [];
  const isTold = (component: string) =>
    haveFactor.includes(component) ||
    signs.some(({ id, weight }) => weight === "large" && toldBy[component]?.includes(id) === true);
  return Object.keys(comparedComponents).flatMap((component) => {
    const [here, there] = [timeOf(slow, component), timeOf(fast, component)];
    if (here === undefined || there === undefined || isTold(component)) return [];
    const more = moreSeconds({ here, there, slow, fast, seconds });
    const gapSeconds = seconds.slow - seconds.fast;
    if (more.low < Math.max(leastOfGap * gapSeconds, leastOfTime * seconds.slow)) return [];
    return [signOf(comparison, { here, there, seconds, more })];
  });
}

interface Seconds {
  readonly slow: number;
  readonly fast: number;
}

function secondsOf(slow: CodeSide, fast: CodeSide): Seconds | undefined {
  return slow.cpuSeconds === undefined ||
    fast.cpuSeconds === undefined ||
    !(slow.cpuSeconds > fast.cpuSeconds)
    ? undefined
    : { slow: slow.cpuSeconds, fast: fast.cpuSeconds };
}

function timeOf({ components }: CodeSide, wanted: string): ComponentTime | undefined {
  return components?.find(({ component }) => component === wanted);
}

interface Times {
  readonly here: ComponentTime;
  readonly there: ComponentTime;
  readonly seconds: Seconds;
}

interface More {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What was taken off for the faster side's own code, in seconds. */
  readonly byHand: number;
}

function moreSeconds({
  here,
  there,
  slow,
  fast,
  seconds,
}: Times & { readonly slow: CodeSide; readonly fast: CodeSide }): More {
  const byHand = Math.max(
    0,
    writtenOut
      .filter((component) => component !== here.component)
      .reduce((sum, component) => {
        const [a, b] = [timeOf(slow, component), timeOf(fast, component)];
        return sum + (b?.share.value ?? 0) * seconds.fast - (a?.share.value ?? 0) * seconds.slow;
      }, 0),
  );
  const [a, b] = [here.share, there.share];
  const [slowTime, fastTime] = [a.value * seconds.slow, b.value * seconds.fast];
  const value = slowTime - fastTime - byHand;
  const spread = [timeSpread * slowTime, timeSpread * fastTime];
  return {
    value,
    low: value - Math.hypot((a.value - a.low) * seconds.slow, (b.high - b.value) * seconds.fast, ...spread),
    high: value + Math.hypot((a.high - a.value) * seconds.slow, (b.value - b.low) * seconds.fast, ...spread),
    byHand,
  };
}

function signOf(
  { slow, fast, gap, signs }: ComponentComparison,
  { here, there, seconds, more }: Times & { readonly more: More },
): DifferenceSign {
  const what = comparedComponents[here.component] ?? here.component;
  const atMost = costOfShare(here.touchedHigh);
  // A function that only this side has may be what the component works for: then its sign tells of both.
  const isPartOfOther = signs.some(({ id, weight }) => id === `only-${slow.subject}` && weight === "large");
  const isLarge = !isPartOfOther && (atMost === undefined || explainsMuch(atMost, gap));
  const fastTime = there.share.value * seconds.fast;
  const least = there.share.value === 0 ? (there.share.high / 3) * seconds.fast : fastTime;
  const location = locationOf(here);
  const inUnit = (time: number) => timeText(time, seconds.slow);
  return {
    id: `time-${here.component}`,
    component: what,
    title: `${slow.name} spends ${percent(here.share.value)} of its CPU time (${partText(here, seconds.slow)}) in ${what}, ${fast.name} ${shareOfFast({ here, there, seconds, more }, fast)}`,
    detail: [
      `${inUnit(more.value)} more (${inUnit(more.low)} to ${inUnit(more.high)}) by the profiles; the gap is ${inUnit(seconds.slow - seconds.fast)}${more.byHand > leastByHand * more.value ? `; ${inUnit(more.byHand)} that ${fast.name} spends more in its own code are taken off, for it may do the same there by hand` : ""}.`,
      ...placesOf(here, slow),
      ...placesOf(there, fast),
      `Nothing switches this off, so it is in what cannot be switched off, or in a cause that acts on that code. The profile sorts by the names of functions: what ${fast.name} writes out by itself counts as its own code.`,
    ].join("\n"),
    size: Math.log((here.share.value * seconds.slow) / Math.max(least, Number.MIN_VALUE)),
    weight: isLarge ? "large" : "small",
    ...(atMost === undefined ? {} : { atMost }),
    ...(location === undefined ? {} : { location }),
  };
}

/** What is not there may be done in the side's own code where that has as much time. "none", "62 % (48 ms of 77 ms)". */
function shareOfFast(
  { here, there, seconds, more: { value, byHand } }: Times & { readonly more: More },
  fast: CodeSide,
): string {
  const own = (fast.components ?? [])
    .filter(({ component }) => writtenOut.some((one) => one === component))
    .reduce((sum, { share }) => sum + share.value, 0);
  if (there.share.value >= leastShown)
    return `${percent(there.share.value)} (${partText(there, seconds.fast)})`;
  if (byHand > much * value)
    return `none by that name and ${timeText(byHand, seconds.slow)} more in its own code`;
  return own * seconds.fast > here.share.value * seconds.slow ? "none by that name" : "none";
}

/** Of what is more: from here on it is no longer said that the other side does nothing of the kind. */
const much = 0.2;
/** Below it a share is a stray sample. */
const leastShown = 0.005;

/** "Go: runtime.mapaccess1_fast64 (25 %); called from main.go:19 (30 %)." */
function placesOf({ functions, lines }: ComponentTime, { name }: CodeSide): readonly string[] {
  const shown = functions.filter(({ share }) => share >= leastShown).slice(0, named);
  if (shown.length === 0) return [];
  const texts = shown.map(({ symbol, share }) => `${withoutTypes(symbol)} (${percent(share)})`);
  const callers = lines
    .filter(({ share }) => share >= leastShown)
    .slice(0, named)
    .map(({ file, line, share }) => `${file.split("/").at(-1) ?? ""}:${line} (${percent(share)})`);
  return [
    `${name}: ${texts.join(", ")}${callers.length === 0 ? "" : `; called from ${callers.join(", ")}`}.`,
  ];
}

/** Without type arguments, which fill lines in C++. */
function withoutTypes(symbol: string): string {
  let text = symbol;
  for (let next = ""; next !== text; ) {
    next = text;
    text = next.replaceAll(/(?<=[\w>])(?:::)?<[^<>]*>/g, "");
  }
  return text;
}

function locationOf({ lines: [first] }: ComponentTime): SourceLocation | undefined {
  return first === undefined ? undefined : { file: first.file, line: first.line };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}

/** "90 ms of 140 ms". */
function partText({ share }: ComponentTime, all: number): string {
  return `${timeText(share.value * all, all)} of ${timeText(all)}`;
}

/** In the unit that fits `scale`, so that two times can be held against each other. */
function timeText(seconds: number, scale = seconds): string {
  const size = Math.abs(scale);
  if (size >= 10) return `${seconds.toFixed(0)} s`;
  if (size >= 0.3) return `${seconds.toFixed(size >= 3 ? 1 : 2)} s`;
  return `${(1000 * seconds).toFixed(size >= 0.03 ? 0 : 1)} ms`;
}
