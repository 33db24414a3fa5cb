import type { Evidence } from "../../src/model/evidence.ts";
import type {
  Advice,
  Checklist,
  Gap,
  ProgramDifference,
  Report,
  Tuning,
  Win,
} from "../../src/model/report.ts";
import { attribution, contribution, estimate, gap, goSubject, report } from "./report-parts.ts";

const goWins: readonly Win[] = [
  {
    subject: "go",
    id: "gogc-400",
    setting: "GOGC=400",
    change: { GOGC: "400" },
    gain: estimate(0.21, 0.02),
    costs: ["more memory: the heap grows to five times what is alive"],
    measuredCosts: { maxRss: estimate(0.9, 0.02) },
    deployable: true,
    verdict: "gain",
  },
  {
    subject: "go",
    id: "pgo",
    setting: "PGO",
    change: { "default.pgo beside main.go": "a CPU profile of a run like those that count" },
    gain: estimate(0.05, 0.04),
    costs: ["the profile must be kept up to date"],
    deployable: true,
    verdict: "undetermined",
  },
  {
    subject: "go",
    id: "goamd64-v3",
    setting: "GOAMD64=v3",
    change: { GOAMD64: "v3" },
    gain: estimate(0.001, 0.009),
    costs: ["needs a processor of 2013 or later"],
    deployable: true,
    verdict: "no difference",
  },
  {
    subject: "go",
    id: "nogc",
    setting: "GOGC=off",
    change: { GOGC: "off" },
    gain: estimate(-0.11, 0.02),
    costs: ["no memory is given back"],
    measuredCosts: { wallTime: estimate(0.15, 0.03), maxRss: estimate(1.2, 0.02) },
    deployable: false,
    verdict: "hurts",
  },
];

const goTuning: Tuning = {
  subject: "go",
  metric: "cpuTime",
  best: {
    settings: ["gogc-400", "pgo"],
    change: { GOGC: "400", "default.pgo beside main.go": "a CPU profile of a run like those that count" },
    gain: estimate(0.23, 0.015),
    costs: {
      maxRss: estimate(0.9, 0.02),
      binaryBytes: { before: 2_140_000, after: 2_260_000 },
      buildTimeMs: { before: 1900, after: 4200 },
      notes: ["the profile must be kept up to date", "Every machine has to have the variable."],
    },
  },
  dropped: [{ id: "goamd64-v3", setting: "GOAMD64=v3", reason: "no gain was seen on top of the others" }],
  searchBlocks: 14,
  finalBlocks: 10,
  stoppedBy: "finished",
};

const differences: readonly ProgramDifference[] = [
  {
    id: "reads",
    slow: "go",
    fast: "rust",
    title: "Go reads its input 40 times as often",
    detail: "Go made 12288 read calls for 48 MB, Rust 307",
    size: Math.log(40),
    weight: "large",
    atMost: 0.31,
    evidence: ["reads-go"],
  },
  {
    id: "writes",
    slow: "go",
    fast: "rust",
    title: "Rust writes twice as often",
    detail: "Go made 20 write calls, Rust 41",
    size: -0.72,
    weight: "small",
    evidence: [],
  },
];

const evidence: readonly Evidence[] = [
  {
    id: "packed-rust",
    kind: "listing",
    subject: "rust",
    title: "12 packed adds in the hot loop",
    explains: ["vectorisation"],
    location: { file: "src/main.rs", line: 4 },
    detail: "paddd xmm0, xmm1",
  },
  {
    id: "rolled-rust",
    kind: "listing",
    subject: "rust",
    title: "the hot loop is not unrolled",
    explains: [],
    against: ["unrolling"],
    location: { file: "src/main.rs", line: 4 },
    detail: "jne 0x10",
  },
  {
    id: "reads-go",
    kind: "counts",
    subject: "go",
    title: "12288 read calls",
    explains: [],
    detail: "read 12288",
  },
];

