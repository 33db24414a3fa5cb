import { expect, test } from "vitest";
import { canBeCompleted, dropFailingFactors } from "./failing-cells.ts";

test("the factor that is in most failing cells goes first, and only as many go as must", () => {
  // Factor 1 breaks every build it is in; factor 0 and 2 break one only together.
  const failing = [0b010, 0b011, 0b110, 0b111, 0b101];
  expect(dropFailingFactors(3, failing)).toEqual({
    kept: [2],
    dropped: [
      { factor: 1, cells: 4 },
      { factor: 0, cells: 1 },
    ],
  });
  expect(dropFailingFactors(3, [])).toEqual({ kept: [0, 1, 2], dropped: [] });
});

test("few failing cells cost no factor, two levers that never go together cost one", () => {
  expect(canBeCompleted(3, [0b111])).toBe(true);
  expect(canBeCompleted(4, [0b0111, 0b1111])).toBe(true);
  expect(canBeCompleted(5, [0b00111, 0b01111, 0b10111, 0b11111])).toBe(true);
  expect(canBeCompleted(4, [0b0011, 0b0111, 0b1011, 0b1111])).toBe(false);
  expect(canBeCompleted(2, [0b11])).toBe(false);
  expect(canBeCompleted(3, [0])).toBe(false);
  expect(canBeCompleted(6, [0b111111])).toBe(false);
});
