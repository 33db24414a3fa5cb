import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisOf, textBar } from "./bar.ts";

const bar = (span: [number, number], axis: [number, number]) =>
  textBar({ low: span[0], high: span[1] }, { min: axis[0], max: axis[1] }, 12, false);

describe("textBar", () => {
  it.each<[[number, number], [number, number], string]>([
    [[10, 12], [0, 12], "##########--"],
    [[0, 12], [0, 12], "------------"],
    [[-3, 3], [-6, 6], "   ------   "],
    [[-6, -3], [-6, 6], "---###      "],
    [[3, 6], [-6, 6], "      ###---"],
    [[0, 0], [0, 12], "            "],
    [[1, 2], [0, 0], "            "],
    [[6, Number.POSITIVE_INFINITY], [0, 12], "######------"],
  ])("%j on %j", (span, axis, expected) => expect(bar(span, axis)).toBe(expected));

  it("is always as wide as asked, whatever the numbers", () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), fc.double(), (low, high, other) => {
        const axis = axisOf([
          { low, high },
          { low: other, high: other },
        ]);
        expect(textBar({ low, high }, axis, 12, true)).toHaveLength(12);
      }),
      { seed: 20261124 },
    );
  });
});
