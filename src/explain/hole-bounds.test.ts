import { expect, test } from "vitest";
import { boundComponents, boundsByMetric } from "./hole-bounds.ts";

const profiled = {
  "profile.shareHigh.gc": 0.2,
  "profile.shareHigh.write-barrier": 0.01,
  "profile.shareHigh.alloc": 0.3,
  "profile.shareHigh.drop-glue": 0.01,
};
const reclamation = ["gc", "write-barrier", "alloc", "drop-glue"];
const shareOf = (high: number | undefined) => 1 - Math.exp(-(high ?? Number.NaN));

test("a hole hides at most the time of its components, by the lens that sees more", () => {
  expect(shareOf(boundComponents(profiled, ["alloc"])?.high)).toBeCloseTo(0.3, 12);
  expect(shareOf(boundComponents(profiled, reclamation)?.high)).toBeCloseTo(0.52, 12);
  const low = boundComponents({ ...profiled, "gc.cycles": 5, "gc.cpuShare": 0.1 }, ["gc", "write-barrier"]);
  expect(low).toMatchObject({ reason: "at most 21 % of the samples" });
  const high = boundComponents({ ...profiled, "gc.cycles": 5, "gc.cpuShare": 0.35 }, ["gc", "write-barrier"]);
  expect(shareOf(high?.high)).toBeCloseTo(0.36, 12);
  expect(high?.reason).toContain("the runtime's own count");
});

test("what never happened costs nothing, and takes nothing but itself away", () => {
  expect(boundComponents({ "gc.cycles": 0 }, ["gc", "write-barrier"])).toEqual({
    high: 0,
    reason: "the collector never ran",
  });
  expect(boundComponents({ "allocations.count": 0 }, ["alloc"])?.high).toBe(0);
  const rest = boundComponents({ ...profiled, "gc.cycles": 0 }, reclamation);
  expect(shareOf(rest?.high)).toBeCloseTo(0.31, 12);
  expect(rest?.reason).toBe("the collector never ran; at most 31 % of the samples");
});

test("what was not measured bounds nothing", () => {
  expect(boundComponents({}, ["alloc"])).toBeUndefined();
  expect(boundComponents({ "gc.cpuShare": 0.1, "gc.cycles": 3 }, ["gc", "write-barrier"])).toBeUndefined();
  expect(boundComponents({ "profile.shareHigh.alloc": 1 }, ["alloc"])).toBeUndefined();
  expect(boundComponents({ ...profiled, "gc.cpuShare": 0.999 }, ["gc", "write-barrier"])).toBeUndefined();
});

test("a share of the processor time bounds no memory, and as much more of the wall time as processors were busy", () => {
  const half = { high: Math.LN2, reason: "profile" };
  const serial = boundsByMetric(half, { "cpu.parallelism": 0.9 });
  expect(serial.map(({ metrics, high }) => [metrics, shareOf(high)])).toEqual([
    [["cpuTime"], expect.closeTo(0.5, 12)],
    [["wallTime"], expect.closeTo(0.5, 12)],
  ]);
  const [, wall] = boundsByMetric(half, { "cpu.parallelism": 1.5 });
  expect(shareOf(wall?.high)).toBeCloseTo(0.75, 12);
  expect(boundsByMetric(half, { "cpu.parallelism": 2 })).toHaveLength(1);
  expect(boundsByMetric(half, {})).toHaveLength(1);
  expect(boundsByMetric({ high: 0, reason: "the collector never ran" }, {})).toEqual([
    { high: 0, reason: "the collector never ran" },
  ]);
});
