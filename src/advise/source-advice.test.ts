import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { attribution, contribution, diagnostics, estimate, gap } from "../../test/support/report-parts.ts";
import type { MetricId } from "../model/plan.ts";
import type { Attribution } from "../model/report.ts";
import { boundAdvice } from "./source-advice.ts";
import type { LeadInput, SourceLead } from "./source-lead.ts";
import { findLeads } from "./source-leads.ts";

interface Recorded {
  readonly input: LeadInput;
  readonly attributions: readonly Attribution[];
  /** Times as fast after the line was mended as advised: both ends of what seven pairs of runs gave. */
  readonly measuredGain?: { readonly low: number; readonly high: number };
}

/** What was seen of a shipped workload's program in a real run. */
function recorded(name: string): Recorded {
  const path = join(import.meta.dirname, "../../test/golden/advice", `${name}.json`);
  return JSON.parse(readFileSync(path, "utf8")) as Recorded;
}

const adviceOn = (name: string) => {
  const { input, attributions } = recorded(name);
  return boundAdvice(findLeads(input), attributions);
};
const summary = (name: string) =>
  adviceOn(name).map(({ id, location }) => [
    id,
    `${location?.file.split("/").at(-1) ?? ""}:${location?.line ?? 0}`,
  ]);

describe("on shipped workloads, the lines are those of the source", () => {
  it("lcs: the checks that are left, and which of them no hint removes", () => {
    expect(summary("lcs-go")).toEqual([["go-bounds-checks-1", "main.go:30"]]);
    expect(summary("lcs-rust")).toEqual([["rust-bounds-checks-1", "main.rs:25"]]);
    const [go] = adviceOn("lcs-go");
    expect(go?.title).toBe("7 bounds checks are left in the hot loop of main.fillTable (lines 30, 27, 28)");
    expect(go?.change).toContain("read from data (line 27)");
    expect(go?.boundFrom).toContain("ablation");
    const [pair] = recorded("lcs-go").attributions;
    const measured = pair?.contributions.find(({ factor }) => factor === "bounds-checks");
    const side = pair?.slow === "go" ? measured?.slowSide : measured?.fastSide;
    expect(go?.gainAtMost).toBeGreaterThanOrEqual(side?.high ?? Number.POSITIVE_INFINITY);
  });

  it("binary-trees: the lines that allocate", () => {
    expect(summary("binary-trees-go")).toEqual([
      ["go-escape-1", "main.go:20"],
      ["go-escape-2", "main.go:18"],
    ]);
    expect(adviceOn("binary-trees-go")[0]?.title).toMatch(/^&tree\{\.\.\.\} is allocated on the heap/);
    expect(summary("binary-trees-rust")).toEqual([["rust-allocation-1", "main.rs:17"]]);
  });
});

describe("what mending the line gained in real runs is no more than the bound", () => {
  const highOf = (name: string) => Math.log(recorded(name).measuredGain?.high ?? Number.NaN);

  it("SipHash: the look-up waits for the hash, so the map and its line are bounded and not the hash alone", () => {
    expect(summary("sip-hash-rust")).toEqual([["rust-bad-sip-hash-1", "main.rs:6"]]);
    const [advice] = adviceOn("sip-hash-rust");
    expect(advice?.gainAtMost).toBeGreaterThan(highOf("sip-hash-rust"));
  });

  it("output: a buffer put in from outside leaves the print's own layers, so its ablation is no bound", () => {
    expect(summary("unbuffered-rust")).toEqual([["rust-bad-unbuffered-output-1", "main.rs:12"]]);
    const { attributions } = recorded("unbuffered-rust");
    const side = attributions[0]?.contributions[0]?.slowSide;
    expect(side?.high).toBeLessThan(highOf("unbuffered-rust"));
    const [advice] = adviceOn("unbuffered-rust");
    expect(advice?.gainAtMost).toBeGreaterThan(highOf("unbuffered-rust"));
  });

  it("append: with copies, page faults and the collector's workers nothing is left to bound it, and it says so", () => {
    expect(summary("grow-go")).toEqual([["go-bad-grow-1", "main.go:12"]]);
    const [advice] = adviceOn("grow-go");
    expect(advice?.gainAtMost ?? Number.POSITIVE_INFINITY).toBeGreaterThan(highOf("grow-go"));
    expect(advice?.boundFrom).toContain("no useful bound");
  });
});

const lead = (more: Partial<SourceLead>): SourceLead => ({
  id: "a",
  subject: "go",
  title: "",
  change: "",
  evidence: [],
  unbounded: "nothing was measured",
  weight: 0.5,
  ...more,
});

