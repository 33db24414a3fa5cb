import { expect, test } from "vitest";
import { run } from "../../bench/planted.ts";

/**
 * Two plants so large that a busy machine cannot hide them: a collector that runs too often (a lever of the run) and a
 * write for every line (a lever of the build).
 */
test("causes that were planted are named first", async () => {
  const result = await run(["--only", "P5,P6-go", "--rounds", "3", "--budget", "90"]);
  expect(result.failed).toEqual([]);
  expect(result.plants.map(({ id, first }) => ({ id, first }))).toEqual([
    { id: "P5", first: "gc" },
    { id: "P6-go", first: "stdout-buffering" },
  ]);
  for (const { id, gap, remark } of result.plants) {
    expect(gap.estimate.value * gap.truth.value, `${id}: ${remark}`).toBeGreaterThan(0);
  }
});