const advice: readonly Advice[] = [
  {
    id: "reader",
    subject: "go",
    title: "the input is read in pieces of 4 KiB",
    change: "wrap it once: bufio.NewReaderSize(os.Stdin, 1<<18)",
    location: { file: "main.go", line: 12 },
    gainAtMost: 0.31,
    boundFrom: "seconds in read calls, from the profile",
    evidence: ["reads-go"],
  },
  {
    id: "map",
    subject: "go",
    title: "a string is made for each word that is looked up",
    change: "index the map with m[string(word)] in place, which allocates nothing",
    boundFrom: "no measurement separates it",
    evidence: [],
  },
];

const checklist: readonly Checklist[] = [
  {
    subject: "go",
    items: [
      {
        id: "unbuffered-output",
        title: "Output is written in small pieces",
        state: "found",
        detail: "150000 writes of 2 bytes on average",
        share: 0.67,
        remedy: "Put a buffered writer around stdout and flush it once at the end.",
      },
      {
        id: "debug-build",
        title: "Built without optimisation",
        state: "not looked at",
        detail: "how it was built",
      },
      {
        id: "small-heap",
        title: "The collector runs again and again",
        state: "not found",
        detail: "no collection",
      },
    ],
  },
  {
    subject: "rust",
    items: [
      {
        id: "low-optimisation",
        title: "Built with a low level of optimisation",
        state: "found",
        detail: "optimised for size",
        share: 0,
        remedy: "Set opt-level = 3.",
      },
      {
        id: "sip-hash",
        title: "A hot map uses the default hash",
        state: "not found",
        detail: "0.0 % in SipHash",
      },
    ],
  },
];

/** Everything that can stand in the answer: other work, a group that acts together, evidence against, wins, advice. */
export function wholeReport(): Report {
  const cpu = gap("go", "rust", "cpuTime", estimate(1.35, 0.03));
  const closed: Gap = gap("go", "rust", "cpuTime", estimate(1.12, 0.03));
  const loop = { group: "loop optimiser" as const, sided: "fast" as const };
  return report({
    case: { name: "word-count", question: "Why is counting words slower in Go?" },
    gaps: [cpu],
    attributions: [
      attribution({
        gap: cpu,
        contributions: [
          contribution({
            factor: "vectorisation",
            phrase: "vectorisation",
            value: 0.42,
            verdict: "cause",
            share: 0.31,
            more: { ...loop, evidence: ["packed-rust"] },
          }),
          contribution({
            factor: "unrolling",
            phrase: "loop unrolling",
            value: 0.35,
            verdict: "cause",
            share: 0.26,
            more: { ...loop, evidenceAgainst: ["rolled-rust"] },
          }),
          contribution({
            factor: "gc",
            phrase: "garbage collection",
            value: 0.19,
            verdict: "cause",
            share: 0.14,
            more: { group: "memory", sided: "slow" },
          }),
        ],
        more: {
          groups: [{ group: "loop optimiser", sum: estimate(0.77, 0.02) }],
          interactions: [
            {
              factors: ["vectorisation", "unrolling"],
              side: "rust",
              index: estimate(0.4, 0.05),
              reading: "together",
            },
          ],
        },
      }),
    ],
    evidence,
    wins: goWins,
    tuning: [goTuning],
    closing: [closed],
    advice,
    differences,
    checklist,
  });
}

/** What `perfgap tune` makes: one subject, no gap. */
export function tuneReport(best = true): Report {
  return report({
    case: { name: "word-count" },
    subjects: [goSubject],
    wins: goWins,
    tuning: [best ? goTuning : withoutBest()],
    reproduce: { command: "perfgap tune ./go --seed 7", version: "0.1.0", seed: 7 },
  });
}

function withoutBest(): Tuning {
  const { subject, metric, dropped, searchBlocks } = goTuning;
  return { subject, metric, dropped, searchBlocks, finalBlocks: 0, stoppedBy: "budget" };
}
