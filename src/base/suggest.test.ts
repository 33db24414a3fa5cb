import { describe, expect, it } from "vitest";
import { didYouMean, suggest } from "./suggest.ts";

describe("suggest", () => {
  it.each([
    ["langauge", ["language", "path"], "language"],
    ["gp", ["go", "rust"], "go"],
    ["CPU", ["cpu", "wall"], "cpu"],
    ["explan", ["explain", "report"], "explain"],
  ])("%s among %j", (word, candidates, expected) => {
    expect(suggest(word, candidates)).toBe(expected);
  });

  it("stays silent when nothing is near", () => {
    expect(suggest("python", ["go", "rust"])).toBeUndefined();
    expect(suggest("x", [])).toBeUndefined();
    expect(didYouMean("python", ["go"])).toBe("");
  });
});
