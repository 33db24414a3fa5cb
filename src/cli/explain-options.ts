import { randomInt } from "node:crypto";
import { type Command, Option } from "commander";
import { present } from "../base/present.ts";
import { printable } from "../base/printable.ts";
import { shellCommand } from "../base/subprocess.ts";
import { didYouMean } from "../base/suggest.ts";
import type { CaseInput, LoadedCase } from "../case/load-case.ts";
import type { Comparison } from "../model/case.ts";
import type { FactorId } from "../model/factor.ts";
import type { MetricId } from "../model/plan.ts";
import type { ExplainOptions } from "../model/progress.ts";
import type { RunnerRung } from "../model/run.ts";
import { type TimeUnit, timeUnits } from "../report/quantities.ts";
import { type CommandContext, usageFailure } from "./context.ts";
import {
  durationValue,
  environmentValue,
  type FailOn,
  failOnValue,
  listValue,
  metricsValue,
  precisionValue,
  seedValue,
  toleranceValue,
} from "./option-values.ts";

/** How the answer is shown and where else it goes. */
export interface OutputFlags {
  readonly json?: true;
  readonly exportHtml?: string;
  readonly exportJson?: string;
  readonly exportMd?: string;
  readonly exportSvg?: string;
  readonly exportPng?: string;
  readonly open?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly strict?: true;
  readonly failOn?: FailOn;
  readonly unit?: TimeUnit;
}

/** What is measured and how long. */
export interface MeasureFlags {
  readonly quick?: true;
  readonly precision?: number;
  readonly budget?: number;
  readonly metric?: readonly MetricId[];
  readonly factors?: readonly string[];
  readonly skip?: readonly string[];
  readonly seed?: number;
  readonly profile: boolean;
  readonly wins?: boolean;
  readonly runner?: RunnerRung["id"];
  readonly plan?: true;
}

export interface WorkloadFlags {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeout?: number;
  readonly compare?: Comparison["kind"];
  readonly tolerance?: number;
}

export function addWorkloadOptions(command: Command): Command {
  return command
    .option("--stdin <file>", "file that every program reads from standard input")
    .option("--env <name=value>", "environment variable for every program (repeatable)", environmentValue)
    .option("--cwd <folder>", "folder that the programs run in")
    .option("--timeout <time>", "limit of one run; default: ten times the first run", durationValue)
    .addOption(
      new Option("--compare <how>", "how outputs are compared (default: exact)").choices([
        "exact",
        "numeric",
        "none",
      ]),
    )
    .option("--tolerance <x>", "relative difference allowed with --compare numeric", toleranceValue);
}

/** `budget`: what the command takes without --budget, in words. */
export function addMeasureOptions(command: Command, budget = "5m"): Command {
  return command
    .option("--quick", "a rougher answer in about a minute")
    .option("--precision <x>", "wanted half width of every cause's interval, 0.02 is 2 %", precisionValue)
    .option(
      "--budget <time>",
      `time for building and measuring (default: ${budget}, --quick: 1m)`,
      durationValue,
    )
    .option(
      "--metric <list>",
      "cpu, wall, memory, latency-p50, -p95, -p99; the first decides (default: cpu,wall,memory)",
      metricsValue,
    )
    .option("--factors <list>", "consider only these causes (see: perfgap factors)", listValue)
    .option("--skip <list>", "leave these causes out", listValue)
    .option("--seed <n>", "seed of every random choice", seedValue)
    .option("--no-profile", "leave the second lens (profiles) out")
    .option("--wins", "search the settings that would close the gap (default from a budget of 3m on)")
    .option("--no-wins", "leave that search out")
    .addOption(
      new Option("--runner <rung>", "how programs are started (default: the best there is)").choices([
        "launcher",
        "spawn",
      ]),
    )
    .option("--plan", "say what would be measured and how long it would take, then stop");
}