function measured(
  more: Parameters<typeof contribution>[0]["more"],
  noiseFloor = 0.02,
): readonly Attribution[] {
  return [
    attribution({
      gap: gap("go", "rust", "cpuTime", estimate(1, 0.05)),
      contributions: [
        contribution({
          factor: "bounds-checks",
          phrase: "bounds checks",
          value: 0.1,
          verdict: "cause",
          ...(more === undefined ? {} : { more }),
        }),
      ],
      more: { diagnostics: diagnostics({ noiseFloor }) },
    }),
  ];
}

describe("the bound on a gain", () => {
  it("is the upper end of what switching the factor off gained on that side, alone or on average", () => {
    const [advice] = boundAdvice(
      [lead({ factor: "bounds-checks" })],
      measured({ slowSide: estimate(0.2, 0.05), alone: { slow: estimate(0.3, 0.02) } }),
    );
    expect(advice?.gainAtMost).toBeCloseTo(0.32, 12);
    expect(advice?.boundFrom).toMatch(/^ablation: all that switching off bounds checks gained/);
    const [other] = boundAdvice(
      [lead({ subject: "rust", factor: "bounds-checks" })],
      measured({ fastSide: estimate(0.1, 0.05), alone: {} }),
    );
    expect(other?.gainAtMost).toBeCloseTo(0.15, 12);
  });

  it("is of the first kind of time, whatever the gap was asked in first", () => {
    const inMetric = (metric: MetricId, slowSide: number) =>
      measured({ slowSide: estimate(slowSide, 0.05), alone: {} }).map((one) => ({ ...one, metric }));
    const leads = [lead({ factor: "bounds-checks" })];
    const [memory, latency] = [inMetric("maxRss", 2), inMetric("latencyP99", 1)];
    const [wall, cpu] = [inMetric("wallTime", 0.4), inMetric("cpuTime", 0.2)];
    expect(boundAdvice(leads, [...memory, ...latency, ...wall, ...cpu])[0]?.gainAtMost).toBeCloseTo(0.45, 12);
    expect(boundAdvice(leads, [...memory, ...latency])[0]).toMatchObject({
      boundFrom: "nothing was measured",
    });
  });

  it("a side that was a hole has none, nor has a factor that was not measured", () => {
    const leads = [lead({ factor: "bounds-checks" })];
    expect(boundAdvice(leads, measured({ sided: "fast" }))[0]?.gainAtMost).toBeUndefined();
    expect(boundAdvice(leads, [])[0]).toMatchObject({ boundFrom: "nothing was measured" });
  });

  it("by counting it is the time that would be left", () => {
    const counted = { share: 0.5, what: "hashing" };
    const [advice] = boundAdvice([lead({ counted })], []);
    expect(advice?.gainAtMost).toBeCloseTo(Math.LN2, 12);
    const all = boundAdvice([lead({ counted: { share: 0.99, what: "all of it" } })], [])[0];
    expect(all?.gainAtMost).toBeUndefined();
    expect(all?.boundFrom).toContain("no useful bound");
  });

  it("one bound of several lines is known to be shared by them", () => {
    const counted = { share: 0.6, what: "the allocator" };
    const leads = [lead({ id: "a", counted }), lead({ id: "b", counted }), lead({ id: "c" })];
    const other = lead({ id: "d", subject: "rust", counted });
    const advice = boundAdvice([...leads, other], []);
    expect(advice.map(({ id, sharesBoundWith }) => [id, sharesBoundWith])).toEqual([
      ["a", ["b"]],
      ["b", ["a"]],
      ["d", undefined],
      ["c", undefined],
    ]);
  });

  it("nothing below the noise floor is advised; the largest bound comes first, or share where nothing bounds", () => {
    const leads = [
      lead({ id: "none" }),
      lead({ id: "small", counted: { share: 0.1, what: "x" } }),
      lead({ id: "noise", counted: { share: 0.01, what: "x" } }),
      lead({ id: "large", counted: { share: 0.4, what: "x" } }),
      lead({ id: "nowhere", weight: 0.01 }),
    ];
    expect(boundAdvice(leads, measured({})).map(({ id }) => id)).toEqual(["none", "large", "small"]);
    expect(boundAdvice(leads, measured({}, 0.3)).map(({ id }) => id)).toEqual(["none", "large"]);
    const quiet = leads.map((one) => (one.id === "none" ? { ...one, weight: 0.2 } : one));
    expect(boundAdvice(quiet, measured({})).map(({ id }) => id)).toEqual(["large", "none", "small"]);
  });

  it("a factor that the evidence rules out on that side is no advice", () => {
    const natural = { slowSide: estimate(0, 0), alone: {} };
    expect(boundAdvice([lead({ factor: "bounds-checks" })], measured(natural))).toEqual([]);
  });
});
