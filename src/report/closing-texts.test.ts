import { expect, test } from "vitest";
import { wholeReport } from "../../test/support/closing-fixture.ts";
import { attribution, estimate, gap } from "../../test/support/report-parts.ts";
import { closingTexts } from "./closing-texts.ts";

test("the gap that is left is told in what the settings were searched in, not in what the gap was asked in", () => {
  const whole = wholeReport();
  const memory = gap("go", "rust", "maxRss", estimate(1.5, 0.01));
  const texts = closingTexts({
    ...whole,
    gaps: [memory, ...whole.gaps],
    attributions: [attribution({ gap: memory, contributions: [] }), ...whole.attributions],
    closing: [gap("go", "rust", "maxRss", estimate(2.4, 0.01)), ...(whole.closing ?? [])],
  });
  expect(texts).toEqual(closingTexts(whole));
  expect(texts).toHaveLength(1);
});
