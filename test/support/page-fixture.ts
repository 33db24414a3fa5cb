import { createRandom } from "../../src/base/random.ts";
import type { Listing, SourceExcerpt } from "../../src/model/evidence.ts";
import type { BlockRecord, Observation } from "../../src/model/observation.ts";
import type { Column, Plan, Side } from "../../src/model/plan.ts";
import type { Profile } from "../../src/model/profile.ts";
import type { Report } from "../../src/model/report.ts";
import type { ProfileDetail, ReportDetails, SettingsRound } from "../../src/model/report-details.ts";
import { baselineSetting } from "../../src/model/setting.ts";
import { codegenReport } from "./report-fixture.ts";
import { contribution, estimate, gap } from "./report-parts.ts";

const goListing: Listing = {
  symbol: "main.sum",
  lines: [
    { address: 0x4a0860, text: "xor ecx, ecx", class: "other", share: 0, inLoop: false, sourceLine: 16 },
    {
      address: 0x4a0868,
      text: "add edx, [rax+rcx*4]",
      class: "other",
      share: 0.2,
      inLoop: true,
      sourceLine: 19,
    },
    { address: 0x4a086b, text: "cmp rbx, rcx", class: "other", share: 0.05, inLoop: true, sourceLine: 18 },
    {
      address: 0x4a086d,
      text: "jbe 0x4a0890",
      class: "bounds check",
      share: 0.1,
      inLoop: true,
      sourceLine: 19,
    },
    { address: 0x4a0870, text: "jg 0x4a0868", class: "branch", share: 0.62, inLoop: true, sourceLine: 18 },
    { address: 0x4a0890, text: "call 0x4017a0 <runtime.panicIndex>", class: "call", share: 0, inLoop: false },
  ],
};

const goSource: SourceExcerpt = {
  file: "/src/sum/main.go",
  firstLine: 16,
  lines: [
    "func sum(values []int32) int32 {",
    "\tvar total int32",
    "\tfor i := range n {",
    "\t\ttotal += values[i]",
    "\t}",
  ],
  marks: [
    { line: 18, share: 0.67 },
    { line: 19, share: 0.3 },
    { line: 19, remark: "bounds check: Found IsInBounds", evidence: "go-remark-check-1" },
  ],
};

const rustListing: Listing = {
  symbol: "sum_array::sum",
  lines: [
    {
      address: 0x14570,
      text: "movdqu xmm2, [rdi+rax*4]",
      class: "other",
      share: 0.3,
      inLoop: true,
      sourceLine: 11,
    },
    { address: 0x14575, text: "paddd xmm2, xmm1", class: "packed", share: 0.6, inLoop: true, sourceLine: 11 },
    { address: 0x14579, text: "jne 0x14570", class: "branch", share: 0.08, inLoop: true, sourceLine: 11 },
  ],
};

const codeEvidence: Report["evidence"] = [
  {
    id: "go-listing-1",
    kind: "listing",
    subject: "go",
    title: "main.sum: hot loop of 4 instructions",
    explains: ["bounds-checks"],
    location: { file: "/src/sum/main.go", line: 18 },
    detail: "add edx, [rax+rcx*4]",
    listing: goListing,
    source: goSource,
  },
  {
    id: "rust-listing-1",
    kind: "listing",
    subject: "rust",
    title: "sum_array::sum: hot loop of 3 instructions",
    explains: ["vectorisation"],
    detail: "paddd xmm2, xmm1",
    listing: rustListing,
  },
  {
    id: "go-remark-check-1",
    kind: "compiler remark",
    subject: "go",
    title: "main.sum: the compiler could not prove 1 access to be within bounds",
    explains: [],
    against: ["bounds-checks"],
    detail: "main.go:19:9 bounds check: Found IsInBounds",
  },
];

