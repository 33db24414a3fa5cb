import { expect, test } from "vitest";
import { beforeTheChange } from "../../test/support/compared-reports.ts";
import { ensure } from "../base/assert.ts";
import { yardstick } from "./yardstick.ts";

const [attribution] = beforeTheChange().attributions;
const { diagnostics } = ensure(attribution, "an attribution");
const session = (precisionWanted: number, noiseFloor: number) => ({
  ...diagnostics,
  precisionWanted,
  noiseFloor,
});

test.each([
  ["asked for", 0.02, 0.001, 0.03],
  ["the machine's", 0.02, 0.05, 0.05],
  ["a tenth of a machine that cannot tell it", 0.02, 0.4, 0.1],
  ["asked for where the machine's is not known", 0.02, Number.POSITIVE_INFINITY, 0.03],
])("the margin is the one that its run judged by: %s", (_, precision, noiseFloor, margin) => {
  expect(yardstick([session(precision, noiseFloor)]).margin).toBeCloseTo(margin, 12);
  expect(yardstick([session(0.01, 0.002), session(precision, noiseFloor)]).margin).toBeCloseTo(margin, 12);
});
