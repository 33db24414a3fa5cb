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
  /** For people, in the detail: "allocations.count". */
  readonly counted: string;
  read(facts: Facts): number | undefined;
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
  title(times: string, more: string, less: string): string;
  readonly detail: string;
}

const memoryComponents = ["alloc", "gc", "write-barrier", "drop-glue", "page-faults", "copy"] as const;
const fact = (name: string) => (facts: Facts) => facts[name];

/** A collector's own threads are no part of the program's work. */
function programParallelism(facts: Facts): number | undefined {
  const parallelism = facts["cpu.parallelism"];
  const collector = facts["profile.share.gc"] ?? facts["gc.cpuShare"] ?? 0;
  return parallelism === undefined ? undefined : parallelism * (1 - collector);
}

const checks: readonly CountCheck[] = [
  {
    id: "allocations",
    counted: "allocations.count",
    read: fact("allocations.count"),
    factor: 3,
    floor: 10_000,
    meaning: "more work",
    largeFactor: 10,
    components: memoryComponents,
    title: (times, more, less) => `${more} allocates ${times} as often as ${less}`,
    detail:
      "Objects that one program keeps on the stack or in one block and the other allocates one by one are a difference of the programs, not of the languages.",
  },
  {
    id: "allocated-bytes",
    counted: "allocations.bytes",
    read: fact("allocations.bytes"),
    factor: 3,
    floor: 10e6,
    meaning: "more work",
    largeFactor: 10,
    components: memoryComponents,
    title: (times, more, less) => `${more} allocates ${times} as many bytes as ${less}`,
    detail: "Larger elements, copies that the other program does not make, or buffers that are not reused.",
  },
  {
    id: "writes",
    counted: "writes.calls",
    read: fact("writes.calls"),
    factor: 5,
    floor: 2000,
    meaning: "more work",
    largeFactor: 10,
    components: ["io"],
    title: (times, more, less) => `${more} makes ${times} as many write calls as ${less} for the same output`,
    detail: "One program collects its output before it hands it to the kernel, the other hands over pieces.",
  },
  {
    id: "reads",
    counted: "reads.calls",
    read: fact("reads.calls"),
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
    counted: "systemCalls.count",
    read: fact("systemCalls.count"),
    factor: 5,
    floor: 5000,
    meaning: "more work",
    largeFactor: 10,
    components: ["io", "scheduler", "sync", "kernel", "page-faults"],
    title: (times, more, less) => `${more} makes ${times} as many system calls as ${less}`,
    detail: "Each call crosses into the kernel and back; the evidence on system calls names them.",
  },
  {
    id: "memory",
    counted: "rss.maxBytes",
    read: fact("rss.maxBytes"),
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
    counted: "input.bytes",
    read: fact("input.bytes"),
    factor: 1.05,
    floor: 10_000,
    meaning: "other work",
    largeFactor: 1.25,
    components: [],
    title: (times, more, less) => `${more} reads ${times} as many bytes as ${less}`,
    detail: "Both were given the same input: one of them does not read all of it, or reads some of it twice.",
  },
  {
    id: "output",
    counted: "output.bytes",
    read: fact("output.bytes"),
    factor: 1.05,
    floor: 10_000,
    meaning: "other work",
    largeFactor: 1.25,
    components: [],
    title: (times, more, less) => `${more} prints ${times} as many bytes as ${less}`,
    detail:
      "The outputs were not compared byte by byte: one program formats its results at greater length, or has more of them.",
  },
  {
    id: "processors",
    counted: "processors busy without the collector",
    read: programParallelism,
    factor: 1.5,
    floor: 1.3,
    meaning: "other work",
    largeFactor: 1.5,
    components: [],
    title: (times, more, less) => `${more} keeps ${times} as many processors busy as ${less}`,
    detail:
      "A program that works in parallel is compared with one that does not; processor time tells the work, wall time the waiting.",
  },
];

/** Signs of different work by what runs were counted to do: allocations, calls, bytes, memory, processors. Pure. */
export function compareCounts(
  slow: ComparedSide,
  fast: ComparedSide,
  gap: number,
): readonly DifferenceSign[] {
  const found = checks.flatMap((check) => compareOne(check, { slow, fast, gap }));
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
  const [a, b] = [check.read(slow.facts), check.read(fast.facts)];
  if (a === undefined || b === undefined || Math.max(a, b) < check.floor) return [];
  const times = ratio(check, a, b);
  if (times < check.factor) return [];
  const [more, less] = a > b ? [slow, fast] : [fast, slow];
  const atMost =
    more === slow && check.components.length > 0 ? costOfComponents(slow.facts, check.components) : undefined;
  return [
    {
      id: check.id,
      title: check.title(timesText(times), more.name, less.name),
      detail: `${shown(a)} in ${slow.name} and ${shown(b)} in ${fast.name} (${check.counted}).\n${check.detail}`,
      size: Math.log(times),
      weight: isLarge(check, { times, slowerDoesMore: more === slow, atMost, gap }) ? "large" : "small",
      ...(atMost === undefined ? {} : { atMost }),
    },
  ];
}

/** Nothing at all is counted as one, so that a ratio exists; processors are a mean and have their own least value. */
function ratio({ id }: CountCheck, a: number, b: number): number {
  const least = id === "processors" ? 0.01 : 1;
  return Math.max(a, b) / Math.max(Math.min(a, b), least);
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
