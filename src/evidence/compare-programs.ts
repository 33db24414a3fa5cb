import { isLibraryFile } from "../base/symbolizer-output.ts";
import type { Evidence, Facts } from "../model/evidence.ts";
import type { Pairing } from "./pair-functions.ts";

export interface ComparedSide {
  readonly subject: string;
  readonly facts: Facts;
}

/** A sign that two programs do not do the same work, the larger the surer. */
export interface ProgramDifference {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  /** Natural logarithm of how many times the two differ; 0.7 is a factor of two. */
  readonly size: number;
}

interface Check {
  readonly id: string;
  readonly fact: string;
  /** Differences below this factor are what languages differ by anyway. */
  readonly factor: number;
  /** Below this on both sides there is nothing to compare. */
  readonly floor: number;
  title(times: string, more: string, less: string): string;
  readonly detail: string;
}

const checks: readonly Check[] = [
  {
    id: "allocations",
    fact: "allocations.count",
    factor: 3,
    floor: 10_000,
    title: (times, more, less) => `${more} allocates ${times} as often as ${less}`,
    detail:
      "Objects that one program keeps on the stack or in one block and the other allocates one by one are a difference of the programs, not of the languages.",
  },
  {
    id: "allocated-bytes",
    fact: "allocations.bytes",
    factor: 3,
    floor: 10e6,
    title: (times, more, less) => `${more} allocates ${times} as many bytes as ${less}`,
    detail: "Larger elements, copies that the other program does not make, or buffers that are not reused.",
  },
  {
    id: "memory",
    fact: "rss.maxBytes",
    factor: 4,
    floor: 50e6,
    title: (times, more, less) => `${more} needs ${times} as much memory as ${less}`,
    detail:
      "Part of it is the runtime and the collector's headroom; beyond that the data is laid out differently.",
  },
  {
    id: "input",
    fact: "input.bytes",
    factor: 1.05,
    floor: 1000,
    title: (times, more, less) => `${more} reads ${times} as many bytes as ${less}`,
    detail: "Both were given the same input: one of them does not read all of it, or reads some of it twice.",
  },
  {
    id: "processors",
    fact: "cpu.parallelism",
    factor: 1.5,
    floor: 1.3,
    title: (times, more, less) => `${more} keeps ${times} as many processors busy as ${less}`,
    detail:
      "A program that works in parallel is compared with one that does not; processor time tells the work, wall time the waiting.",
  },
];

/**
 * Signs that the two programs do different work: allocations, memory, input, processors, width of the numbers in the
 * hot loop, and hot functions that only one has. Largest first; an empty list is no proof that they are the same. Pure.
 */
export function comparePrograms(
  left: ComparedSide,
  right: ComparedSide,
  pairing: Pairing | undefined,
): readonly ProgramDifference[] {
  return [
    ...checks.flatMap((check) => compareFact(check, left, right)),
    ...compareWidths(left, right, pairing),
    ...(pairing === undefined
      ? []
      : [
          ...lonely(left.subject, right.subject, pairing.aloneLeft),
          ...lonely(right.subject, left.subject, pairing.aloneRight),
        ]),
  ].sort((first, second) => second.size - first.size);
}

function compareFact(check: Check, left: ComparedSide, right: ComparedSide): readonly ProgramDifference[] {
  const [a, b] = [left.facts[check.fact], right.facts[check.fact]];
  if (a === undefined || b === undefined || Math.max(a, b) < check.floor) return [];
  const smaller = Math.max(Math.min(a, b), 1);
  const times = Math.max(a, b) / smaller;
  if (times < check.factor) return [];
  const [more, less] = a > b ? [left.subject, right.subject] : [right.subject, left.subject];
  return [
    {
      id: check.id,
      title: check.title(timesText(times), more, less),
      detail: `${left.subject}: ${check.fact} = ${a}\n${right.subject}: ${check.fact} = ${b}\n${check.detail}`,
      size: Math.log(times),
    },
  ];
}

/** Widths are only held against each other where the hottest functions of both sides are each other's partners. */
function compareWidths(
  left: ComparedSide,
  right: ComparedSide,
  pairing: Pairing | undefined,
): readonly ProgramDifference[] {
  const [a, b] = [left.facts["hotLoop.elementBits"], right.facts["hotLoop.elementBits"]];
  const pair = pairing?.pairs.find((one) => one.doubt !== "doubtful");
  if (a === undefined || b === undefined || a === b || pair === undefined) return [];
  const hottest = (shares: readonly { readonly selfShare: number }[], own: number) =>
    shares.every((one) => one.selfShare <= own);
  const { pairs = [], aloneLeft = [], aloneRight = [] } = pairing ?? {};
  const isHottest =
    hottest([...pairs.map((one) => one.left), ...aloneLeft], pair.left.selfShare) &&
    hottest([...pairs.map((one) => one.right), ...aloneRight], pair.right.selfShare);
  if (!isHottest) return [];
  return [
    {
      id: "width",
      title: `The hot loop works on ${a}-bit numbers in ${left.subject} and on ${b}-bit numbers in ${right.subject}`,
      detail: `${pair.left.symbol}: mostly ${a}-bit integer arithmetic\n${pair.right.symbol}: mostly ${b}-bit integer arithmetic\nA type such as int has another width in each language; a vector holds half as many numbers of twice the width.`,
      size: Math.abs(Math.log(a / b)),
    },
  ];
}

const lonelyShare = 0.2;

function lonely(
  subject: string,
  other: string,
  functions: Pairing["aloneLeft"],
): readonly ProgramDifference[] {
  return functions
    .filter((one) => one.selfShare >= lonelyShare && !isLibrary(one))
    .map((one) => ({
      id: `only-${subject}`,
      title: `${subject} spends ${(100 * one.selfShare).toFixed(0)} % in ${one.symbol}, which has no partner in ${other}`,
      detail: `Either ${other}'s compiler put this work into another function, or removed it because nobody uses the result, or only ${subject} does it.`,
      size: -Math.log1p(-Math.min(one.selfShare, 0.99)),
    }));
}

/** Maps, hashing and destructors have another shape in every language: that a library's function has no partner says nothing. */
function isLibrary({ lines }: Pairing["aloneLeft"][number]): boolean {
  return lines[0] !== undefined && isLibraryFile(lines[0].file);
}

function timesText(times: number): string {
  return times >= 100 ? `${times.toFixed(0)} times` : `${times.toPrecision(2)} times`;
}

/** Differences as evidence of the slower side, in the order given. */
export function differenceEvidence(
  subject: string,
  other: string,
  differences: readonly ProgramDifference[],
): readonly Evidence[] {
  return differences.map((one, index) => ({
    id: `${subject}-${other}-difference-${index + 1}`,
    kind: "program difference",
    subject,
    title: one.title,
    explains: [],
    detail: one.detail,
  }));
}