const findings: Pick<Report, "tuning" | "closing" | "advice" | "differences" | "facts"> = {
  tuning: [
    {
      subject: "go",
      metric: "cpuTime",
      best: {
        settings: ["go-v3"],
        change: { GOAMD64: "v3" },
        gain: estimate(0.06, 0.015),
        costs: { maxRss: estimate(0.01, 0.02), notes: ["needs a processor of 2013 or later"] },
      },
      dropped: [{ id: "pgo", setting: "-pgo", reason: "no gain that could be told" }],
      searchBlocks: 6,
      finalBlocks: 8,
      stoppedBy: "finished",
    },
  ],
  closing: [gap("go", "rust", "cpuTime", estimate(2.18, 0.06))],
  advice: [
    {
      id: "go-check-19",
      subject: "go",
      title: "one check a turn",
      change: "slice values to n before the loop",
      location: { file: "/src/sum/main.go", line: 19 },
      gainAtMost: 0.197,
      boundFrom: "bounds checks switched off",
      evidence: ["go-remark-check-1"],
    },
  ],
  differences: [
    {
      id: "writes",
      slow: "go",
      fast: "rust",
      title: "Go writes 40 times as often",
      detail: "1200 writes against 30",
      size: 3.7,
      weight: "large",
      atMost: 0.1,
      evidence: [],
    },
  ],
  facts: {
    go: {
      "gc.cycles": 0,
      "writes.calls": 1200,
      "allocations.count": 1_234_567,
      "rss.maxBytes": 12_300_000,
    },
    rust: { "writes.calls": 30, "rss.maxBytes": 6_400_000 },
  },
};

/** A report with something in every part of the page. */
export function pageReport(): Report {
  const base = codegenReport();
  const [attribution] = base.attributions;
  const cpu = base.gaps[0];
  if (attribution === undefined || cpu === undefined) throw new Error("the fixture has no gap");
  return {
    ...base,
    attributions: [
      {
        ...attribution,
        contributions: attribution.contributions.map((one) =>
          one.factor === "bounds-checks"
            ? { ...one, evidence: ["go-listing-1"], evidenceAgainst: ["go-remark-check-1"] }
            : one.factor === "vectorisation"
              ? { ...one, evidence: ["rust-listing-1"] }
              : one,
        ),
        components: [{ component: "user", share: estimate(2.2, 0.06) }],
      },
    ],
    accounting: [
      ...base.accounting,
      {
        subject: "rust",
        method: "perf cpu-clock",
        components: [{ component: "user", seconds: estimate(0.043, 0.001), share: 0.99 }],
        unexplainedShare: 0.01,
      },
    ],
    evidence: [...base.evidence, ...codeEvidence],
    ...findings,
  };
}

/** The same with a row of every kind in its stack. */
export function everyKindOfCause(): Report {
  const report = pageReport();
  const [attribution] = report.attributions;
  if (attribution === undefined) throw new Error("the fixture has no attribution");
  const more = [
    contribution({ factor: "gc", phrase: "garbage collection", value: -0.2, verdict: "asset" }),
    contribution({ factor: "cores", phrase: "cores", value: 0.05, halfWidth: 0.2, verdict: "undetermined" }),
  ];
  const added = more.reduce((sum, { value }) => sum + value, 0);
  const rest = attribution.neutralGap;
  return {
    ...report,
    attributions: [
      {
        ...attribution,
        contributions: [...attribution.contributions, ...more],
        neutralGap: { ...rest, value: rest.value - added, low: rest.low - added, high: rest.high - added },
      },
    ],
  };
}

export interface DetailSize {
  /** Samples of each side. */
  readonly samples: number;
  /** Timed runs of both sides. */
  readonly runs: number;
  /** Distinct stacks of each side. */
  readonly stacks: number;
}

/** Made-up profiles and runs of any size; the same every time. */
export function pageDetails(size: DetailSize = { samples: 4000, runs: 120, stacks: 120 }): ReportDetails {
  return {
    profiles: [profileDetail("go", size, 11), profileDetail("rust", size, 12)],
    ...runsOf(size.runs, [side("go"), side("rust")]),
    rounds: [
      { name: "go, alone", ...runsOf(20, [searchedSide("go", ["goamd64-v3", "pgo"])]) },
      { name: "final", ...runsOf(24, [side("go"), side("rust")]) },
    ],
    componentTitles: { user: "the program's own code", alloc: "memory allocation", gc: "garbage collection" },
  };
}

const frameComponents = ["user", "user", "alloc", "gc", "std", "kernel", ""];

