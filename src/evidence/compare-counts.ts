import type { Facts } from "../model/evidence.ts";
import {
  type ComparedSide,
  costOfComponents,
  type DifferenceSign,
  explainsMuch,
  timesText,
} from "./difference-weight.ts";

interface CountCheck {
  readonly id: string;
  /** Also in the detail, for people: "allocations.count". */
  readonly fact: string;
  /** Ratios below this are what languages differ by anyway. */
  readonly factor: number;
  /** Below this on both sides there is nothing to compare. */
  readonly floor: number;
  /**
   * more work: large where the slower side does more of it and the time of `components` may be a good part of the gap;
   * without such a bound from `largeFactor` on. other work: large from `largeFactor` on, whoever does more: the
   * programs were not given, or did not finish, the same job. symptom: never large by itself.
   */
  readonly meaning: "more work" | "other work" | "symptom";
  readonly largeFactor: number;
  readonly components: readonly string[];
  /** What is compared where that is not the fact itself; `counted` says so in the detail. */
  count?(facts: Facts): number | undefined;
  readonly counted?: string;
  /** Whether the count of the side that does more is of what the title says; absent: always. */
  isOf?(facts: Facts): boolean;
  /** Whether something harmless can have made the difference: then it is never large. */
  isUnsure?(more: ComparedSide, less: ComparedSide): boolean;
  title(times: string, more: string, less: string): string;
  readonly detail: string;
}

/** Below it a program may have read its input in another way, or none of it. */
const leastInputBytes = 10_000;

const memoryComponents = ["alloc", "gc", "write-barrier", "drop-glue", "page-faults", "copy"] as const;

/** Without those by which runtimes wait, signal themselves and keep their memory: no work of the program. */
function callsForTheJob(facts: Facts): number | undefined {
  const { "systemCalls.count": all, "systemCalls.housekeeping": housekeeping } = facts;
  return all === undefined || housekeeping === undefined ? undefined : all - housekeeping;
}

const checks: readonly CountCheck[] = [
  {
    id: "allocations",
    fact: "allocations.count",
    factor: 3,
    floor: 10_000,
    meaning: "more work",
    largeFactor: 10,
    components: memoryComponents,
    title: (times, more, less) => `${more} allocates ${times} as often as ${less}`,
    detail:
      "Objects that one program keeps on the stack or in one block and the other allocates one by one are a difference of the programs, not of the languages. A bound holds the time of the allocator and the collector; data that lies scattered can cost time in the program's own code too.",
  },
  {
    id: "allocated-bytes",
    fact: "allocations.bytes",
    factor: 3,
    floor: 10e6,
    meaning: "more work",
    largeFactor: 10,
    components: memoryComponents,
    title: (times, more, less) => `${more} allocates ${times} as many bytes as ${less}`,
    detail:
      "Larger elements, copies that the other program does not make, or buffers that are not reused. A bound holds the time of the allocator and the collector, and none of the program's own code.",
  },
  {
    id: "writes",
    fact: "writes.calls",
    factor: 5,
    floor: 2000,
    meaning: "more work",
    largeFactor: 10,
    components: ["io"],
    // Runtimes wake their own threads by writing to a descriptor: then there are more calls than bytes of output.
    isOf: ({ "writes.calls": calls, "output.bytes": bytes }) =>
      calls !== undefined && bytes !== undefined && calls <= bytes,
    title: (times, more, less) => `${more} makes ${times} as many write calls as ${less} for the same output`,
    detail: "One program collects its output before it hands it to the kernel, the other hands over pieces.",
  },
  {
    id: "reads",
    fact: "reads.calls",
    factor: 5,
    floor: 2000,
    meaning: "more work",
    largeFactor: 10,
    components: ["io"],
    title: (times, more, less) => `${more} makes ${times} as many read calls as ${less}`,
    detail: "One program reads its input in large blocks, the other in small ones.",
  },
  {
    id: "system-calls",
    fact: "systemCalls.count",
    factor: 5,
    floor: 5000,
    meaning: "more work",
    largeFactor: 10,
    components: ["io", "kernel"],
    count: callsForTheJob,
    counted: "systemCalls.count without those for waiting, signals and memory",
    title: (times, more, less) => `${more} makes ${times} as many system calls as ${less}`,
    detail: "Each call crosses into the kernel and back; the evidence on system calls names them.",
  },
  {
    id: "memory",
    fact: "rss.maxBytes",
    factor: 4,
    floor: 50e6,
    meaning: "symptom",
    largeFactor: Number.POSITIVE_INFINITY,
    components: [],
    title: (times, more, less) => `${more} needs ${times} as much memory as ${less}`,
    detail:
      "Part of it is the runtime and the collector's headroom; beyond that the data is laid out differently.",
  },
  {
    id: "input",
    fact: "input.bytes",
    factor: 1.05,
    floor: leastInputBytes,
    meaning: "other work",
    largeFactor: 1.25,
    components: [],
    // A mapped file is read without a call, and an interpreter reads the files of its own library.
    isUnsure: (more, less) => more.isPrebuilt === true || (less.facts["input.bytes"] ?? 0) < leastInputBytes,
    title: (times, more, less) => `${more} reads ${times} as many bytes as ${less}`,
    detail:
      "Both were given the same input: one of them does not read all of it, reads some of it twice, maps it into memory (which is not counted), or has a runtime that reads files of its own.",
  },
  {
    id: "output",
    fact: "output.bytes",
    factor: 1.05,
    floor: 10_000,
    meaning: "other work",
    largeFactor: 1.25,
    components: [],
    title: (times, more, less) => `${more} prints ${times} as many bytes as ${less}`,
    detail:
      "The outputs were not compared byte by byte: one program formats its results at greater length, or has more of them.",
  },
];

