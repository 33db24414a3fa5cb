import type { Contribution, Exclusion, Report } from "../../src/model/report.ts";
import {
  attribution,
  contribution,
  diagnostics,
  estimate,
  gap,
  goSubject,
  host,
  report,
  rustSubject,
} from "./report-parts.ts";

const codegenContributions: readonly Contribution[] = [
  contribution({
    factor: "vectorisation",
    phrase: "vectorisation",
    value: 1.95,
    halfWidth: 0.12,
    verdict: "cause",
    share: 0.87,
    more: {
      group: "loop optimiser",
      slowSide: estimate(0, 0),
      fastSide: estimate(-1.95, 0.12),
      sided: "fast",
      bound: { low: 0, high: 0.02, reason: "Go's compiler has no vectoriser to switch off" },
      evidence: ["packed-rust"],
      proofs: {
        rust: {
          proof: {
            fact: "hot.packedOps",
            expect: "decreases",
            title: "packed instructions in hot functions",
          },
          before: 12,
          after: 0,
          applied: true,
        },
      },
    },
  }),
  contribution({
    factor: "bounds-checks",
    phrase: "bounds checks",
    value: 0.157,
    halfWidth: 0.04,
    verdict: "cause",
    share: 0.07,
    more: { group: "safety checks", dependsOn: ["vectorisation"] },
  }),
  contribution({ factor: "inlining", phrase: "inlining", value: -0.004, verdict: "negligible" }),
];

const codegenExclusions: readonly Exclusion[] = [
  { factor: "gc", side: "go", kind: "screened out", reason: "no GC cycle in the traced run" },
  { factor: "gc", side: "rust", kind: "natural", reason: "Rust has no garbage collector" },
  {
    factor: "cores",
    side: "go",
    kind: "screened out",
    reason: "one thread does all the work: CPU time is 0.99 of wall time, so more cores cannot matter here",
  },
  {
    factor: "cores",
    side: "rust",
    kind: "screened out",
    reason: "one thread does all the work: CPU time is 0.99 of wall time, so more cores cannot matter here",
  },
];

const codegenFindings: Pick<Report, "accounting" | "agreement" | "evidence" | "wins" | "warnings"> = {
  accounting: [
    {
      subject: "go",
      method: "perf cpu-clock",
      components: [{ component: "user code", seconds: estimate(0.401, 0.009), share: 0.97 }],
      unexplainedShare: 0.03,
    },
  ],
  agreement: [
    {
      factor: "gc",
      ablation: estimate(0.01, 0.02),
      accounting: estimate(0.012, 0.004),
      flag: "agree",
      reading: "both see next to nothing",
    },
  ],
  evidence: [
    {
      id: "packed-rust",
      kind: "listing",
      subject: "rust",
      title: "12 packed adds in the hot loop",
      explains: ["vectorisation"],
      location: { file: "src/main.rs", line: 4, function: "sum" },
      detail: "paddd xmm0, xmmword ptr [rdi]\npaddd xmm1, xmmword ptr [rdi+16]",
    },
  ],
  wins: [
    {
      subject: "go",
      setting: "GOAMD64=v3",
      change: { GOAMD64: "v3" },
      gain: estimate(0.061, 0.012),
      costs: ["needs a processor of 2013 or later"],
      deployable: true,
    },
  ],
  warnings: [
    {
      code: "shared-machine",
      message:
        "Hardware counters are missing on this virtual machine, so cache and branch causes are not separated.",
      appliesTo: "host",
    },
  ],
};

/** A gap of code generation: one large cause, a small one, one not seen, one hole, evidence, wins and a doubt. */
export function codegenReport(): Report {
  const cpu = gap("go", "rust", "cpuTime", estimate(2.241, 0.055));
  return report({
    gaps: [
      cpu,
      gap("go", "rust", "wallTime", estimate(2.229, 0.09)),
      gap("go", "rust", "maxRss", estimate(0.653, 0.01)),
    ],
    attributions: [
      attribution({
        gap: cpu,
        contributions: codegenContributions,
        more: {
          excluded: codegenExclusions,
          interactions: [
            {
              factors: ["bounds-checks", "vectorisation"],
              side: "rust",
              index: estimate(0.21, 0.06),
              reading: "together",
            },
          ],
          groups: [{ group: "loop optimiser", sum: estimate(1.95, 0.12) }],
          schemeShift: { rust: estimate(0.012, 0.02) },
        },
      }),
    ],
    ...codegenFindings,
  });
}

/** Two equal programs: nothing above the noise floor. */
export function tieReport(): Report {
  const cpu = gap("go", "rust", "cpuTime", estimate(0.008, 0.018));
  return report({
    case: { name: "heapsort" },
    gaps: [cpu, gap("go", "rust", "wallTime", estimate(0.011, 0.03))],
    attributions: [
      attribution({
        gap: cpu,
        contributions: [
          contribution({
            factor: "bounds-checks",
            phrase: "bounds checks",
            value: 0.006,
            halfWidth: 0.017,
            verdict: "negligible",
          }),
          contribution({
            factor: "inlining",
            phrase: "inlining",
            value: -0.003,
            halfWidth: 0.016,
            verdict: "negligible",
          }),
        ],
      }),
    ],
  });
}

