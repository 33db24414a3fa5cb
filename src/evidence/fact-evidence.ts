import type { Evidence, Facts } from "../model/evidence.ts";
import type { FactorId } from "../model/factor.ts";
import { handOverShare, littleHandOver } from "../model/hand-overs.ts";

interface FactReader {
  readonly id: string;
  readonly kind: string;
  /** Factors that the counts are about. */
  readonly about: readonly FactorId[];
  /** Those of `about` that the counts speak against: they show that the factor can cost little here. */
  against(facts: Facts): readonly FactorId[];
  /** Those of `about` that the counts say nothing of; absent: none. */
  neither?(facts: Facts): readonly FactorId[];
  /** undefined: the facts it needs were not measured. */
  title(facts: Facts): string | undefined;
  /** Facts shown below the title. */
  readonly shown: readonly string[];
}

const megabyte = 1e6;

/** The limits at which the factors themselves are screened out; below them counts speak against a factor. */
const tinyCollector = 0.005;
const tinyAllocator = 0.01;
const fewWrites = 1000;
const bufferedBytes = 4096;
const oneProcessor = 1.05;
/** Even at a hundred nanoseconds each these take no millisecond. */
const fewAllocations = 10_000;
const fewBytes = 10e6;
/** What starting a process takes by itself. */
const fewFaults = 1000;

const longDelay = 0.1;

function hasFewFaults({ "faults.minor": faults }: Facts): boolean {
  return faults !== undefined && faults < fewFaults;
}

