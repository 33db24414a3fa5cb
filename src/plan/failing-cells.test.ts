import { expect, test } from "vitest";
import { dropFailingFactors } from "./failing-cells.ts";

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
