import { upperShare, upperSum } from "../base/shares.ts";
import { isSipHash } from "../base/symbol-name.ts";
import type { Facts } from "../model/evidence.ts";
import type { Profile } from "../model/profile.ts";

export interface CheckInput {
  readonly language: string;
  readonly facts: Facts;
  readonly profile?: Profile;
  /** Features of the processor, as Linux names them; absent: not known. */
  readonly cpuFlags?: readonly string[];
}

export type Look =
  /** `share`: upper end of the time spent in the place that `detail` names, 0-1; 0 where it cannot be told. */
  | { readonly state: "found"; readonly detail: string; readonly share: number }
  | { readonly state: "not found"; readonly detail: string }
  /** `detail`: what was missing. */
  | { readonly state: "not looked at"; readonly detail: string };

export interface Check {
  readonly id: string;
  /** Absent: all. */
  readonly languages?: readonly string[];
  readonly title: string;
  readonly remedy: string;
  look(input: CheckInput): Look;
}

const native = ["rust", "c", "cpp"];

export const checks: readonly Check[] = [
  {
    id: "debug-build",
    title: "The program was built without optimisation",
    remedy:
      "Build what is measured as it would be shipped: cargo build --release, -O2, and for Go without -gcflags=-N -l.",
    look: ({ facts }) => {
      const { "build.optLevel": level, "build.optimised": optimised, "build.inlined": inlined } = facts;
      if (level === 0) return found("optimisation level 0");
      if (optimised === 0) return found("the Go compiler's optimiser was off (-N)");
      if (inlined === 0) return found("inlining was off in Go (-l)");
      if (level !== undefined) return absent(`optimisation level ${level}`);
      return optimised === undefined ? notLookedAt("how it was built") : absent("built with the optimiser");
    },
  },
  {
    id: "low-optimisation",
    languages: [...native, "cmd"],
    title: "The program was built with a low level of optimisation",
    remedy:
      "Build with -O2 or -O3, for Rust with opt-level = 3: the factor optimisation-level says what it gains.",
    look: ({ facts }) => {
      const { "build.optLevel": level, "build.optForSize": forSize } = facts;
      if (level === undefined) return notLookedAt("the level of optimisation");
      if (forSize === 1) return found("optimised for size");
      return level === 1 ? found("optimisation level 1") : absent(`optimisation level ${level}`);
    },
  },
  {
    id: "overflow-checks",
    languages: ["rust"],
    title: "The program was built with overflow checks",
    remedy:
      "If it is a debug build, build with --release; if the checks are wanted, the factor overflow-checks says what they cost.",
    look: ({ facts }) => {
      const calls = facts["overflowChecks.calls"];
      if (calls === undefined) return notLookedAt("calls of the overflow panic");
      return calls < 50
        ? absent(`${calls} calls of the overflow panic`)
        : found(`${calls} calls of the overflow panic`);
    },
  },
  {
    id: "unbuffered-output",
    title: "Output is written in small pieces",
    remedy:
      "Put a buffered writer around stdout (bufio.NewWriter, BufWriter, setvbuf) and flush it once at the end.",
    look: ({ facts }) => smallPieces(facts, { calls: "writes.calls", bytes: "output.bytes", verb: "writes" }),
  },
  {
    id: "unbuffered-input",
    title: "Input is read in small pieces",
    remedy: "Read through a buffer (bufio.NewReader, BufReader, fread), or read the whole file at once.",
    look: ({ facts }) => smallPieces(facts, { calls: "reads.calls", bytes: "input.bytes", verb: "reads" }),
  },
  {
    id: "sip-hash",
    languages: ["rust"],
    title: "A hot map uses the default hash function",
    remedy:
      "Where keys cannot be chosen by an attacker, a faster hasher (foldhash, ahash, rustc-hash) takes its place in the map's type.",
    look: byStacks(0.03, (names) => names.some(isSipHash), "in SipHash"),
  },
  {
    id: "allocator-bound",
    languages: native,
    title: "Much of the time is spent allocating",
    remedy:
      "Allocate less (reuse buffers, keep objects in one block), or try another allocator: the factor allocator says what it gains.",
    look: byComponent("alloc", 0.25, "in the allocator"),
  },
  {
    id: "small-heap",
    languages: ["go"],
    title: "The collector runs again and again on a small heap",
    remedy: "Set GOGC higher, or GOMEMLIMIT with GOGC=off: a heap this small can grow.",
    look: ({ facts }) => {
      const { "gc.cycles": cycles, "gc.heapMaxBytes": heap, "profile.share.gc": share } = facts;
      if (cycles === 0) return absent("no collection");
      if (cycles === undefined || heap === undefined) return notLookedAt("the collector's trace");
      const seen = `${cycles} ${cycles === 1 ? "collection" : "collections"} of a heap of at most ${(heap / 1e6).toFixed(1)} MB`;
      if (cycles < 20 || heap > 16e6) return absent(seen);
      if (share === undefined) return notLookedAt("the collector's share of the time");
      const where = `${seen}, ${percent(share)} in the collector`;
      return share < 0.05 ? absent(where) : found(where, upperOf(facts, ["gc", "write-barrier"]));
    },
  },
  {
    id: "processors",
    languages: ["go"],
    title: "Go runs more threads of Go code than it may use processors",
    remedy: "Set GOMAXPROCS to the number of processors that the limit allows (Go 1.25 does so by itself).",
    look: ({ facts }) => {
      const { "go.maxProcs": procs, "cpu.quota": quota } = facts;
      if (procs === undefined) return notLookedAt("GOMAXPROCS");
      if (quota === undefined) return absent("no limit on processor time is set");
      const seen = `GOMAXPROCS is ${procs} under a limit of ${quota.toFixed(1)} processors`;
      return procs <= Math.ceil(quota) ? absent(seen) : found(seen);
    },
  },
  {
    id: "narrow-vectors",
    languages: native,
    title: "The hot loop uses narrower vectors than this processor has",
    remedy:
      "Build for the processors that it runs on (-march=x86-64-v3, -C target-cpu=x86-64-v3): the factor target-cpu says what it gains.",
    look: ({ facts, cpuFlags }) => {
      const { "hotLoop.packedOps": all, "hotLoop.vectorBits": bits, "hotLoop.intrinsics": named = 0 } = facts;
      if (all === undefined) return notLookedAt("a hot loop with its machine code");
      if (all === 0) return absent("no packed instruction in the hot loop");
      const packed = all - named;
      if (packed === 0) return absent("the source itself names every packed instruction of the hot loop");
      if (cpuFlags === undefined) return notLookedAt("the processor's features");
      if (!cpuFlags.includes("avx2")) return absent("this processor has no wider vectors");
      if (bits === undefined) return notLookedAt("the width of the vectors");
      if (bits > 128) return absent(`vectors of ${bits} bits`);
      return found(
        `${packed} packed ${packed === 1 ? "instruction" : "instructions"} of 128 bits in the hot loop of a processor with AVX2`,
      );
    },
  },
  {
    id: "small-tasks",
    title: "Threads spend their time handing out work",
    remedy:
      "Give each task more to do (larger chunks, with_min_len, fewer goroutines), so that the hand-over is paid less often.",
    look: ({ facts }) => {
      const pool = facts["profile.share.thread-pool"];
      const scheduler = facts["profile.share.scheduler"];
      if (pool === undefined && scheduler === undefined) return notLookedAt("a profile");
      const share = (pool ?? 0) + (scheduler ?? 0) + (facts["profile.share.sync"] ?? 0);
      const seen = `${percent(share)} in the scheduler, pool and locks`;
      return share < 0.25 ? absent(seen) : found(seen, upperOf(facts, ["thread-pool", "scheduler", "sync"]));
    },
  },
  {
    id: "calls-into-c",
    languages: ["go"],
    title: "Calls from Go into C take much of the time",
    remedy:
      "Do more in each call (hand over many items at once), or do the work in Go: every call changes stacks and tells the scheduler.",
    look: byComponent("foreign-calls", 0.1, "between Go and C"),
  },
  {
    id: "blocking-async",
    languages: ["rust"],
    title: "Blocking calls stand inside async tasks",
    remedy: "Move them to spawn_blocking, or use the runtime's own files and sockets.",
    look: byStacks(
      0.02,
      (names) =>
        names.some((name) => /^std::(fs|thread::sleep)/.test(name)) &&
        names.some((name) => /tokio::runtime::(?:task|scheduler)/.test(name)) &&
        !names.some((name) => /blocking::pool/.test(name)),
      "in std::fs or sleep below a runtime's worker",
    ),
  },
  {
    id: "reflection-json",
    languages: ["go"],
    title: "JSON goes through reflection",
    remedy: "Generated code (easyjson and the like) or another decoder does the same without reflection.",
    look: bySymbols(0.1, /^encoding\/json\./, "in encoding/json"),
  },
  {
    id: "regular-expressions",
    languages: ["go"],
    title: "Regular expressions take much of the time",
    remedy:
      "Go's engine never backtracks and pays for it: for fixed texts package strings is faster, for hot patterns a hand-written scan.",
    look: bySymbols(0.1, /^regexp\./, "in regexp"),
  },
];

