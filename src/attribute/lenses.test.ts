import { expect, test } from "vitest";
import { ensure } from "../base/assert.ts";
import { createRandom } from "../base/random.ts";
import type { Contrast, SideInference } from "../model/inference.ts";
import type { Accounting, Agreement } from "../model/report.ts";
import type { AttributeInput } from "./input.ts";
import { compareLenses } from "./lenses.ts";
import type { Pair } from "./pair.ts";

const known = (value: number, half = 0.01): Contrast => ({
  value,
  // So many degrees of freedom that the quantile is the normal one.
  variance: (half / 1.959964) ** 2,
  degreesOfFreedom: 1e9,
});

/** A side whose variants take these seconds, in the order of cells; factor a is the first bit. */
function side(subject: string, seconds: readonly number[], ablation: Contrast): SideInference {
  const names = ["a", "b", "c"].slice(0, Math.log2(seconds.length));
  return {
    subject,
    factors: names.map((factor) => ({
      factor,
      shapley: factor === "a" ? ablation : known(0),
      range: { low: 0, high: 0 },
    })),
    cells: seconds.map((each, cell) => ({ cell, mean: Math.log(each) })),
    groups: [],
    interactions: [],
    total: known(0),
    placebo: known(0),
    doses: [],
    typical: known(0),
    tailLift: 0,
    runSd: 0,
    layoutSd: 0,
    degreesOfFreedom: 30,
    clippedShare: 0,
    tails: "clipped",
  };
}

/** Collector seconds with their half width, of a program that takes `total`. */
function accounting(subject: string, total: number, gc: number, half: number): Accounting {
  const seconds = (value: number, width: number) => ({
    value,
    low: value - width,
    high: value + width,
    confidence: 0.95,
    method: "t",
  });
  const user = { component: "user", seconds: seconds(total - gc, half), share: 1 - gc / total };
  return {
    subject,
    method: "profile",
    components:
      gc === 0 ? [user] : [user, { component: "gc", seconds: seconds(gc, half), share: gc / total }],
    unexplainedShare: 0,
  };
}

interface Seen extends Pick<AttributeInput, "accounting" | "witnesses" | "titleOf"> {
  readonly slow: SideInference;
  readonly fast?: SideInference;
}

const without = side("fast", [0.5], known(0));

function lensesOf({ slow, fast = without, ...rest }: Seen): readonly Agreement[] {
  const inference = {
    metric: "cpuTime",
    blocks: 4,
    units: 4,
    sides: [slow, fast],
    pairs: [],
    detrended: false,
    driftShare: 0,
    confidence: 0.95,
  } as const;
  const pair: Pair = {
    inference,
    slow,
    fast,
    gap: known(0.7),
    neutralGap: known(0),
    noiseFloor: 0.01,
    margin: 0.03,
  };
  return compareLenses({ inferences: [inference], componentsOf: { a: ["gc"] }, ...rest }, pair);
}

/** One factor on the slow side alone, whose fast side shows none of it. */
function lensOf(
  cells: readonly number[],
  gc: number,
  half: number,
  {
    ablation = known(0.3),
    ...more
  }: { readonly ablation?: Contrast } & Pick<Seen, "witnesses" | "titleOf"> = {},
): Agreement {
  const [seen] = lensesOf({
    slow: side("slow", cells, ablation),
    accounting: [
      accounting("slow", ensure(cells[0], "a baseline"), gc, half),
      accounting("fast", 0.5, 0, 0.01),
    ],
    ...more,
  });
  return ensure(seen, "an agreement");
}

test("an interval that fits no variant at one end only is predicted by one rule throughout", () => {
  // Of two variants without the factor neutral one takes 0.5 s, which 0.48 s fit into and 0.50 s do not.
  const { accounting: counted } = lensOf([1, 0.55, 0.5, 0.3], 0.48, 0.02);
  expect(counted.value).toBeCloseTo(-Math.log(0.52), 12);
  expect(counted.low).toBeCloseTo(-Math.log(0.54), 12);
  expect(counted.high).toBeCloseTo(-Math.log(0.5), 12);
});

test("the runtime's own count is predicted by the rule of the profile that it is held against", () => {
  const cells = [1, 0.55, 0.5, 0.3];
  const witnesses = [{ factor: "a", subject: "slow", share: 0.47 }];
  expect(lensOf(cells, 0.48, 0.02, { witnesses }).reading).toContain("own count agrees with the profile");
});

test("whatever the variants take, a counted value lies in its interval", () => {
  const random = createRandom(3);
  for (let trial = 0; trial < 3000; trial++) {
    const cells = [1, ...Array.from({ length: 7 }, () => 0.05 + random.uniform())];
    const { low, value, high } = lensOf(
      cells,
      0.001 + 0.9 * random.uniform(),
      0.3 * random.uniform() ** 2,
    ).accounting;
    expect(low).toBeLessThanOrEqual(value);
    expect(value).toBeLessThanOrEqual(high);
  }
});

test.each([
  ["the same to within the noise", known(0.3), [0.26, 0.02], "agree"],
  ["apart by far", known(0.3), [0.05, 0.02], "differ"],
  ["a counted interval that holds nothing and all", known(0.3), [0.2, 0.19], "undetermined"],
  ["a switched off one that does", known(0.1, 0.3), [0.1, 0.01], "undetermined"],
  ["apart, and too wide to say so", known(0.43, 0.02), [0.8, 0.15], "undetermined"],
  ["twice as much, and not surely more than that", known(0.1), [0.17, 0.045], "undetermined"],
  ["nothing by both", known(0.004), [0.001, 0.001], "agree"],
] as const)("%s", (_, ablation, [gc, half], flag) => {
  expect(lensOf([1, 0.7], gc, half, { ablation }).flag).toBe(flag);
});

test("one side counted is named, and both are not", () => {
  expect(lensOf([1, 0.7], 0.26, 0.02).reading).toMatch(/; counted on the side of slow only$/);
  const seen = (gc: number) =>
    lensesOf({
      slow: side("slow", [1, 0.7], known(0.35)),
      fast: side("fast", [0.5, 0.49], known(0.02)),
      accounting: [accounting("slow", 1, 0.3, 0.01), accounting("fast", 0.5, gc, 0.002)],
    })[0]?.reading;
  expect(seen(0.01)).toBe("both lenses see about the same cost");
  expect(seen(0)).toMatch(/; counted on the side of slow only, no sample of fast shows it$/);
  const titleOf = (id: string) => (id === "slow" ? "Go" : "Rust");
  expect(lensOf([1, 0.7], 0.26, 0.02, { titleOf }).reading).toMatch(/; counted on the side of Go only$/);
});
