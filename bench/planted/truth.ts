import { join } from "node:path";
import { packageDirectory } from "../../src/base/directories.ts";
import { Failure } from "../../src/base/failure.ts";
import { canonicalJson } from "../../src/base/hash.ts";
import { createRandom, mixSeeds } from "../../src/base/random.ts";
import { mean, shapleyWeight, studentQuantile, variance } from "../../src/base/statistics.ts";
import type { Builder } from "../../src/build/builder.ts";
import type { Subject } from "../../src/model/case.ts";
import type { Interval } from "../../src/model/estimate.ts";
import type { Runner } from "../../src/model/run.ts";
import { baselineSetting } from "../../src/model/setting.ts";
import type { Language } from "../../src/plugin.ts";
import type { Plant, PlantedCause } from "./plant.ts";

/** A mean of per-round values with its 95 % interval, log units. */
export interface Measured extends Interval {
  readonly value: number;
}

/** What a plant costs, measured without any of perfgap's levers or inference. */
export interface Truth {
  readonly gap: Measured;
  /** Shapley value of each cause, planted side minus clean side, in the plant's order. */
  readonly causes: readonly Measured[];
  readonly cleanSeconds: number;
  readonly rounds: number;
}

export interface Laboratory {
  readonly builder: Builder;
  readonly runner: Runner;
  readonly languages: readonly Language[];
  readonly directory: string;
}

interface Cell {
  readonly side: Side;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly preload: readonly string[];
}

type Side = "planted" | "clean";

/** The plant's program as its language sees it, without flags. Rejects with a Failure when it is no program. */
export async function findProgram(plant: Plant, languages: readonly Language[]): Promise<Subject> {
  const path = join(packageDirectory(), "workloads", plant.program);
  const language = languages.find(({ id }) => id === plant.language);
  const detection = await language?.detect(path, undefined, true);
  if (detection?.kind === "yes") return detection.subject;
  throw failure(
    `${path} is no ${plant.language} program`,
    detection?.kind === "problem" ? detection.message : "",
  );
}

/** One side of a plant, with more flags after its own; a flag that is there already is not given twice. */
export function subjectOf(
  plant: Plant,
  program: Subject,
  side: Side,
  flags: readonly string[] = [],
): Subject {
  const own = side === "planted" ? plant.plantedFlags : plant.cleanFlags;
  return { ...program, id: side, flags: [...new Set([...own, ...flags])] };
}

/** Log seconds of each round, by side, indexed by masks of causes taken away. */
export type Rounds = readonly Readonly<Record<Side, readonly number[]>>[];

/**
 * Runs every combination of causes of both sides once a round, in random order, each with a fresh placement of its code.
 * Rejects with a Failure when a program does not build or run.
 */
