import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheDirectory } from "../src/base/directories.ts";
import { openBuilder } from "../src/build/builder.ts";
import { builtinLanguages } from "../src/builtins.ts";
import { explain } from "../src/explain.ts";
import type { Report } from "../src/model/report.ts";
import { openRunner } from "../src/runner/open-runner.ts";
import { lockHost } from "../src/runs/host-lock.ts";
import type { AbsentPlant, Plant } from "./planted/plant.ts";
import { makePlants } from "./planted/plants.ts";
import { type PlantedSummary, type PlantScore, scorePlant } from "./planted/score.ts";
import { formatHeading, formatScore, formatSummary } from "./planted/table.ts";
import {
  findProgram,
  measureRounds,
  type Rounds,
  subjectOf,
  summariseTruth,
  type Truth,
} from "./planted/truth.ts";

export interface PlantedResult {
  readonly bench: "planted";
  readonly plants: readonly PlantScore[];
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
  readonly absent: readonly AbsentPlant[];
  /** Nanoseconds that each allocation costs more, by steps burnt: a straight line over the doses, if all is well. */
  readonly doses: readonly {
    readonly steps: number;
    readonly estimate: number;
    readonly truth: number;
  }[];
  readonly summary: PlantedSummary;
}

interface Settings {
  readonly only: readonly string[];
  readonly budgetMs: number;
  readonly rounds: number;
  readonly seed: number;
}

/**
 * Plants one known cost at a time in a real program, measures it directly and lets perfgap explain it.
 * `--only P1,P2`, `--budget SECONDS` for each plant, `--rounds N` of direct measurement, `--seed N`.
 */
export async function run(args: readonly string[]): Promise<PlantedResult> {
  const settings = readSettings(args);
  const directory = await mkdtemp(join(tmpdir(), "perfgap-planted-"));
  try {
    const { plants, absent } = await makePlants(directory);
    const chosen = plants.filter(({ id }) => settings.only.length === 0 || settings.only.includes(id));
    for (const { id, reason } of absent) console.error(`${id}: cannot be planted here: ${reason}`);
    console.error(formatHeading());
    const scored: { readonly score: PlantScore; readonly truth: Truth }[] = [];
    const failed: { readonly id: string; readonly reason: string }[] = [];
    for (const plant of chosen) {
      try {
        const result = await tryPlant(plant, settings, directory);
        scored.push(result);
        console.error(formatScore(result.score));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failed.push({ id: plant.id, reason });
        console.error(`${plant.id}: ${reason}`);
      }
    }
    const result = summarise(scored, failed, absent);
    console.error(formatSummary(result.summary));
    return result;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string", default: "" },
      budget: { type: "string", default: "90" },
      rounds: { type: "string", default: "15" },
      seed: { type: "string", default: "1" },
    },
  });
  return {
    only: values.only.split(",").filter((id) => id !== ""),
    budgetMs: Number(values.budget) * 1000,
    rounds: Number(values.rounds),
    seed: Number(values.seed),
  };
}

async function tryPlant(
  plant: Plant,
  settings: Settings,
  directory: string,
): Promise<{ readonly score: PlantScore; readonly truth: Truth }> {
  // One half before and one after: what machine perfgap finds between them is then in the truth and in its interval.
  const half = Math.ceil(settings.rounds / 2);
  const before = await truthRounds(plant, { from: 0, to: half }, directory);
  const report = await explainPlant(plant, settings, directory);
  const after = await truthRounds(plant, { from: half, to: settings.rounds }, directory);
  const truth = summariseTruth(plant, [...before, ...after]);
  return { score: scorePlant(plant, truth, report), truth };
}

async function truthRounds(
  plant: Plant,
  rounds: { readonly from: number; readonly to: number },
  directory: string,
): Promise<Rounds> {
  const closing: (() => Promise<void>)[] = [];
  try {
    const lock = await lockHost(cacheDirectory());
    closing.push(() => lock.release());
    const builder = await openBuilder({ cacheDirectory: cacheDirectory(), languages: builtinLanguages });
    closing.push(() => builder.close());
    const runner = await openRunner();
    closing.push(() => runner.close());
    return await measureRounds(plant, { builder, runner, languages: builtinLanguages, directory }, rounds);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function explainPlant(plant: Plant, settings: Settings, directory: string): Promise<Report> {
  const program = await findProgram(plant, builtinLanguages);
  return explain(
    {
      case: {
        name: plant.id,
        workload: { args: plant.args, env: plant.env ?? {}, compare: { kind: "exact" } },
        subjects: [subjectOf(plant, program, "planted"), subjectOf(plant, program, "clean")],
      },
      metrics: ["cpuTime"],
      budgetMs: settings.budgetMs,
      quick: false,
      seed: settings.seed,
      profile: true,
      projectDirectory: directory,
      command: `perfgap bench planted ${plant.id}`,
      stop: new AbortController().signal,
      kill: new AbortController().signal,
    },
    () => undefined,
  );
}

function summarise(
  scored: readonly { readonly score: PlantScore; readonly truth: Truth }[],
  failed: PlantedResult["failed"],
  absent: readonly AbsentPlant[],
): PlantedResult {
  const plants = scored.map(({ score }) => score);
  return {
    bench: "planted",
    plants,
    failed,
    absent,
    doses: scored.flatMap(({ score, truth }) => addedCost(score, truth)),
    summary: {
      passed: plants.filter(({ passed }) => passed).length,
      scored: plants.length,
      failedAsKnown: plants.filter(({ passed, knownToFail }) => !passed && knownToFail !== undefined).length,
      falseAlarms: plants.filter(({ expectation, passed }) => expectation === "silent" && !passed).length,
    },
  };
}

/** Allocations of the burning program: one per replacement. */
const allocations = 12_000_000;

function addedCost({ dose, causes: [cause] }: PlantScore, { cleanSeconds, gap }: Truth) {
  if (dose === undefined || cause?.estimate === undefined) return [];
  const nanoseconds = (logCost: number) => (cleanSeconds * Math.expm1(logCost) * 1e9) / allocations;
  return [{ steps: dose, estimate: nanoseconds(cause.estimate.value), truth: nanoseconds(gap.value) }];
}