const readers: readonly FactReader[] = [
  {
    id: "gc",
    kind: "runtime trace",
    about: ["gc", "memory-reclamation"],
    against: (facts) => {
      if (facts["gc.cycles"] === 0) return ["gc", "memory-reclamation"];
      const share = facts["profile.share.gc"] ?? facts["gc.cpuShare"];
      return share !== undefined && share < tinyCollector ? ["gc"] : [];
    },
    title: (facts) => {
      const cycles = facts["gc.cycles"];
      if (cycles === undefined) return undefined;
      if (cycles === 0) return "No garbage collection took place";
      const share = facts["gc.cpuShare"];
      const heap = facts["gc.heapMaxBytes"];
      return [
        `${whole(cycles)} garbage ${cycles === 1 ? "collection" : "collections"}`,
        ...(share === undefined
          ? []
          : [`${percent(share)} of the processor time by the runtime's own count`]),
        ...(heap === undefined ? [] : [`heap at most ${bytes(heap)}`]),
      ].join(", ");
    },
    shown: ["gc.cycles", "gc.cpuShare", "gc.heapMaxBytes"],
  },
  {
    id: "allocations",
    kind: "allocation count",
    about: ["allocator", "gc", "memory-reclamation"],
    against: (facts) => {
      const { "allocations.count": count, "allocations.bytes": size } = facts;
      const isFew = count !== undefined && count < fewAllocations;
      if (isFew && (count === 0 || (size !== undefined && size < fewBytes)))
        return ["allocator", "gc", "memory-reclamation"];
      const share = facts["profile.share.alloc"];
      return share !== undefined && share < tinyAllocator ? ["allocator"] : [];
    },
    title: (facts) => {
      const count = facts["allocations.count"];
      if (count === undefined) return undefined;
      const size = facts["allocations.bytes"];
      const volume = size === undefined ? "" : `, ${bytes(size)} in all`;
      const each =
        size === undefined || count === 0 ? "" : `, ${whole(Math.round(size / count))} bytes each on average`;
      return `${whole(count)} allocations${volume}${each}`;
    },
    shown: ["allocations.count", "allocations.bytes", "allocations.frees"],
  },
  {
    id: "writes",
    kind: "system calls",
    about: ["stdout-buffering"],
    against: (facts) => {
      const { "writes.calls": calls, "output.bytes": size } = facts;
      if (calls === undefined) return [];
      const large = size !== undefined && calls > 0 && size / calls >= bufferedBytes;
      return Math.min(calls, size ?? calls) <= fewWrites || large ? ["stdout-buffering"] : [];
    },
    title: (facts) => {
      const calls = facts["writes.calls"];
      const size = facts["output.bytes"];
      if (calls === undefined) return undefined;
      const each = size === undefined || calls === 0 ? "" : `, ${whole(Math.round(size / calls))} bytes each`;
      return `${whole(calls)} ${calls === 1 ? "write" : "writes"}${size === undefined ? "" : ` for ${bytes(size)} of output`}${each}`;
    },
    shown: ["writes.calls", "reads.calls", "output.bytes"],
  },
  {
    id: "threads",
    kind: "processors",
    about: ["cores"],
    against: (facts) => {
      const { "threads.max": threads, "cpu.parallelism": parallelism, "cpu.delayShare": delay } = facts;
      if (threads === 1) return ["cores"];
      // Where others hold the processors, threads that would work at once wait for their turn.
      const isFree = delay !== undefined && delay < longDelay;
      const takesTurns = (handOverShare(facts) ?? 1) < littleHandOver;
      return isFree && takesTurns && parallelism !== undefined && parallelism < oneProcessor ? ["cores"] : [];
    },
    title: (facts) => {
      const parallelism = facts["cpu.parallelism"];
      const threads = facts["threads.max"];
      if (parallelism === undefined && threads === undefined) return undefined;
      const used = parallelism === undefined ? "" : `${parallelism.toFixed(2)} processors busy on average`;
      const most =
        threads === undefined ? "" : `at most ${whole(threads)} ${threads === 1 ? "thread" : "threads"}`;
      const waits = facts["switches.voluntary"];
      const turns =
        waits === undefined || threads === 1 || (handOverShare(facts) ?? 0) < littleHandOver
          ? ""
          : `that wait ${whole(waits)} times in all`;
      return [used, [most, turns].filter((text) => text !== "").join(" ")]
        .filter((text) => text !== "")
        .join(", ");
    },
    shown: ["cpu.parallelism", "threads.max", "switches.voluntary"],
  },
  {
    id: "faults",
    kind: "page faults",
    about: ["memory-reclamation", "allocator"],
    against: (facts) => (hasFewFaults(facts) ? ["memory-reclamation"] : []),
    // An allocator can cost much and take no new page.
    neither: (facts) => (hasFewFaults(facts) ? ["allocator"] : []),
    title: (facts) => {
      const faults = facts["faults.minor"];
      if (faults === undefined) return undefined;
      const rss = facts["rss.maxBytes"];
      return `${whole(faults)} page faults${rss === undefined ? "" : `, at most ${bytes(rss)} resident`}`;
    },
    shown: ["faults.minor", "rss.maxBytes"],
  },
];

/** Evidence that is a handful of counts: collections, allocations, system calls, threads, page faults. Pure. */
export function factEvidence(subject: string, facts: Facts): readonly Evidence[] {
  return readers.flatMap((reader) => {
    const title = reader.title(facts);
    if (title === undefined) return [];
    const against = reader.against(facts);
    const silent = [...against, ...(reader.neither?.(facts) ?? [])];
    return [
      {
        id: `${subject}-${reader.id}`,
        kind: reader.kind,
        subject,
        title,
        explains: reader.about.filter((factor) => !silent.includes(factor)),
        ...(against.length === 0 ? {} : { against }),
        detail: reader.shown
          .flatMap((name) => (facts[name] === undefined ? [] : [`${name} = ${facts[name]}`]))
          .join("\n"),
      },
    ];
  });
}

function whole(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 }).replaceAll(",", " ");
}

function bytes(value: number): string {
  if (value >= 1000 * megabyte) return `${(value / (1000 * megabyte)).toFixed(1)} GB`;
  if (value >= megabyte) return `${(value / megabyte).toFixed(1)} MB`;
  return value >= 1000 ? `${(value / 1000).toFixed(1)} kB` : `${whole(value)} bytes`;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} %`;
}