/** Signs of different work by what runs were counted to do: allocations, calls, bytes, memory, processors. Pure. */
export function compareCounts(
  slow: ComparedSide,
  fast: ComparedSide,
  gap: number,
): readonly DifferenceSign[] {
  const found = [
    ...checks.flatMap((check) => compareOne(check, { slow, fast, gap })),
    ...compareProcessors(slow, fast),
  ];
  // Writes and reads are system calls too: the same sign is given once, by its finer name.
  return found.filter(
    ({ id, size }) =>
      id !== "system-calls" ||
      !found.some((other) => /^(writes|reads)$/.test(other.id) && other.size >= size / 2),
  );
}

interface Comparison {
  readonly slow: ComparedSide;
  readonly fast: ComparedSide;
  readonly gap: number;
}

function compareOne(check: CountCheck, { slow, fast, gap }: Comparison): readonly DifferenceSign[] {
  const count = (facts: Facts) => (check.count === undefined ? facts[check.fact] : check.count(facts));
  const [a, b] = [count(slow.facts), count(fast.facts)];
  if (a === undefined || b === undefined || Math.max(a, b) < check.floor) return [];
  // Nothing at all is counted as one, so that a ratio exists.
  const times = Math.max(a, b) / Math.max(1, Math.min(a, b));
  if (times < check.factor) return [];
  const [more, less] = a > b ? [slow, fast] : [fast, slow];
  if (check.isOf?.(more.facts) === false) return [];
  const atMost =
    more === slow && check.components.length > 0 ? costOfComponents(slow.facts, check.components) : undefined;
  const isUnsure = check.isUnsure?.(more, less) === true;
  return [
    {
      id: check.id,
      title: check.title(timesText(times), more.name, less.name),
      detail: `${shown(a)} in ${slow.name} and ${shown(b)} in ${fast.name} (${check.counted ?? check.fact}).\n${check.detail}`,
      size: Math.log(times),
      weight:
        !isUnsure && isLarge(check, { times, slowerDoesMore: more === slow, atMost, gap })
          ? "large"
          : "small",
      ...(atMost === undefined ? {} : { atMost }),
    },
  ];
}

interface Seen {
  readonly times: number;
  readonly slowerDoesMore: boolean;
  readonly atMost: number | undefined;
  readonly gap: number;
}

function isLarge(
  { meaning, largeFactor }: CountCheck,
  { times, slowerDoesMore, atMost, gap }: Seen,
): boolean {
  if (meaning === "symptom") return false;
  if (meaning === "other work") return times >= largeFactor;
  if (!slowerDoesMore) return false;
  return atMost === undefined ? times >= largeFactor : explainsMuch(atMost, gap);
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}

const busier = 1.5;
/** Below this on both sides none works in parallel. */
const parallelFrom = 1.3;
/** A main thread that waits longer for a processor shows a host on which busy processors tell little. */
const longDelay = 0.1;

/** A collector's own threads are no part of the program's work; undefined where its part is not known. */
function programParallelism(facts: Facts): number | undefined {
  const parallelism = facts["cpu.parallelism"];
  const collector = [facts["profile.share.gc"], facts["gc.cpuShare"]].filter((share) => share !== undefined);
  return parallelism === undefined || collector.length === 0
    ? undefined
    : parallelism * (1 - Math.max(...collector));
}

/** Whether it can be told that a program with few busy processors had no more to do at once. */
function isSurelySerial({ "threads.max": threads, "cpu.delayShare": delay }: Facts): boolean {
  return threads === 1 || (delay !== undefined && delay < longDelay);
}

function compareProcessors(slow: ComparedSide, fast: ComparedSide): readonly DifferenceSign[] {
  const [a, b] = [programParallelism(slow.facts), programParallelism(fast.facts)];
  if (a === undefined || b === undefined || Math.max(a, b) < parallelFrom) return [];
  const times = Math.max(a, b) / Math.max(0.01, Math.min(a, b));
  const [more, less] = a > b ? [slow, fast] : [fast, slow];
  if (times < busier || !isSurelySerial(less.facts)) return [];
  return [
    {
      id: "processors",
      title: `${more.name} keeps ${timesText(times)} as many processors busy as ${less.name}`,
      detail: `${shown(a)} in ${slow.name} and ${shown(b)} in ${fast.name} (processors busy without the collector).\nA program that works in parallel is compared with one that does not; processor time tells the work, wall time the waiting.`,
      size: Math.log(times),
      weight: "large",
    },
  ];
}