function found(detail: string, share = 0): Look {
  return { state: "found", detail, share };
}

function absent(detail: string): Look {
  return { state: "not found", detail };
}

function notLookedAt(missing: string): Look {
  return { state: "not looked at", detail: `not known: ${missing}` };
}

interface Pieces {
  readonly calls: "writes.calls" | "reads.calls";
  readonly bytes: "output.bytes" | "input.bytes";
  readonly verb: string;
}

const manyCalls = 1000;
const smallBytes = 512;
/** Where the profile says that input and output take less, small pieces do no harm. */
const leastShare = 0.01;

function smallPieces(facts: Facts, { calls: callFact, bytes: byteFact, verb }: Pieces): Look {
  const { [callFact]: calls, [byteFact]: bytes } = facts;
  if (calls === undefined) return notLookedAt(`the number of ${verb}`);
  if (calls < manyCalls) return absent(`${calls} ${verb}`);
  if (bytes === undefined) return notLookedAt("the number of bytes");
  const each = bytes / calls;
  // Runtimes wake their own threads with the same system call: then there are more calls than bytes.
  if (each < 1) return absent(`${calls} ${verb}, most of them not of the program's data`);
  const seen = `${calls} ${verb} of ${Math.round(each)} bytes on average`;
  if (each > smallBytes) return absent(seen);
  const known = ["io", "kernel"].flatMap((component) => facts[`profile.share.${component}`] ?? []);
  if (known.length === 0) return found(seen);
  const share = known.reduce((sum, one) => sum + one, 0);
  const where = `${seen}, ${percent(share)} in input, output and the kernel`;
  return share < leastShare ? absent(where) : found(where, upperOf(facts, ["io", "kernel"]));
}

