import type { Estimate } from "../../src/model/estimate.ts";
import type { Host } from "../../src/model/host.ts";
import type { MetricId } from "../../src/model/plan.ts";
import type {
  Attribution,
  CauseVerdict,
  Contribution,
  Diagnostics,
  Gap,
  Report,
  ReportSubject,
} from "../../src/model/report.ts";
import { reportSchemaId } from "../../src/model/report.ts";

/** Value plus or minus a half width. */
export function estimate(value: number, halfWidth: number): Estimate {
  return {
    value,
    low: value - halfWidth,
    high: value + halfWidth,
    confidence: 0.95,
    method: "pooled strata t",
  };
}

export interface ContributionParts {
  readonly factor: string;
  readonly phrase: string;
  readonly value: number;
  readonly halfWidth?: number;
  readonly verdict: CauseVerdict;
  readonly share?: number;
  readonly more?: Partial<Contribution>;
}

export function contribution(parts: ContributionParts): Contribution {
  const { factor, phrase, value, halfWidth = 0.03, verdict, share } = parts;
  const whole = estimate(value, halfWidth);
  return {
    factor,
    title: phrase.charAt(0).toUpperCase() + phrase.slice(1),
    phrase,
    group: "codegen",
    value,
    low: whole.low,
    high: whole.high,
    slowSide: whole,
    fastSide: estimate(0, halfWidth),
    ...(share === undefined ? {} : { share }),
    alone: { slow: estimate(value * 0.9, halfWidth) },
    last: { slow: estimate(value * 1.1, halfWidth) },
    range: { low: value - 0.05, high: value + 0.05 },
    verdict,
    atMost: Math.abs(value) + halfWidth * 0.84,
    sided: "both",
    dependsOn: [],
    evidence: [],
    proofs: {},
    caveat: "the knob is not exactly the cause",
    ...parts.more,
  };
}

export function gap(slow: string, fast: string, metric: MetricId, logRatio: Estimate): Gap {
  const ratio = {
    ...logRatio,
    value: Math.exp(logRatio.value),
    low: Math.exp(logRatio.low),
    high: Math.exp(logRatio.high),
  };
  return { slow, fast, metric, logRatio, ratio };
}

export const host: Host = {
  os: "linux",
  kernel: "6.1.0",
  architecture: "x64",
  cpuModel: "Example CPU 3000",
  cpuCount: 2,
  cpuFlags: ["sse2", "avx2"],
  memoryBytes: 8e9,
  virtualised: true,
  load1: 1.2,
  signals: [
    { id: "perf", title: "perf 6.1", state: "ok", detail: "cpu-clock sampling" },
    {
      id: "counters",
      title: "hardware counters",
      state: "missing",
      detail: "this machine exposes none: cache and branch causes cannot be separated",
    },
  ],
};

export function diagnostics(more: Partial<Diagnostics> = {}): Diagnostics {
  return {
    aa: { go: estimate(0.004, 0.021), rust: estimate(-0.006, 0.019) },
    noiseFloor: 0.021,
    layoutSd: { go: 0.013, rust: 0.004 },
    runSd: { go: 0.021, rust: 0.018 },
    blocks: 12,
    degreesOfFreedom: 154.3,
    clippedShare: 0.012,
    detrended: false,
    driftShare: 0.008,
    precisionWanted: 0.03,
    precisionReached: 0.028,
    stoppedBy: "precision",
    seed: 81745,
    ...more,
  };
}

export function attribution(parts: {
  readonly gap: Gap;
  readonly contributions: readonly Contribution[];
  readonly neutralHalfWidth?: number;
  readonly more?: Partial<Attribution>;
}): Attribution {
  const sum = parts.contributions.reduce((total, { value }) => total + value, 0);
  return {
    slow: parts.gap.slow,
    fast: parts.gap.fast,
    metric: parts.gap.metric,
    contributions: parts.contributions,
    neutralGap: estimate(parts.gap.logRatio.value - sum, parts.neutralHalfWidth ?? 0.04),
    schemeShift: {},
    groups: [],
    interactions: [],
    excluded: [],
    diagnostics: diagnostics(),
    ...parts.more,
  };
}

export const goSubject: ReportSubject = {
  id: "go",
  title: "Go",
  language: "go",
  toolchain: "go 1.26.8",
  typical: {
    cpuTime: estimate(0.412, 0.008),
    wallTime: estimate(0.419, 0.02),
    maxRss: estimate(12_300_000, 90_000),
  },
};
export const rustSubject: ReportSubject = {
  id: "rust",
  title: "Rust",
  language: "rust",
  toolchain: "rustc 1.95.0 (LLVM 22.1.2)",
  typical: {
    cpuTime: estimate(0.0438, 0.0009),
    wallTime: estimate(0.0451, 0.003),
    maxRss: estimate(6_400_000, 40_000),
  },
};

export function report(more: Partial<Report>): Report {
  return {
    schema: reportSchemaId,
    case: { name: "sum-array", question: "Why is the sum of an array slower in Go?" },
    host,
    subjects: [goSubject, rustSubject],
    gaps: [],
    attributions: [],
    accounting: [],
    agreement: [],
    evidence: [],
    wins: [],
    warnings: [],
    reproduce: { command: "perfgap explain ./go ./rust --seed 81745", version: "0.1.0", seed: 81745 },
    ...more,
  };
}