function profileDetail(subject: string, { samples, stacks }: DetailSize, seed: number): ProfileDetail {
  const random = createRandom(seed);
  const names = Math.max(8, Math.round(stacks / 4));
  const frames = Array.from({ length: names }, (_, index) => ({
    symbol: `${subject}::module_${index % 17}::function_${index}`,
    module: "/bin/program",
  }));
  // Stacks grow from each other, as those of a program do: a random depth of the last one stays.
  let last: readonly number[] = [0];
  const made = Array.from({ length: stacks }, (): Profile["stacks"][number] => {
    const kept = last.slice(0, 1 + Math.floor(random.uniform() * last.length));
    const grown = Array.from({ length: 1 + Math.floor(random.uniform() * 8) }, () =>
      Math.floor(random.uniform() * names),
    );
    last = [...kept, ...grown].slice(0, 40);
    return { frames: last.toReversed(), counts: [1 + Math.floor((random.uniform() * 2 * samples) / stacks)] };
  });
  return {
    profile: {
      subject,
      rung: "perf",
      lost: [],
      executable: "/bin/program",
      periodNs: 1e6,
      frames,
      stacks: made,
      runs: [{ samples, malformed: 0, wallTimeNs: 1e9, stdoutHash: "h" }],
    },
    components: frames.map((_, index) => frameComponents[index % frameComponents.length] ?? ""),
  };
}

const columnsPerSide = 4;

function runsOf(runs: number, sides: readonly Side[]): Omit<SettingsRound, "name"> {
  const random = createRandom(5);
  const columns = sides.flatMap((one) => one.columns);
  const blocks = Array.from(
    { length: Math.ceil(runs / columns.length) },
    (_, block): BlockRecord => ({
      block,
      observations: columns.map((column, order): Observation => {
        const seconds = (column.subject === "go" ? 0.41 : 0.044) * (1 + 0.02 * random.uniform());
        return {
          block,
          order,
          column: column.id,
          subject: column.subject,
          layoutSeed: block,
          artifact: "a".repeat(8),
          run: {
            exit: { kind: "exited", code: 0 },
            wallTimeNs: seconds * 1.1e9,
            userTimeNs: seconds * 1e9,
            systemTimeNs: 0,
            maxRssBytes: 12_300_000,
            stdoutBytes: 3,
            stdoutHash: "h",
            stderrTail: "",
            orphans: 0,
            startedAtMs: 1000 * (block * columns.length + order),
          },
        };
      }),
    }),
  );
  const plan: Plan = {
    seed: 1,
    sides,
    precision: 0.03,
    confidence: 0.95,
    minBlocks: 3,
    maxBlocks: 1000,
    budgetMs: 60_000,
    metrics: ["cpuTime"],
  };
  return { blocks, plan };
}

function side(subject: string): Side {
  return {
    subject,
    factors: [],
    design: { kind: "full" },
    columns: Array.from({ length: columnsPerSide }, (_, index) => ({
      id: `${subject}/${index < 2 ? 0 : 1}#${index % 2}`,
      subject,
      role: "cell",
      cell: index < 2 ? 0 : 1,
      repeat: index % 2,
      binary: index < 2 ? 0 : 1,
      setting: baselineSetting,
    })),
    mode: "own",
    blocksPerLayout: 1,
  };
}

/** A program as written, twice and once more, and with each of some settings. */
function searchedSide(subject: string, settings: readonly string[]): Side {
  const column = (id: string, more: Partial<Column>): Column => ({
    id: `${subject}/${id}#1`,
    subject,
    role: "cell",
    cell: 0,
    repeat: 0,
    binary: 0,
    setting: baselineSetting,
    ...more,
  });
  return {
    ...side(subject),
    columns: [
      column("baseline", {}),
      column("placebo", { role: "placebo" }),
      ...settings.map((level) =>
        column(`settings=${level}`, { role: "dose", dose: { factor: "settings", level } }),
      ),
    ],
  };
}

/** Keys whose texts come from programs, compilers, users or the machine. */
const freeTexts = new Set(
  (
    "name question title toolchain phrase reason caveat message appliesTo detail text symbol file function lines " +
    "remark remedy setting notes costs boundFrom change command cpuModel kernel reading level module class method"
  ).split(" "),
);

/** The value with `text` in every place that something outside fills. */
export function withTextEverywhere<T>(value: T, text: string): T {
  return replaced(value, "", text) as T;
}

function replaced(value: unknown, key: string, text: string): unknown {
  if (typeof value === "string") return freeTexts.has(key) ? text : value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, key, text));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, replaced(inner, name, text)]),
  );
}
