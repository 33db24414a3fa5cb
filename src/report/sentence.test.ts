import { describe, expect, it } from "vitest";
import {
  attribution,
  contribution,
  diagnostics,
  estimate,
  gap,
  report,
} from "../../test/support/report-parts.ts";
import type { Contribution } from "../model/report.ts";
import { contradictionSentences, equivalenceBound, gapSentence, readGap, whySentences } from "./sentence.ts";

const name = (id: string) => ({ go: "Go", rust: "Rust" })[id] ?? id;
const bound = 0.045;

function cpuGap(value: number, halfWidth: number) {
  return gap("go", "rust", "cpuTime", estimate(value, halfWidth));
}

function why(value: number, contributions: readonly Contribution[], neutralHalfWidth = 0.02): string {
  const cpu = cpuGap(value, 0.03);
  return whySentences(attribution({ gap: cpu, contributions, neutralHalfWidth }), cpu, name).join(" ");
}

const vectorisation = (value: number, share?: number) =>
  contribution({
    factor: "vectorisation",
    phrase: "vectorisation",
    value,
    verdict: "cause",
    ...(share === undefined ? {} : { share }),
  });
const gc = (value: number, share?: number) =>
  contribution({
    factor: "gc",
    phrase: "garbage collection",
    value,
    verdict: value > 0 ? "cause" : "asset",
    ...(share === undefined ? {} : { share }),
  });

describe("how a gap is read", () => {
  it.each([
    [0.5, 0.1, "told"],
    [-0.5, 0.1, "told"],
    [0.02, 0.02, "equal"],
    [0.03, 0.015, "equal"],
    [0.03, 0.0151, "told"],
    [0.02, 0.03, "untold"],
    [0, 0.2, "untold"],
    [0, Number.POSITIVE_INFINITY, "untold"],
  ])("%d +- %d is %s", (value, halfWidth, kind) => {
    expect(readGap(cpuGap(value, halfWidth), bound).kind).toBe(kind);
  });

  it.each([
    ["equal", "equal"],
    ["undetermined", "untold"],
    ["slower", "told"],
    ["faster", "told"],
  ] as const)("follows the inference where it decided: %s", (verdict, kind) => {
    expect(readGap({ ...cpuGap(0.03, 0.02), verdict }, bound).kind).toBe(kind);
  });

  it("counts as none what is below 1.5 d or the noise floor, whichever is larger", () => {
    const cpu = cpuGap(1, 0.1);
    const of = (more: Parameters<typeof diagnostics>[0]) =>
      equivalenceBound(
        attribution({ gap: cpu, contributions: [], more: { diagnostics: diagnostics(more) } }),
      );
    expect(of({ precisionWanted: 0.02, noiseFloor: 0.01 })).toBeCloseTo(0.03);
    expect(of({ precisionWanted: 0.02, noiseFloor: 0.08 })).toBeCloseTo(0.08);
    expect(of({ precisionWanted: 0.02, noiseFloor: Number.POSITIVE_INFINITY })).toBeCloseTo(0.03);
  });
});

describe("the sentence on the gap", () => {
  it.each([
    ["told", cpuGap(2.241, 0.055), "Rust is 9.4x faster than Go here (8.9-9.9, CPU time)."],
    ["the other way", cpuGap(-0.2, 0.02), "Go is 1.22x faster than Rust here (1.20-1.25, CPU time)."],
    ["just told", cpuGap(0.05, 0.045), "Rust is 1.05x faster than Go here (1.01-1.10, CPU time)."],
    ["equal", cpuGap(0.01, 0.02), "Go and Rust are equal here within 3 % (x0.99-1.03, CPU time)."],
    [
      "untold",
      cpuGap(0.02, 0.1),
      "No gap can be told here: Go takes 0.9-1.1 times what Rust takes (CPU time).",
    ],
    [
      "called equal by a floor that is too high to say so",
      { ...cpuGap(0.3, 0.2), verdict: "equal" as const },
      "No gap can be told here: Go takes 1.1-1.6 times what Rust takes (CPU time).",
    ],
    [
      "not bounded",
      cpuGap(0.3, Number.POSITIVE_INFINITY),
      "No gap can be told here: Go takes an unbounded number of times what Rust takes (CPU time).",
    ],
    [
      "memory",
      gap("go", "rust", "maxRss", estimate(1.1, 0.02)),
      "Go needs 3.00x the memory of Rust here (2.94-3.06, peak memory).",
    ],
    [
      "memory untold",
      gap("go", "rust", "maxRss", estimate(0.01, 0.2)),
      "No gap can be told here: Go needs 0.8-1.2 times what Rust needs (peak memory).",
    ],
  ])("%s", (_kind, value, sentence) => expect(gapSentence(value, name, bound)).toBe(sentence));
});

