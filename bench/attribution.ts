/**
 * The planted-truth test-bed at full size: coverage, bias, false causes and time to a width on simulated machines,
 * against one factor out at a time. `--replicates N` (default 200), `--machines M1,M7`, `--noises gauss3,mess`,
 * `--first-seed N` (default 1) for sessions that no constant of the program was chosen on.
 */

import { inferTable } from "../src/infer/infer-table.ts";
import { equalMachine, machines } from "../test/simulate/machines.ts";
import { noiseKinds } from "../test/simulate/noises.ts";
import { prepareOneFactorOut, runNaively } from "../test/simulate/peers.ts";
import { average, middle, type Sessions, scoreScenario } from "../test/simulate/scoring.ts";
import { covers, createSession, prepare, type Setup } from "../test/simulate/trial.ts";
import { type Bar, makeBars, type Peer, type Row } from "./attribution/bars.ts";
import { coverageOfRecycledLayouts } from "./attribution/recycled.ts";

const naiveRuns = 30;
/** Sessions of many blocks look less often whether to stop. */
const longSessions = 0.25;
const everyNoise = noiseKinds.map((kind) => kind.id);
const twoNoises = ["layout", "mess"];
/** Estimates are linear in cells, so machines that differ only in their game need not see every noise. */
const noisesOf: Readonly<Record<string, readonly string[]>> = {
  M1: everyNoise,
  M7: everyNoise,
  M8: everyNoise,
  M9: ["gauss3", "layout", "outliers", "mess"],
};

export async function run(args: readonly string[]): Promise<object> {
  const option = (name: string) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? undefined : args[at + 1];
  };
  const replicates = Number(option("replicates") ?? 200);
  const firstSeed = Number(option("first-seed") ?? 1);
  const wanted = { machines: option("machines")?.split(","), noises: option("noises")?.split(",") };
  const setups = [...machines, equalMachine]
    .filter((machine) => wanted.machines?.includes(machine.id) ?? true)
    .flatMap((machine) =>
      noiseKinds
        .filter((noise) => (noisesOf[machine.id] ?? twoNoises).includes(noise.id))
        .filter((noise) => wanted.noises?.includes(noise.id) ?? true)
        .map((noise): Setup => ({ machine, noise })),
    );
  printHeader();
  const rows: Row[] = [];
  for (const setup of setups) {
    rows.push(measure(setup, { replicates, firstSeed }));
    printRow(rows.at(-1));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const recycled = coverageOfRecycledLayouts(replicates);
  const inferenceMs = timeInference();
  const bars = makeBars(rows, recycled);
  printBars(bars, inferenceMs);
  return {
    bench: "attribution",
    replicates,
    firstSeed,
    precision: 0.02,
    pooledCoverage: average(rows.map(({ score }) => score.meanCoverage)),
    pooledGapCoverage: average(rows.map(({ score }) => score.gapCoverage)),
    pooledNeutralGapCoverage: average(rows.map(({ score }) => score.neutralGapCoverage)),
    scenarios: rows,
    recycledLayouts: recycled,
    inference: { blocks: 20, sides: 2, columns: timedColumns, ms: inferenceMs },
    bars,
  };
}

type Seeds = Required<Pick<Sessions, "replicates" | "firstSeed">>;

/** Peers are run where the comparison is about design: the large sides, and the additive machine. */
function measure(setup: Setup, { replicates, firstSeed }: Seeds): Row {
  const patience = setup.noise.id === "gauss10" ? longSessions : 0;
  const score = scoreScenario(prepare(setup), { replicates, firstSeed, patience });
  if (setup.machine.id !== "M1" && setup.machine.id !== "M9") return { score };
  // One factor out at 10 % noise needs hours of simulated time, which tells nothing new.
  if (setup.noise.id === "gauss10") return { score };
  const few = { replicates: Math.ceil(replicates / 4), firstSeed, patience: longSessions };
  const out = scoreScenario(prepareOneFactorOut(setup), few);
  return {
    score,
    oneFactorOut: { seconds: out.seconds, rmse: out.rmse, coverage: out.meanCoverage },
    naive: measureNaively(setup, { replicates, firstSeed }),
  };
}

function measureNaively(setup: Setup, { replicates, firstSeed }: Seeds): Peer {
  const { truth } = prepare(setup);
  const results = Array.from({ length: replicates }, (_, index) =>
    runNaively(setup, firstSeed + index, naiveRuns),
  );
  const outcomes = results.flatMap(({ estimates }) =>
    [...truth.contributions].map(([name, value]) => {
      const estimate = estimates.get(name) ?? { value: 0, variance: 0, degreesOfFreedom: 1 };
      return { error: estimate.value - value, covered: covers(estimate, value) };
    }),
  );
  return {
    seconds: average(results.map((result) => result.seconds)),
    rmse: Math.sqrt(average(outcomes.map(({ error }) => error ** 2))),
    coverage: average(outcomes.map(({ covered }) => (covered ? 1 : 0))),
  };
}

const timedColumns = 36;

/** Median milliseconds of one inference of 20 blocks of two sides with 36 columns each. */
function timeInference(): number {
  const [machine] = machines;
  const noise = noiseKinds.find((kind) => kind.id === "mess");
  if (machine === undefined || noise === undefined) throw new Error("machine M1 and the mess are there");
  const scenario = prepare({ machine: { ...machine, fast: { ...machine.slow, subject: "fast" } }, noise });
  const session = createSession(scenario, 1);
  let table = session.addBlock();
  while (table.blocks < 20) table = session.addBlock();
  return middle(
    Array.from({ length: 15 }, () => {
      const start = performance.now();
      inferTable(scenario.design, { first: table }, "cpuTime");
      return performance.now() - start;
    }),
  );
}

const print = (line: string) => process.stderr.write(`${line}\n`);
const cell = (value: string | number, width: number) => String(value).padStart(width);

function printHeader(): void {
  print(
    "machine noise     cover  worst   gap neutral bias,pp rmse,pp  time,s blocks | out: time cover | naive: time cover rmse,pp",
  );
}

function printRow(row: Row | undefined): void {
  if (row === undefined) return;
  const { score, oneFactorOut: out, naive } = row;
  const peers =
    out === undefined || naive === undefined
      ? ""
      : ` |${cell(out.seconds.toFixed(0), 10)} ${out.coverage.toFixed(3)} |${cell(naive.seconds.toFixed(0), 12)} ${naive.coverage.toFixed(3)} ${cell((100 * naive.rmse).toFixed(2), 7)}`;
  print(
    `${score.machine.padEnd(7)} ${score.noise.padEnd(9)} ${score.meanCoverage.toFixed(3)}  ${score.worstCoverage.toFixed(3)} ${score.gapCoverage.toFixed(3)}   ${score.neutralGapCoverage.toFixed(3)} ${cell((100 * score.worstBias).toFixed(2), 7)} ${cell((100 * score.rmse).toFixed(2), 7)} ${cell(score.seconds.toFixed(0), 7)} ${cell(score.blocks.toFixed(1), 6)}${peers}`,
  );
}

function printBars(bars: readonly Bar[], inferenceMs: number): void {
  print("");
  for (const { name, bar, value, holds } of bars)
    print(`${holds ? "holds" : "FAILS"}  ${name}: ${value.toPrecision(3)} (bar ${bar})`);
  print(`inference of 20 blocks x 2 sides x ${timedColumns} columns: ${inferenceMs.toFixed(1)} ms`);
}
