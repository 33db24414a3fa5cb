/** A short loop across a cache line runs at half speed: one link in twenty is slow throughout, and no cause is to be named for it. */
import { expect, test } from "vitest";
import { equalMachine } from "./machines.ts";
import { scoreScenario } from "./scoring.ts";
import { prepare } from "./trial.ts";

const oneInTwenty = { share: 0.05, cost: 0.8 };

test("a slow link in twenty is no cause in sessions of four blocks", () => {
  const scenario = prepare({
    machine: equalMachine,
    noise: {
      id: "twoSpeeds",
      title: "1 link in 20 at 1.8",
      runSd: 0.02,
      layoutSd: 0.01,
      twoSpeeds: oneInTwenty,
    },
    options: { minBlocks: 4, maxBlocks: 4 },
  });
  const score = scoreScenario(scenario, { replicates: 400 });
  expect(score.blocks).toBe(4);
  expect(score.anyFalseCauseRate).toBeLessThan(0.08);
});
