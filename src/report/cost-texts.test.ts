import { describe, expect, it } from "vitest";
import { estimate } from "../../test/support/report-parts.ts";
import { sentences, setCosts } from "./cost-texts.ts";

describe("what a set costs", () => {
  it("says nothing where nothing changes measurably", () => {
    const costs = {
      maxRss: estimate(0.01, 0.02),
      binaryBytes: { before: 454_184, after: 454_312 },
      buildTimeMs: { before: 1900, after: 2100 },
      notes: [],
    };
    expect(setCosts(costs)).toBe("");
  });

  it("names what was measured first, then one sentence for each note", () => {
    const costs = {
      maxRss: estimate(Math.log(2), 0.02),
      binaryBytes: { before: 454_184, after: 412_000 },
      buildTimeMs: { before: 1900, after: 4200 },
      notes: ["The build takes longer.", "the profile must be kept"],
    };
    expect(setCosts(costs)).toBe(
      "Peak memory x2.00 (1.96-2.04), executable 454 kB -> 412 kB, build 1.9 s -> 4.2 s. The build takes longer. The profile must be kept.",
    );
  });
});

it("ends no sentence twice", () => {
  expect(sentences(["Older ones crash (about 2015).", "", "rest stays"])).toBe(
    "Older ones crash (about 2015). Rest stays.",
  );
});
