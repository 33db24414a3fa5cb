import type { Evidence, Facts } from "../model/evidence.ts";
import type { Profile } from "../model/profile.ts";

/** A common fault that the evidence shows, with what mends it. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  /** What was seen, in numbers. */
  readonly seen: string;
  readonly remedy: string;
  /** Share of the time that the fault may cost at most, 0-1; 0 where it cannot be told. */
  readonly share: number;
}

export interface CheckInput {
  readonly language: string;
  readonly facts: Facts;
  readonly profile?: Profile;
}

interface Check {
  readonly id: string;
  readonly languages?: readonly string[];
  readonly title: string;
  readonly remedy: string;
  /** undefined: the fault is not there, or what would tell was not measured. */
  look(input: CheckInput): { readonly seen: string; readonly share: number } | undefined;
}

const checks: readonly Check[] = [
  {
    id: "unbuffered-output",
    title: "Output is written in small pieces",
    remedy:
      "Put a buffered writer around stdout (bufio.NewWriter, BufWriter, setvbuf) and flush it once at the end.",
    look: ({ facts }) => {
      const { "writes.calls": calls, "output.bytes": bytes } = facts;
      if (calls === undefined || bytes === undefined || calls < 1000 || bytes / calls > 512) return undefined;
      return {
        seen: `${calls} writes of ${Math.round(bytes / calls)} bytes on average`,
        share: facts["profile.share.io"] ?? 0,
      };
    },
  },
  {
    id: "sip-hash",
    languages: ["rust"],
    title: "A hot map uses the default hash function",
    remedy:
      "Where keys cannot be chosen by an attacker, a faster hasher (foldhash, ahash, rustc-hash) takes its place in the map's type.",
    look: bySymbols(0.03, /\bsip\b.*Hasher|SipHasher|sip::Sip13/),
  },
  {
    id: "allocator-bound",
    languages: ["rust", "c", "cpp"],
    title: "Much of the time is spent allocating",
    remedy:
      "Allocate less (reuse buffers, keep objects in one block), or try another allocator: the factor allocator says what it gains.",
    look: byShare("profile.share.alloc", 0.25),
  },
  {
    id: "small-heap",
    languages: ["go"],
    title: "The collector runs again and again on a small heap",
    remedy: "Set GOGC higher, or GOMEMLIMIT with GOGC=off: a heap this small can grow.",
    look: ({ facts }) => {
      const { "gc.cycles": cycles, "gc.heapMaxBytes": heap, "profile.share.gc": share } = facts;
      if (cycles === undefined || heap === undefined || cycles < 20 || heap > 16e6) return undefined;
      if ((share ?? 0) < 0.05) return undefined;
      return {
        seen: `${cycles} collections of a heap of at most ${(heap / 1e6).toFixed(1)} MB`,
        share: share ?? 0,
      };
    },
  },
  {
    id: "processors",
    languages: ["go"],
    title: "Go runs more threads of Go code than it may use processors",
    remedy: "Set GOMAXPROCS to the number of processors that the limit allows (Go 1.25 does so by itself).",
    look: ({ facts }) => {
      const { "go.maxProcs": procs, "cpu.quota": quota } = facts;
      if (procs === undefined || quota === undefined || procs <= Math.ceil(quota)) return undefined;
      return { seen: `GOMAXPROCS is ${procs} under a limit of ${quota.toFixed(1)} processors`, share: 0 };
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
      return calls === undefined || calls < 50
        ? undefined
        : { seen: `${calls} calls of the overflow panic`, share: 0 };
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
      if (pool === undefined && scheduler === undefined) return undefined;
      const share = (pool ?? 0) + (scheduler ?? 0) + (facts["profile.share.sync"] ?? 0);
      return share < 0.25 ? undefined : { seen: `${percent(share)} in the scheduler, pool and locks`, share };
    },
  },
  {
    id: "blocking-async",
    languages: ["rust"],
    title: "Blocking calls stand inside async tasks",
    remedy: "Move them to spawn_blocking, or use the runtime's own files and sockets.",
    look: ({ profile }) => {
      if (profile === undefined) return undefined;
      const share = stackShare(
        profile,
        (names) =>
          names.some((name) => /^std::(fs|thread::sleep)/.test(name)) &&
          names.some((name) => /tokio::runtime::(?:task|scheduler)/.test(name)) &&
          !names.some((name) => /blocking::pool/.test(name)),
      );
      return share < 0.02
        ? undefined
        : { seen: `${percent(share)} in std::fs or sleep below a runtime's worker`, share };
    },
  },
  {
    id: "reflection-json",
    languages: ["go"],
    title: "JSON goes through reflection",
    remedy: "Generated code (easyjson and the like) or another decoder does the same without reflection.",
    look: bySymbols(0.1, /^encoding\/json\./),
  },
  {
    id: "regular-expressions",
    languages: ["go"],
    title: "Regular expressions take much of the time",
    remedy:
      "Go's engine never backtracks and pays for it: for fixed texts package strings is faster, for hot patterns a hand-written scan.",
    look: bySymbols(0.1, /^regexp\./),
  },
];

/** Faults of the checklist that the evidence shows, the dearest first. What was not measured is no fault. Pure. */
export function checkCommonFaults(input: CheckInput): readonly Finding[] {
  return checks
    .flatMap((check) => {
      if (check.languages !== undefined && !check.languages.includes(input.language)) return [];
      const found = check.look(input);
      return found === undefined
        ? []
        : [{ id: check.id, title: check.title, remedy: check.remedy, ...found }];
    })
    .sort((left, right) => right.share - left.share);
}

/** Findings as evidence. */
export function findingEvidence(subject: string, findings: readonly Finding[]): readonly Evidence[] {
  return findings.map((finding) => ({
    id: `${subject}-fault-${finding.id}`,
    kind: "common fault",
    subject,
    title: `${finding.title}: ${finding.seen}`,
    explains: [],
    detail: finding.remedy,
  }));
}

function byShare(fact: string, least: number): Check["look"] {
  return ({ facts }) => {
    const share = facts[fact];
    return share === undefined || share < least ? undefined : { seen: percent(share), share };
  };
}

/** Share of samples with such a function anywhere in the stack, inlined ones included. */
function bySymbols(least: number, pattern: RegExp): Check["look"] {
  return ({ profile }) => {
    if (profile === undefined) return undefined;
    const share = stackShare(profile, (names) => names.some((name) => pattern.test(name)));
    return share < least ? undefined : { seen: percent(share), share };
  };
}

function stackShare(profile: Profile, holds: (names: readonly string[]) => boolean): number {
  let total = 0;
  let found = 0;
  for (const stack of profile.stacks) {
    const count = stack.counts.reduce((sum, one) => sum + one, 0);
    total += count;
    const names = stack.frames.flatMap((index) => {
      const frame = profile.frames[index];
      return frame === undefined ? [] : [frame.symbol, ...(frame.inlined ?? []).map((one) => one.symbol)];
    });
    if (holds(names)) found += count;
  }
  return total === 0 ? 0 : found / total;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} % of the samples`;
}
