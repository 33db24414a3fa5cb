import { expect, test } from "vitest";
import { ensure } from "../../src/base/assert.ts";
import { keepSurvivors } from "../../src/infer/screen-survivors.ts";
import { machines } from "./machines.ts";
import { noiseKinds } from "./noises.ts";
import { prepare, runTrial } from "./trial.ts";

test("a screen of eight factors keeps the five that cost something, and says why the others go", () => {
  const machine = ensure(
    machines.find(({ id }) => id === "M9"),
    "M9",
  );
  const noise = ensure(
    noiseKinds.find(({ id }) => id === "layout"),
    "layout",
  );
  const scenario = prepare({ machine, noise });
  for (let seed = 1; seed <= 10; seed++) {
    const side = ensure(runTrial(scenario, seed).inference.sides[0], "the slow side");
    const { kept, dropped } = keepSurvivors(side, { precision: 0.01, confidence: 0.9, most: 5 });
    expect(kept).toEqual(["a", "b", "c", "d", "e"]);
    expect(dropped.map(({ factor }) => factor).toSorted()).toEqual(["f", "g", "h"]);
    expect(dropped.every(({ reason }) => reason.length > 0)).toBe(true);
  }
});
