import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalsOf, factorText, percentText, showShare, showSpan, typicalText } from "./quantities.ts";

const span = (value: number, low: number, high: number) => ({ value, low, high });
const typical = (value: number, halfWidth: number) => ({
  value,
  low: value - halfWidth,
  high: value + halfWidth,
  confidence: 0.95,
  method: "t",
});

describe("digits", () => {
  it.each([
    [span(9.4123, 8.9, 9.9), "9.4", "8.9-9.9"],
    [span(2.4212, 2.33, 2.52), "2.42", "2.33-2.52"],
    [span(94.2, 82, 106), "90", "80-110"],
    [span(3, 1, 7), "3", "1-7"],
    [span(0.7, -0.6, 2.1), "1", "-1 to 2"],
    [span(1.00004, 1.00001, 1.00009), "1.000", "1.000-1.000"],
    [span(2, 2, 2), "2.000", "2.000-2.000"],
    [span(2.37, 0, Number.POSITIVE_INFINITY), "2", "not bounded"],
  ])("%j reads %s (%s)", (estimate, value, range) => {
    expect(showSpan(estimate)).toEqual({ value, range });
  });

  it("never has more digits than the half width supports", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        fc.double({ min: 1e-5, max: 0.99, noNaN: true }),
        (value, relative) => {
          const half = value * relative;
          const estimate = span(value, value - half, value + half);
          expect(10 ** -decimalsOf(estimate)).toBeGreaterThan(Math.min(half, 0.001) / 10);
          expect(Math.abs(Number(showSpan(estimate).value) - value)).toBeLessThanOrEqual(
            Math.max(half, 0.001),
          );
        },
      ),
      { seed: 20261124 },
    );
  });

  it("never lets a factor begin at 0", () => {
    expect(factorText(span(0, Math.log(0.26), Math.log(4.2)))).toBe("x1.0 (0.3-4.2)");
  });

  it("keeps the first digit of every number where two blocks say next to nothing", () => {
    expect(factorText(span(Math.log(1.05), Math.log(0.0006), Math.log(1803.2)))).toBe("x1 (0.0006-1803)");
    expect(factorText(span(Math.log(0.02), Math.log(0.0001), Math.log(0.7)))).toBe("x0.02 (0.0001-0.7)");
  });

  it("cuts ends that are out of all measure", () => {
    expect(factorText(span(Math.log(5), -58, 59))).toBe("x5 (<0.0001->10000)");
  });

  it("does not round an end onto the 1 that it excludes", () => {
    expect(factorText(span(0.029, 0.0021, 0.056))).toBe("x1.029 (1.002-1.058)");
    expect(factorText(span(0.03, 0.02, 0.04))).toBe("x1.03 (1.02-1.04)");
  });
});

describe("shares, bounds and typical values", () => {
  it("says a share in percent of the log gap", () => {
    expect(showShare(span(1.95, 1.83, 2.07), 2.241)).toEqual({ value: "87 %", range: "82-92 %" });
    expect(showShare(span(-0.2, -0.3, -0.1), -1)).toEqual({ value: "20 %", range: "10-30 %" });
  });

  it.each([
    [0.021, "2.1 %"],
    [0.0042, "0.4 %"],
    [0.2, "22 %"],
    [-0.05, "5.1 %"],
    [Number.POSITIVE_INFINITY, "an unknown share"],
  ])("%d is %s", (bound, text) => expect(percentText(bound)).toBe(text));

  it.each([
    ["cpuTime", typical(0.412, 0.008), undefined, "412 ms"],
    ["cpuTime", typical(0.412, 0.008), "s", "0.412 s"],
    ["wallTime", typical(2.41, 0.3), undefined, "2.4 s"],
    ["cpuTime", typical(0.00041, 0.00001), undefined, "410 us"],
    ["maxRss", typical(12_300_000, 900_000), undefined, "12.3 MB"],
    ["maxRss", typical(2.5e9, 4e8), undefined, "2.5 GB"],
  ] as const)("%s %j in %s", (metric, value, unit, text) => {
    expect(typicalText(metric, value, unit)).toBe(text);
  });
});