export function addOutputOptions(command: Command): Command {
  return command
    .option("--json", "the report as one JSON document on standard output")
    .option("--export-html <file>", "also write the HTML report to this file")
    .option("--export-json <file>", "also write the JSON report to this file")
    .option("--export-md <file>", "also write a Markdown report to this file")
    .option("--export-svg <file>", "also write the gap stack as a picture of 1200 x 630")
    .option("--export-png <file>", "the same as PNG, where a program that draws SVG is installed")
    .option("--open", "open the HTML report in the browser")
    .addOption(new Option("--unit <unit>", "unit of times (default: by size)").choices([...timeUnits]))
    .option("--strict", "exit 7 when the answer is inconclusive")
    .option("--fail-on <bound>", 'exit 1 when a gap surely crosses it: "cpu>1.05"', failOnValue);
}

const defaultBudgetMs = 5 * 60_000;
const quickBudgetMs = 60_000;
/** Below, a search for settings would take time that the causes need. */
const budgetForWinsMs = 180_000;

export function caseInput(
  subjects: readonly string[],
  flags: WorkloadFlags,
  context: CommandContext,
): CaseInput {
  return {
    subjects,
    directory: context.directory,
    ...present({
      args: context.programArgs,
      stdinPath: flags.stdin,
      env: flags.env,
      workingDirectory: flags.cwd,
      timeoutMs: flags.timeout,
      compare: comparisonOf(flags),
    }),
  };
}

function comparisonOf({ compare, tolerance }: WorkloadFlags): Comparison | undefined {
  if (tolerance !== undefined && compare !== "numeric")
    throw usageFailure("tolerance", "--tolerance has a meaning only with --compare numeric.");
  if (compare === undefined) return undefined;
  return compare === "numeric" ? { kind: compare, tolerance: tolerance ?? 1e-9 } : { kind: compare };
}

/** Everything that the pipeline is asked, from the case and the flags. Unknown factor names are refused. */
export async function explainOptions(
  loaded: LoadedCase,
  flags: MeasureFlags,
  context: CommandContext,
): Promise<ExplainOptions> {
  const quick = flags.quick === true;
  const budgetMs = flags.budget ?? (quick ? quickBudgetMs : defaultBudgetMs);
  const seed = flags.seed ?? randomInt(2 ** 31);
  const factors = flags.factors ?? loaded.onlyFactors;
  const skip = flags.skip ?? loaded.skipFactors;
  await refuseUnknownFactors([...(factors ?? []), ...(skip ?? [])], context);
  return {
    case: loaded.case,
    metrics: flags.metric ?? ["cpuTime", "wallTime", "maxRss"],
    budgetMs,
    wins: flags.wins ?? (!quick && budgetMs >= budgetForWinsMs),
    quick,
    seed,
    profile: flags.profile,
    projectDirectory: context.directory,
    command: commandToRepeat(context.argv, flags.seed === undefined ? seed : undefined),
    stop: context.interruption.stop,
    kill: context.interruption.kill,
    ...present({
      precision: flags.precision,
      factors,
      skip,
      runnerRung: flags.runner,
      planOnly: flags.plan,
    }),
  };
}

async function refuseUnknownFactors(ids: readonly FactorId[], context: CommandContext): Promise<void> {
  if (ids.length === 0) return;
  const known = (await context.services.factors()).map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw usageFailure(
    "factor",
    `"${printable(unknown)}" is no factor${didYouMean(unknown, known)}`,
    "perfgap factors lists them",
  );
}

/** The seed that was drawn is made part of the command, before the programs' own arguments. */
export function commandToRepeat(argv: readonly string[], seed: number | undefined): string {
  const added = seed === undefined ? [] : ["--seed", String(seed)];
  const end = argv.indexOf("--");
  const words = end === -1 ? [...argv, ...added] : [...argv.slice(0, end), ...added, ...argv.slice(end)];
  return shellCommand(["perfgap", ...words]);
}
