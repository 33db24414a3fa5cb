/** The fast part of the planted-truth test-bed; all of it is `npm run bench -- attribution`. Seeds are fixed. */
import { expect, test } from "vitest";
import { ensure } from "../../src/base/assert.ts";
import { equalMachine, machines } from "./machines.ts";
import { noiseKinds } from "./noises.ts";
import { prepareOneFactorOut, runNaively } from "./peers.ts";
import { average, type Score, scoreScenario } from "./scoring.ts";
import { prepare, type Setup } from "./trial.ts";

function setup(machineId: string, noiseId: string): Setup {
  return {
    machine: ensure(
      [...machines, equalMachine].find((each) => each.id === machineId),
      machineId,
    ),
    noise: ensure(
      noiseKinds.find((each) => each.id === noiseId),
      noiseId,
    ),
  };
}

/** Three standard errors of a share of .95 over this many sessions of correlated factors. */
const slack = (replicates: number) => 3 * Math.sqrt((0.95 * 0.05) / replicates);

const scenarios: readonly (readonly [string, string, number])[] = [
  ["M1", "gauss1", 80],
  ["M1", "layout", 60],
  ["M1", "drift", 80],
  ["M1", "bursts", 60],
  ["M1", "mess", 40],
  ["M2", "layout", 60],
  ["M3", "layout", 60],
  ["M4", "layout", 60],
  ["M5", "layout", 60],
  ["M6", "layout", 60],
  ["M7", "gauss1", 80],
  ["M7", "outliers", 30],
  ["M8", "gauss1", 200],
  ["M8", "outliers", 60],
  ["M8", "t3", 60],
  ["M8", "drift", 100],
  ["M8", "bursts", 100],
  ["M9", "layout", 60],
  ["M10", "layout", 60],
  ["M11", "gauss1", 40],
  ["AA", "layout", 60],
];

const scores = new Map<(typeof scenarios)[number], Score>();

/** Scored once, by whichever test asks first. */
function scoreOf(scenario: (typeof scenarios)[number]): Score {
  const [machineId, noiseId, replicates] = scenario;
  const score = scores.get(scenario) ?? scoreScenario(prepare(setup(machineId, noiseId)), { replicates });
  scores.set(scenario, score);
  return score;
}

const titled = scenarios.map((scenario) => {
  const [machine, noise, replicates] = scenario;
  return { machine, noise, replicates, scenario };
});

test.each(titled)("$machine under $noise: intervals hold the truth", ({ scenario, replicates }) => {
  const score = scoreOf(scenario);
  expect(score.meanCoverage).toBeGreaterThan(0.925 - slack(replicates));
  expect(score.gapCoverage).toBeGreaterThan(0.93 - slack(replicates));
  expect(score.neutralGapCoverage).toBeGreaterThan(0.93 - slack(replicates));
  expect(score.identityError).toBeLessThan(1e-9);
  // At the stop the standard error is about one percentage point.
  expect(score.rmse).toBeLessThan(0.0115);
});

test("pooled over all scenarios the coverage is the nominal one", () => {
  const all = scenarios.map(scoreOf);
  expect(average(all.map((score) => score.meanCoverage))).toBeGreaterThan(0.94);
  expect(average(all.map((score) => score.meanCoverage))).toBeLessThan(0.965);
  const rates = all.map((score) => score.falseCauseRate).filter((rate) => rate !== undefined);
  expect(average(rates)).toBeLessThan(0.07);
});

test("the design pays: less time than one factor out at a time, at the same width", () => {
  const ours = scoreScenario(prepare(setup("M9", "layout")), { replicates: 12 });
  const theirs = scoreScenario(prepareOneFactorOut(setup("M9", "layout")), { replicates: 12 });
  expect(ours.seconds / theirs.seconds).toBeLessThan(0.4);
});

test("one variant after the other does not hold the truth once layouts differ or the machine drifts", () => {
  for (const noiseId of ["layout", "drift", "bursts"]) {
    const each = setup("M1", noiseId);
    const { truth } = prepare(each);
    const errors = Array.from({ length: 40 }, (_, seed) => runNaively(each, seed + 1, 30)).flatMap(
      ({ estimates }) =>
        [...truth.contributions].map(([name, value]) => (estimates.get(name)?.value ?? 0) - value),
    );
    const rmse = Math.sqrt(average(errors.map((error) => error ** 2)));
    expect(rmse, noiseId).toBeGreaterThan(0.025);
  }
});