/** Memory: Go pays in CPU time what it hides in wall time on a second core; a hole; an asset. */
export function memoryReport(): Report {
  const cpu = gap("go", "rust", "cpuTime", estimate(0.66, 0.04));
  return report({
    case: { name: "binary-trees" },
    gaps: [
      cpu,
      { ...gap("go", "rust", "wallTime", estimate(-0.12, 0.05)), verdict: "faster" },
      gap("go", "rust", "maxRss", estimate(1.1, 0.02)),
    ],
    attributions: [
      attribution({
        gap: cpu,
        contributions: [
          contribution({
            factor: "gc",
            phrase: "garbage collection",
            value: 0.52,
            halfWidth: 0.05,
            verdict: "cause",
            share: 0.79,
            more: { group: "memory", sided: "slow" },
          }),
          contribution({
            factor: "allocator",
            phrase: "the allocator",
            value: -0.28,
            halfWidth: 0.04,
            verdict: "asset",
            more: {
              group: "memory",
              sided: "fast",
              slowSide: estimate(0, 0),
              fastSide: estimate(0.28, 0.04),
            },
          }),
        ],
        neutralHalfWidth: 0.06,
        more: {
          doses: [
            {
              factor: "gc",
              side: "go",
              levels: [
                { level: "2.5 times the heap", shift: estimate(0.31, 0.04) },
                { level: "off", shift: estimate(0.52, 0.05) },
              ],
              atLeast: estimate(0.52, 0.05),
              atMost: 0.6,
            },
          ],
          higherOrder: { go: estimate(0.004, 0.01) },
          components: [{ component: "gc", share: estimate(0.5, 0.06) }],
          diagnostics: diagnostics({ units: 6, tails: { go: "clipped", rust: "variants differ" } }),
        },
      }),
    ],
  });
}

/** Three subjects: a gap and an attribution for each pair. */
export function threeSubjectReport(): Report {
  const pairs: readonly [string, string, number][] = [
    ["go", "rust", 0.9],
    ["go", "c", 0.8],
    ["c", "rust", 0.1],
  ];
  const gaps = pairs.map(([slow, fast, value]) => gap(slow, fast, "cpuTime", estimate(value, 0.03)));
  return report({
    subjects: [
      goSubject,
      rustSubject,
      {
        id: "c",
        title: "C",
        language: "c",
        toolchain: "gcc 12.2",
        typical: { cpuTime: estimate(0.05, 0.001) },
      },
    ],
    gaps,
    attributions: gaps.map((pair) =>
      attribution({
        gap: pair,
        contributions: [
          contribution({
            factor: "vectorisation",
            phrase: "vectorisation",
            value: pair.logRatio.value * 0.7,
            verdict: "cause",
            share: 0.7,
          }),
        ],
      }),
    ),
  });
}

/** A noisy machine: no gap can be told and a cause is open. */
export function inconclusiveReport(): Report {
  const cpu = gap("go", "rust", "cpuTime", estimate(0.03, 0.11));
  return report({
    gaps: [cpu],
    attributions: [
      attribution({
        gap: cpu,
        contributions: [
          contribution({
            factor: "gc",
            phrase: "garbage collection",
            value: 0.06,
            halfWidth: 0.09,
            verdict: "undetermined",
          }),
        ],
        more: { diagnostics: diagnostics({ stoppedBy: "budget", precisionReached: 0.09, blocks: 4 }) },
      }),
    ],
    warnings: [
      {
        code: "joint-coverage",
        message:
          "Each interval holds with 95 %, both together with about 90 %. They are for this machine, input, toolchain and session.",
        appliesTo: "go against rust, cpuTime",
      },
      {
        code: "few-blocks",
        message: "Only 4 blocks stand behind wall time.",
        appliesTo: "go against rust, wallTime",
      },
      {
        code: "budget",
        message: "The budget of 1 min is used up: intervals are 9 % wide; 3 % would take about 9 min.",
        appliesTo: "go-rust",
      },
    ],
  });
}

/** What a hostile program, path or compiler may put into every text of a report. */
export const hostileText =
  "</script><img src=x onerror=alert(1)> \u001b[31m\u001b]0;x\u0007 \u202egnp `|*_[x](javascript:alert(1)) @team & \"'\r\n# h";

export function hostileReport(): Report {
  const cpu = gap(hostileText, "rust", "cpuTime", estimate(0.9, 0.03));
  return report({
    case: { name: hostileText, question: hostileText },
    host: { ...host, cpuModel: hostileText },
    subjects: [{ ...goSubject, id: hostileText, title: hostileText, toolchain: hostileText }, rustSubject],
    gaps: [cpu],
    attributions: [
      attribution({
        gap: cpu,
        contributions: [
          contribution({
            factor: hostileText,
            phrase: hostileText,
            value: 0.8,
            verdict: "cause",
            share: 0.9,
            more: { evidence: ["e"], dependsOn: [hostileText] },
          }),
        ],
        more: {
          excluded: [{ factor: hostileText, side: hostileText, kind: "hole", reason: hostileText }],
        },
      }),
    ],
    evidence: [
      {
        id: "e",
        kind: hostileText,
        subject: hostileText,
        title: hostileText,
        explains: [hostileText],
        location: { file: hostileText, line: 1 },
        detail: hostileText,
      },
    ],
    wins: [
      {
        subject: hostileText,
        setting: hostileText,
        change: { [hostileText]: hostileText },
        gain: estimate(0.1, 0.02),
        costs: [hostileText],
        deployable: false,
      },
    ],
    checklist: [
      {
        subject: hostileText,
        items: [
          {
            id: "f",
            title: hostileText,
            state: "found",
            detail: hostileText,
            share: 0.4,
            remedy: hostileText,
          },
          { id: "m", title: hostileText, state: "not looked at", detail: hostileText },
        ],
      },
    ],
    warnings: [{ code: "x", message: hostileText, appliesTo: hostileText }],
    reproduce: { command: hostileText, version: "0.1.0", seed: 1 },
  });
}