/** Upper end of the share of several components of the accounting. */
function upperOf(facts: Facts, components: readonly string[]): number {
  return upperSum(
    components.flatMap((component) => {
      const value = facts[`profile.share.${component}`];
      return value === undefined ? [] : [{ value, high: facts[`profile.shareHigh.${component}`] ?? value }];
    }),
  );
}

function byComponent(component: string, least: number, where: string): Check["look"] {
  return ({ facts }) => {
    const share = facts[`profile.share.${component}`];
    if (share === undefined) return notLookedAt("a profile");
    const seen = `${percent(share)} ${where}`;
    return share < least ? absent(seen) : found(seen, upperOf(facts, [component]));
  };
}

/** Share of samples with such a function anywhere in the stack, inlined ones included. */
function bySymbols(least: number, pattern: RegExp, where: string): Check["look"] {
  return byStacks(least, (names) => names.some((name) => pattern.test(name)), where);
}

function byStacks(least: number, holds: (names: readonly string[]) => boolean, where: string): Check["look"] {
  return ({ profile }) => {
    if (profile === undefined) return notLookedAt("a profile");
    const { share, high } = stackShare(profile, holds);
    return share < least ? absent(`${percent(share)} ${where}`) : found(`${percent(share)} ${where}`, high);
  };
}

function stackShare(
  profile: Profile,
  holds: (names: readonly string[]) => boolean,
): { readonly share: number; readonly high: number } {
  const runs = (profile.stacks[0]?.counts ?? []).map(() => ({ hits: 0, all: 0 }));
  for (const stack of profile.stacks) {
    const names = stack.frames.flatMap((index) => {
      const frame = profile.frames[index];
      return frame === undefined ? [] : [frame.symbol, ...(frame.inlined ?? []).map((one) => one.symbol)];
    });
    const hit = holds(names);
    stack.counts.forEach((count, index) => {
      const run = runs[index];
      if (run === undefined) return;
      run.all += count;
      if (hit) run.hits += count;
    });
  }
  const total = runs.reduce((sum, { all }) => sum + all, 0);
  const hits = runs.reduce((sum, run) => sum + run.hits, 0);
  return { share: total === 0 ? 0 : hits / total, high: upperShare(runs) };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} % of the samples`;
}
