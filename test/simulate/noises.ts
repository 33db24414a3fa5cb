/** The nine kinds of noise of the test-bed. */
import { createRandom, mixSeeds, type Random } from "../../src/base/random.ts";

export interface NoiseKind {
  readonly id: string;
  readonly title: string;
  readonly runSd: number;
  readonly layoutSd: number;
  readonly studentT3?: true;
  /** Tails without a mean: Student's t of one degree of freedom (Cauchy). */
  readonly studentT1?: true;
  /** Share of links that are slow throughout, and what that costs: 0.8 is 1.8 times the time. */
  readonly twoSpeeds?: { readonly share: number; readonly cost: number };
  /** Share of runs with an exponential on top, and its mean. */
  readonly outliers?: { readonly share: number; readonly mean: number };
  /** A slow swing of the machine and a wandering part. */
  readonly drift?: { readonly swing: number; readonly wander: number };
  /** A neighbour that comes and goes, and what it costs. */
  readonly bursts?: { readonly cost: number };
}

const outliers = { share: 0.05, mean: 0.3 };
const drift = { swing: 0.1, wander: 0.05 };
const bursts = { cost: 0.25 };

export const noiseKinds: readonly NoiseKind[] = [
  { id: "gauss1", title: "gauss 1 % / 0", runSd: 0.01, layoutSd: 0 },
  { id: "gauss3", title: "gauss 3 % / 0", runSd: 0.03, layoutSd: 0 },
  { id: "layout", title: "gauss 3 % / 2 %", runSd: 0.03, layoutSd: 0.02 },
  { id: "gauss10", title: "gauss 10 % / 0", runSd: 0.1, layoutSd: 0 },
  { id: "outliers", title: "5 % outliers Exp(.3) on 3 % / 1 %", runSd: 0.03, layoutSd: 0.01, outliers },
  { id: "t3", title: "Student t3, 3 % / 1 %", runSd: 0.03, layoutSd: 0.01, studentT3: true },
  { id: "drift", title: "drift 10 % and wander 5 % on 2 % / 1 %", runSd: 0.02, layoutSd: 0.01, drift },
  { id: "bursts", title: "bursts of a neighbour +25 % on 2 % / 1 %", runSd: 0.02, layoutSd: 0.01, bursts },
  { id: "mess", title: "all of it on 2 % / 2 %", runSd: 0.02, layoutSd: 0.02, outliers, drift, bursts },
];

/** Seconds. */
const swingPeriod = 150;
const wanderTime = 60;
const burstLength = 20;
const calmLength = 80;

/** A machine in time: what a run that starts now suffers, on top of its own program. */
export interface Weather {
  /** Log factor of a run of `seconds`; time passes. */
  readonly disturb: (seconds: number) => number;
  readonly elapsedSeconds: () => number;
}

export function createWeather(kind: NoiseKind, random: Random): Weather {
  let now = 0;
  let wander = random.normal();
  let burst = random.uniform() < burstLength / (burstLength + calmLength);
  let burstEnds = exponential(random, burst ? burstLength : calmLength);
  const phase = 2 * Math.PI * random.uniform();
  return {
    disturb(seconds) {
      let log = kind.runSd * shock(kind, random);
      if (kind.outliers !== undefined && random.uniform() < kind.outliers.share)
        log += exponential(random, kind.outliers.mean);
      if (kind.drift !== undefined) {
        log +=
          kind.drift.swing * Math.sin(phase + (2 * Math.PI * now) / swingPeriod) + kind.drift.wander * wander;
      }
      if (kind.bursts !== undefined && burst) log += Math.log1p(kind.bursts.cost);
      const lasted = seconds * Math.exp(log);
      now += lasted;
      const kept = Math.exp(-lasted / wanderTime);
      wander = kept * wander + Math.sqrt(1 - kept * kept) * random.normal();
      while (now > burstEnds) {
        burst = !burst;
        burstEnds += exponential(random, burst ? burstLength : calmLength);
      }
      return log;
    },
    elapsedSeconds: () => now,
  };
}

export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random.uniform());
}

function shock(kind: NoiseKind, random: Random): number {
  if (kind.studentT1 === true) return random.normal() / Math.abs(random.normal());
  return kind.studentT3 === true ? studentT3(random) : random.normal();
}

/** Scaled so that its bulk looks like the normal's: t3 has variance 3, which its tails make, not its middle. */
function studentT3(random: Random): number {
  const chi = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
  return random.normal() / Math.sqrt(chi / 3);
}

/** What one placement of code costs: the same seed always the same. */
export function layoutEffect(kind: NoiseKind, seed: number, bimodal: boolean): number {
  if (bimodal) return createRandom(mixSeeds(seed, 7)).uniform() < 0.2 ? Math.log(1.12) : 0;
  const spread = kind.layoutSd === 0 ? 0 : kind.layoutSd * createRandom(mixSeeds(seed, 7)).normal();
  const { share, cost } = kind.twoSpeeds ?? { share: 0, cost: 0 };
  return share > createRandom(mixSeeds(seed, 8)).uniform() ? spread + Math.log1p(cost) : spread;
}
