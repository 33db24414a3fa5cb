import type { Contribution, Report, ReportIdentity, ReportSubject } from "../../src/model/report.ts";
import {
  attribution,
  contribution,
  diagnostics,
  estimate,
  gap,
  goSubject,
  report,
  rustSubject,
} from "./report-parts.ts";

const identity: ReportIdentity = {
  sources: { go: "go-1", rust: "rust-1" },
  toolchains: { go: "go-toolchain", rust: "rust-toolchain" },
  outputs: { go: "the output", rust: "the output" },
  args: ["20"],
  input: "no input",
};

function allocatorContribution(value: number, verdict: Contribution["verdict"]): Contribution {
  return contribution({
    factor: "allocator",
    phrase: "the allocator",
    value,
    halfWidth: 0.04,
    verdict,
    more: { group: "memory", slowSide: estimate(0.02, 0.01), fastSide: estimate(0.02 - value, 0.04) },
  });
}

function rustTakes(seconds: number, halfWidth: number): ReportSubject {
  return { ...rustSubject, typical: { ...rustSubject.typical, cpuTime: estimate(seconds, halfWidth) } };
}

/** Before: the default allocator slows Rust down, output is not buffered, Go collects garbage. */
export function beforeTheChange(more: Partial<Report> = {}): Report {
  const cpu = gap("go", "rust", "cpuTime", estimate(0.66, 0.04));
  return report({
    case: { name: "binary-trees" },
    identity,
    subjects: [goSubject, rustTakes(0.212, 0.004)],
    gaps: [cpu, gap("go", "rust", "maxRss", estimate(1.1, 0.02))],
    attributions: [
      attribution({
        gap: cpu,
        contributions: [
          contribution({
            factor: "gc",
            phrase: "garbage collection",
            value: 0.52,
            halfWidth: 0.02,
            verdict: "cause",
          }),
          allocatorContribution(-0.5, "asset"),
          contribution({ factor: "stdout-buffering", phrase: "writes", value: -0.2, verdict: "asset" }),
          contribution({ factor: "inlining", phrase: "inlining", value: 0.05, verdict: "undetermined" }),
        ],
        more: { diagnostics: diagnostics({ degreesOfFreedom: 40 }) },
      }),
    ],
    ...more,
  });
}

/** After: another allocator and buffered output in Rust. The second run sees the gap the same way round. */
export function afterTheChange(more: Partial<Report> = {}): Report {
  const cpu = gap("go", "rust", "cpuTime", estimate(1.32, 0.05));
  return report({
    case: { name: "binary-trees" },
    identity: { ...identity, sources: { go: "go-1", rust: "rust-2" } },
    subjects: [goSubject, rustTakes(0.109, 0.003)],
    gaps: [cpu, gap("go", "rust", "maxRss", estimate(1.06, 0.02))],
    attributions: [
      attribution({
        gap: cpu,
        contributions: [
          contribution({
            factor: "gc",
            phrase: "garbage collection",
            value: 0.53,
            halfWidth: 0.02,
            verdict: "cause",
          }),
          allocatorContribution(0.01, "negligible"),
          contribution({ factor: "inlining", phrase: "inlining", value: 0.07, verdict: "undetermined" }),
        ],
        more: {
          diagnostics: diagnostics({ degreesOfFreedom: 40 }),
          excluded: [
            {
              factor: "stdout-buffering",
              side: "go",
              kind: "screened out",
              reason: "3 writes of 8192 bytes",
            },
            {
              factor: "stdout-buffering",
              side: "rust",
              kind: "screened out",
              reason: "3 writes of 8192 bytes",
            },
          ],
        },
      }),
    ],
    ...more,
  });
}
