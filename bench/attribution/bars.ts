import { average, type Score } from "../../test/simulate/scoring.ts";
import type { Recycled } from "./recycled.ts";

export interface Peer {
  readonly seconds: number;
  readonly rmse: number;
  readonly coverage: number;
}

export interface Row {
  readonly score: Score;
  readonly oneFactorOut?: Peer;
  readonly naive?: Peer;
}

export interface Bar {
  readonly name: string;
  readonly bar: string;
  readonly value: number;
  readonly holds: boolean;
}

/** METHOD's bars of the test-bed. A bar without a scenario in this run is left out. */
export function makeBars(rows: readonly Row[], recycled: Recycled): readonly Bar[] {
  return [...coverageBars(rows, recycled), ...errorBars(rows), ...peerBars(rows)];
}

const scoresOf = (rows: readonly Row[], machine?: string) =>
  rows.map(({ score }) => score).filter((score) => machine === undefined || score.machine === machine);
const meanOf = (values: readonly number[]) => (values.length === 0 ? [] : [average(values)]);
const defined = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined);

function atMost(name: string, limit: number, values: readonly number[]): readonly Bar[] {
  const value = Math.max(...values);
  return values.length === 0 ? [] : [{ name, bar: `<= ${limit}`, value, holds: value <= limit }];
}

function atLeast(name: string, limit: number, values: readonly number[]): readonly Bar[] {
  const value = Math.min(...values);
  return values.length === 0 ? [] : [{ name, bar: `>= ${limit}`, value, holds: value >= limit }];
}

function coverageBars(rows: readonly Row[], recycled: Recycled): readonly Bar[] {
  const scores = scoresOf(rows);
  const means = scores.map((score) => score.meanCoverage);
  return [
    ...atLeast("coverage of each scenario", 0.925, means),
    ...atLeast("coverage pooled", 0.94, meanOf(means)),
    ...atLeast(
      "worst single factor",
      0.9,
      scores.map((score) => score.worstCoverage),
    ),
    ...atLeast("gap, pooled coverage", 0.94, meanOf(scores.map((score) => score.gapCoverage))),
    ...atLeast("neutral gap, pooled coverage", 0.94, meanOf(scores.map((score) => score.neutralGapCoverage))),
    ...atLeast("four recycled layouts as units, coverage", 0.92, [recycled.coverage]),
    ...atLeast(
      "A/A machine, coverage",
      0.92,
      scoresOf(rows, "AA").map((score) => score.meanCoverage),
    ),
  ];
}

function errorBars(rows: readonly Row[]): readonly Bar[] {
  const scores = scoresOf(rows);
  const isHard = (score: Score) => score.machine === "M7" && score.noise === "gauss1";
  const bias = (chosen: readonly Score[]) => chosen.map((score) => 100 * score.worstBias);
  const rmse = (chosen: readonly Score[]) => chosen.map((score) => 100 * score.rmse);
  return [
    ...atMost("bias, pp", 0.25, bias(scores.filter((score) => !isHard(score)))),
    ...atMost("bias of M7 at 1 %, pp", 0.4, bias(scores.filter(isHard))),
    ...atMost("RMSE, pp", 0.95, rmse(scores.filter((score) => score.machine !== "M9"))),
    ...atMost("RMSE of M9, pp", 1.1, rmse(scoresOf(rows, "M9"))),
    ...atMost("false cause per null factor", 0.08, defined(scores.map((score) => score.falseCauseRate))),
    ...atMost("any false cause with Holm", 0.1, defined(scores.map((score) => score.anyFalseCauseRate))),
    ...atMost(
      "identity",
      1e-9,
      scores.map((score) => score.identityError),
    ),
  ];
}

function peerBars(rows: readonly Row[]): readonly Bar[] {
  const of = (machine: string) => rows.filter(({ score }) => score.machine === machine);
  const timeRatios = (machine: string) =>
    of(machine).flatMap(({ score, oneFactorOut }) =>
      oneFactorOut === undefined ? [] : [score.seconds / oneFactorOut.seconds],
    );
  const rough = ["layout", "drift", "bursts", "mess"];
  const errorRatios = of("M1").flatMap(({ score, naive }) =>
    naive !== undefined && rough.includes(score.noise) ? [score.rmse / naive.rmse] : [],
  );
  return [
    ...atMost("time against good one factor out, 8/8, mean", 0.3, meanOf(timeRatios("M9"))),
    ...atMost("time against good one factor out, 5/4, mean", 0.8, meanOf(timeRatios("M1"))),
    ...atMost("RMSE against naive one factor out x30 in rough weather", 0.35, errorRatios),
  ];
}