describe("the sentences on the causes", () => {
  it("one cause that is nearly all", () => {
    expect(why(2, [vectorisation(1.98, 0.99)])).toBe("99 % of the gap (98-100 %) is vectorisation.");
  });

  it("at most three causes, the largest first, and what cannot be switched off", () => {
    const causes = [gc(0.4, 0.2), vectorisation(1, 0.5), gc(0.3, 0.15), gc(0.1, 0.05)];
    expect(why(2, causes)).toBe(
      "50 % of the gap (49-52 %) is vectorisation, 20 % (19-22 %) garbage collection, 15 % (14-16 %) garbage collection. 10 % (9-11 %) cannot be switched off.",
    );
  });

  it("causes of a group that act together are one, by the sum that is known", () => {
    const cpu = cpuGap(2, 0.03);
    const loop = { group: "loop optimiser" as const };
    const [first, second] = [
      { ...vectorisation(1, 0.5), ...loop },
      { ...gc(0.6, 0.3), factor: "unrolling", phrase: "loop unrolling", ...loop },
    ];
    const of = (factors: readonly [string, string]) =>
      whySentences(
        attribution({
          gap: cpu,
          contributions: [first, second],
          more: {
            groups: [{ group: "loop optimiser", sum: estimate(1.6, 0.02) }],
            interactions: [{ factors, side: "rust", index: estimate(0.4, 0.1), reading: "together" }],
          },
        }),
        cpu,
        name,
      )[0];
    expect(of(["vectorisation", "unrolling"])).toBe(
      "80 % of the gap (79-81 %) is the loop optimiser (vectorisation and loop unrolling, which act together).",
    );
    expect(of(["vectorisation", "other"])).toBe(
      "50 % of the gap (49-52 %) is vectorisation, 30 % (28-32 %) loop unrolling.",
    );
  });

  it("a cause and what undoes it, each by way of the other, are one", () => {
    const cpu = cpuGap(2, 0.03);
    const of = (values: readonly [number, number], index: number) => {
      const contributions = [vectorisation(values[0], values[0] / 2), gc(values[1], values[1] / 2)];
      const factors = ["gc", "vectorisation"] as const;
      return whySentences(
        attribution({
          gap: cpu,
          contributions,
          more: {
            interactions: [{ factors, side: "go", index: estimate(index, 0.1), reading: "substitutes" }],
          },
        }),
        cpu,
        name,
      ).join(" ");
    };
    expect(of([0.84, -0.19], -1.08)).toMatch(
      /^32 % of the gap \(30-36 %\) is vectorisation and garbage collection, which act through each other\./,
    );
    expect(of([0.28, -0.28], 0.58)).toMatch(
      /^Vectorisation and garbage collection act through each other and undo each other: together x1\.00 \(0\.9\d-1\.0\d\)\./,
    );
    expect(of([1.9, -0.05], 0.3)).toMatch(
      /^95 % of the gap .* is vectorisation\. It is narrowed by garbage collection/,
    );
    expect(of([0.84, -0.19], -0.3)).toMatch(
      /^42 % of the gap .* is vectorisation\. It is narrowed by garbage collection x0\.83/,
    );
  });

  it("a cause that alone is more than the gap, and what narrows it", () => {
    expect(why(1, [vectorisation(1.5, 1.5), gc(-0.5)])).toBe(
      "Vectorisation alone is more than the whole gap: x4.5 (4.3-4.6). It is narrowed by garbage collection x0.61 (0.59-0.63).",
    );
  });

  it("a cause whose interval reaches the whole gap is not called more than it", () => {
    expect(why(1, [vectorisation(1.02, 1.02)])).toBe("102 % of the gap (99-105 %) is vectorisation.");
  });

  it("factors only where the gap is too small to be shared out", () => {
    expect(why(0.08, [vectorisation(0.08)])).toBe("The cause is vectorisation x1.08 (1.05-1.12).");
  });

  it("two causes narrow it together", () => {
    expect(why(0.5, [vectorisation(0.9, 1.8), gc(-0.2), gc(-0.2)])).toContain(
      "It is narrowed by garbage collection x0.82 (0.79-0.84) and garbage collection x0.82 (0.79-0.84).",
    );
  });

  it("what narrows a gap matters, although nothing that can be switched off makes it", () => {
    expect(why(0.3, [gc(-0.2)], 1)).toBe(
      "Nothing that can be switched off here makes the gap. It is narrowed by garbage collection x0.82 (0.79-0.84).",
    );
  });

  it("no cause: all seen to be small", () => {
    const small = contribution({
      factor: "inlining",
      phrase: "inlining",
      value: 0.002,
      verdict: "negligible",
    });
    expect(why(1, [small])).toBe(
      "The one cause that can be switched off here does not matter (below 2.8 %). 100 % (98-102 %) cannot be switched off.",
    );
    expect(why(1, [small, small])).toContain(
      "None of the 2 causes that can be switched off here matters (below 2.8 % each).",
    );
  });

  it("no cause: one is open, and too small to make the gap", () => {
    const open = contribution({
      factor: "gc",
      phrase: "garbage collection",
      value: 0.01,
      halfWidth: 0.04,
      verdict: "undetermined",
    });
    expect(why(1, [open])).toBe(
      "The one cause that can be switched off here does not make the gap (below 5.1 %). 99 % (97-101 %) cannot be switched off.",
    );
  });

  it("no cause: one side's part is told by itself", () => {
    const oneSided = contribution({
      factor: "allocator",
      phrase: "the memory allocator",
      value: 0.16,
      halfWidth: 0.03,
      verdict: "undetermined",
      more: { sided: "fast", fastSide: estimate(-0.16, 0.03), slowSide: estimate(0, 0) },
    });
    expect(why(1, [oneSided], 1)).toMatch(
      /^No cause is certain on both sides\. Rust gains x1\.17 \(1\.14-1\.21\) by the memory allocator; what Go gains could not be measured\./,
    );
  });

  it("what was left out is not called beyond every lever", () => {
    const cpu = cpuGap(1, 0.02);
    const excluded = [
      { factor: "gc", side: "go", kind: "not selected", reason: "no room" },
      { factor: "cores", side: "go", kind: "not selected", reason: "no room" },
      { factor: "cores", side: "rust", kind: "not selected", reason: "no room" },
      { factor: "inlining", side: "go", kind: "apart", reason: "a diagnostic" },
    ] as const;
    const of = (contributions: readonly Contribution[]) =>
      whySentences(attribution({ gap: cpu, contributions, more: { excluded } }), cpu, name).join(" ");
    expect(of([])).toBe("No cause was switched off here: 2 possible causes were left out; see why.");
    expect(of([vectorisation(0.5, 0.5)])).toBe(
      "50 % of the gap (47-53 %) is vectorisation. 50 % (46-54 %) was not switched off: 2 possible causes were left out.",
    );
    expect(of([gc(-0.2)])).toMatch(
      /^Nothing that was switched off here makes the gap; 2 possible causes were left out\./,
    );
  });

  it("no cause: one is open", () => {
    const open = contribution({
      factor: "gc",
      phrase: "garbage collection",
      value: 0.06,
      halfWidth: 0.09,
      verdict: "undetermined",
    });
    expect(why(1, [open], 1)).toBe("No cause is certain yet: garbage collection may be x0.97-1.16.");
  });

  it("a hole on the other side keeps the sum open, not the side that was measured", () => {
    const allocator = (low: number, high: number) => ({
      ...contribution({
        factor: "allocator",
        phrase: "the memory allocator",
        value: -0.3,
        halfWidth: 0.1,
        verdict: "undetermined",
      }),
      sided: "fast" as const,
      fastSide: { value: (low + high) / 2, low, high, confidence: 0.95, method: "" },
    });
    expect(why(1, [allocator(0.2, 0.4)], 1)).toContain(
      "Rust pays x1.3 (1.2-1.5) for the memory allocator; what Go pays could not be measured.",
    );
    expect(why(1, [allocator(-0.4, -0.2)], 1)).toContain(
      "Rust gains x1.3 (1.2-1.5) by the memory allocator; what Go gains could not be measured.",
    );
    expect(why(1, [allocator(-0.1, 0.4)], 1)).not.toContain("could not be measured");
  });

  it("no cause: none could be switched off", () => {
    expect(why(1, [], 2)).toBe("No cause could be switched off here.");
  });

  it("the neutral gap may favour the slow side", () => {
    expect(why(1, [vectorisation(1.3, 1.3)])).toContain(
      "What cannot be switched off favours Go: x0.74 (0.73-0.76).",
    );
  });

  it("a rest that is sure and smaller than what was asked for is not worth a word", () => {
    expect(why(1, [vectorisation(0.975, 0.975)], 0.004)).not.toContain("cannot be switched off");
    expect(why(1, [vectorisation(0.965, 0.965)], 0.004)).toContain("cannot be switched off");
  });

  it("a tie without causes", () => {
    expect(why(0.01, [])).toBe("No cause stands above the noise floor (2.1 %).");
  });

  it("a tie in which causes cancel", () => {
    expect(why(0.01, [vectorisation(0.3), gc(-0.29)])).toBe(
      "Causes cancel each other: vectorisation x1.35 (1.31-1.39) against garbage collection x0.75 (0.73-0.77).",
    );
  });

  it("a tie in which a cause is offset by what cannot be switched off", () => {
    expect(why(0.01, [vectorisation(0.3)])).toBe(
      "Vectorisation x1.35 (1.31-1.39) is offset by what cannot be switched off, x0.75 (0.73-0.76).",
    );
  });
});