export async function measureRounds(
  plant: Plant,
  laboratory: Laboratory,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Rounds> {
  const masks = Array.from({ length: 1 << plant.causes.length }, (_, mask) => mask);
  const program = await findProgram(plant, laboratory.languages);
  const perRound: Readonly<Record<Side, readonly number[]>>[] = [];
  for (let round = from; round < to; round++) {
    const seconds = await measureRound({ plant, program, masks }, laboratory, round);
    perRound.push({
      planted: masks.map((mask) => Math.log(seconds("planted", mask))),
      clean: masks.map((mask) => Math.log(seconds("clean", mask))),
    });
  }
  return perRound;
}

export function summariseTruth(plant: Plant, perRound: Rounds): Truth {
  const base = (logs: readonly number[]) => logs[0] ?? Number.NaN;
  return {
    gap: summarise(perRound.map(({ planted, clean }) => base(planted) - base(clean))),
    causes: plant.causes.map((_, cause) =>
      summarise(perRound.map(({ planted, clean }) => shapley(planted, cause) - shapley(clean, cause))),
    ),
    cleanSeconds: Math.exp(mean(perRound.map(({ clean }) => base(clean)))),
    rounds: perRound.length,
  };
}

/** What neutralising one cause saves, averaged over the orders of all (Shapley 1953). `logs` is indexed by masks of causes taken away. */
export function shapley(logs: readonly number[], cause: number): number {
  const players = Math.log2(logs.length);
  return logs.reduce((sum, before, mask) => {
    if ((mask & (1 << cause)) !== 0) return sum;
    const after = logs[mask | (1 << cause)] ?? Number.NaN;
    return sum + shapleyWeight(players, cause, mask) * (before - after);
  }, 0);
}

interface Experiment {
  readonly plant: Plant;
  readonly program: Subject;
  readonly masks: readonly number[];
}

async function measureRound(
  { plant, program, masks }: Experiment,
  laboratory: Laboratory,
  round: number,
): Promise<(side: Side, mask: number) => number> {
  const places = (["planted", "clean"] as const).flatMap((side) => masks.map((mask) => ({ side, mask })));
  const executables = new Map<string, string>();
  for (const [index, { side, mask }] of places.entries()) {
    const cell = cellOf(plant, side, mask);
    const subject = subjectOf(plant, program, cell.side, cell.flags);
    const key = executableKey(subject);
    const seed = mixSeeds(round, index);
    if (!executables.has(key)) executables.set(key, await buildOnce(subject, laboratory, seed));
  }
  const seconds = new Map<string, number>();
  for (const { side, mask } of createRandom(mixSeeds(0x9a7d, round)).shuffle(places)) {
    const cell = cellOf(plant, side, mask);
    const executable = executables.get(executableKey(subjectOf(plant, program, cell.side, cell.flags))) ?? "";
    seconds.set(`${side}/${mask}`, await cpuSeconds(plant, executable, cell, laboratory));
  }
  return (side, mask) => seconds.get(`${side}/${mask}`) ?? Number.NaN;
}

/** Sides whose flags agree are one executable: their difference is exactly zero. */
function executableKey({ flags }: Subject): string {
  return canonicalJson([...(flags ?? [])].sort());
}

function cellOf(plant: Plant, side: Side, mask: number): Cell {
  const chosen: readonly PlantedCause[] = plant.causes.filter((_, index) => (mask & (1 << index)) !== 0);
  return {
    side: chosen.some(({ unplant }) => unplant === true) ? "clean" : side,
    flags: chosen.flatMap(({ flags }) => flags ?? []),
    env: Object.assign({}, ...chosen.map(({ env }) => env ?? {})) as Record<string, string>,
    preload: chosen.flatMap(({ preload }) => preload ?? []),
  };
}

async function buildOnce(subject: Subject, laboratory: Laboratory, layoutSeed: number): Promise<string> {
  const language = laboratory.languages.find(({ id }) => id === subject.language);
  const search = await language?.findToolchain(subject);
  if (search?.kind !== "found") throw failure(`no compiler for ${subject.language}`, search?.help);
  const built = await laboratory.builder.build({
    subject,
    toolchain: search.toolchain,
    setting: baselineSetting.build,
    layoutSeed,
    purpose: "timed",
  });
  if (!built.ok) throw failure(`${subject.path} does not build: ${built.error.command}`, built.error.output);
  return built.value.executable;
}

async function cpuSeconds(
  plant: Plant,
  executable: string,
  cell: Cell,
  { runner, directory }: Laboratory,
): Promise<number> {
  const { PATH = "" } = process.env;
  const result = await runner.run({
    argv: [executable, ...plant.args],
    env: {
      PATH,
      ...plant.env,
      ...cell.env,
      ...(cell.preload.length === 0 ? {} : { LD_PRELOAD: cell.preload.join(":") }),
    },
    workingDirectory: directory,
    timeoutMs: 60_000,
    outputLimitBytes: 256 * 1024 * 1024,
  });
  const { exit, userTimeNs, systemTimeNs } = result;
  if (exit.kind !== "exited" || exit.code !== 0)
    throw failure(`${plant.id}: the program failed`, result.stderrTail);
  if (userTimeNs === undefined || systemTimeNs === undefined)
    throw failure(`processor time cannot be had: ${runner.rung.title}`);
  return (userTimeNs + systemTimeNs) / 1e9;
}

function failure(message: string, detail?: string): Failure {
  return new Failure({
    code: "bench-planted",
    exit: "programFailed",
    message,
    ...(detail === undefined ? {} : { detail }),
  });
}

function summarise(values: readonly number[]): Measured {
  const value = mean(values);
  const half =
    values.length < 2
      ? Number.POSITIVE_INFINITY
      : studentQuantile(0.975, values.length - 1) * Math.sqrt(variance(values) / values.length);
  return { value, low: value - half, high: value + half };
}