describe("where metrics disagree", () => {
  const cpu = cpuGap(0.66, 0.04);
  const wall = (value: number, halfWidth: number) =>
    gap("go", "rust", "wallTime", estimate(value, halfWidth));
  const say = (other: ReturnType<typeof wall>, primary = cpu) =>
    contradictionSentences(report({ gaps: [primary, other] }), primary, name, bound).join(" ");

  it.each([
    ["agrees", wall(0.64, 0.05), ""],
    ["overlaps", wall(0.55, 0.08), ""],
    ["smaller", wall(0.4, 0.05), "In wall time the gap is only 1.49x (1.42-1.57)."],
    ["larger", wall(0.9, 0.05), "In wall time the gap is 2.5x (2.3-2.6)."],
    [
      "reversed",
      wall(-0.12, 0.05),
      "In wall time it is the other way round: Go is 1.13x faster (1.07-1.19).",
    ],
    ["not told", wall(0.1, 0.2), "In wall time no gap can be told (x0.9-1.3)."],
    ["equal", wall(0.01, 0.02), "In wall time they are equal within 3 %."],
  ])("wall time %s", (_kind, other, sentence) => expect(say(other)).toBe(sentence));

  it("wall time shows what CPU time does not", () => {
    expect(say(wall(0.3, 0.05), cpuGap(0.01, 0.02))).toBe(
      "In wall time Rust is 1.35x faster than Go (1.28-1.42).",
    );
  });

  it("memory is another question, not a contradiction", () => {
    const memory = gap("go", "rust", "maxRss", estimate(-1, 0.02));
    expect(contradictionSentences(report({ gaps: [cpu, memory] }), cpu, name, bound)).toEqual([]);
  });
});
