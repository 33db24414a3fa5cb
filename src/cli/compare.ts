import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { exitCodes, Failure } from "../base/failure.ts";
import { compareReports, type LabelledReport } from "../compare/compare-reports.ts";
import { renderComparisonMarkdown } from "../compare/render-markdown.ts";
import { renderComparisonTerminal } from "../compare/render-terminal.ts";
import type { Comparison } from "../model/comparison.ts";
import { type CommandContext, usageFailure } from "./context.ts";
import { cannotWrite, checkExports } from "./deliver.ts";
import { loadReport } from "./load-report.ts";
import type { FailOn } from "./option-values.ts";
import type { RunSummary } from "./services.ts";

export interface CompareFlags {
  readonly json?: true;
  readonly exportJson?: string;
  readonly exportMd?: string;
  readonly force?: true;
  readonly strict?: true;
  readonly failOn?: FailOn;
}

interface RunPair {
  readonly before: string;
  readonly after: string;
}

/** Compares two finished runs and shows what changed. Throws Failure (exit "usage") where there is nothing to compare. */
export async function compare(names: RunPair, flags: CompareFlags, context: CommandContext): Promise<void> {
  await checkExports(flags, context);
  const before = await load(names.before, context);
  const after = await load(names.after, context);
  if (before.label === after.label)
    throw usageFailure(
      "compare-same",
      `${before.label} is on both sides: a run differs from itself in nothing.`,
      "name two runs; perfgap runs lists them",
    );
  const compared = compareReports(before, after);
  if (!compared.ok)
    throw usageFailure(
      "compare-cases",
      compared.error,
      "compare runs of the same programs (perfgap runs lists them), or let one run tell what a change did: perfgap explain ORIGINAL PATCHED",
    );
  if (flags.force !== true) refuseIncomparable(compared.value);
  await deliverComparison(compared.value, flags, context);
  context.exitWith(exitCodeOf(compared.value, flags));
}

async function load(name: string, context: CommandContext): Promise<LabelledReport> {
  const label = (await runNamed(name, context)) ?? name;
  return { label, report: (await loadReport(label, context)).report };
}

const places: Readonly<Record<string, number>> = { latest: 0, previous: 1 };

/** `latest` and `previous` are the last two finished runs of this folder. */
async function runNamed(name: string, { services, directory }: CommandContext): Promise<string | undefined> {
  const place = places[name];
  if (place === undefined) return undefined;
  const all = await services.listRuns(directory);
  const finished = all.filter(({ kind }) => kind === "finished");
  const run = finished[place];
  if (run !== undefined) return run.id;
  throw usageFailure(
    "no-such-run",
    finished.length === 0
      ? "There is no finished run in this folder."
      : "There is only one finished run in this folder, and a comparison needs two.",
    `${unfinishedHelp(all)}change a program, then: perfgap explain ...`,
  );
}

function unfinishedHelp(all: readonly RunSummary[]): string {
  const open = all.find(({ kind }) => kind === "resumable");
  return open === undefined ? "" : `perfgap resume ${open.id} finishes one, or `;
}

function refuseIncomparable({ doubts }: Comparison): void {
  const refusing = doubts.filter(({ weight }) => weight === "refuses");
  const [first] = refusing;
  if (first === undefined) return;
  throw new Failure({
    code: `compare-${first.code}`,
    exit: "usage",
    message: refusing.map(({ message }) => message).join("\n"),
    help: `${first.code === "machine" ? "measure both on one machine" : "name two runs of one case"}; --force compares all the same, with this doubt on top`,
  });
}

async function deliverComparison(
  comparison: Comparison,
  flags: CompareFlags,
  { terminal, directory }: CommandContext,
): Promise<void> {
  const json = () => `${JSON.stringify(comparison, undefined, 2)}\n`;
  const exports: readonly (readonly [string | undefined, () => string])[] = [
    [flags.exportJson, json],
    [flags.exportMd, () => renderComparisonMarkdown(comparison)],
  ];
  for (const [file, render] of exports) {
    if (file === undefined) continue;
    try {
      await writeFile(resolve(directory, file), render());
    } catch (error) {
      throw cannotWrite(file, error);
    }
  }
  terminal.out(
    flags.json === true
      ? json()
      : renderComparisonTerminal(comparison, { columns: terminal.columns, style: terminal.outStyle }),
  );
}

function exitCodeOf(comparison: Comparison, { failOn, strict }: CompareFlags): number {
  if (failOn !== undefined && crosses(comparison, failOn)) return exitCodes.thresholdCrossed;
  if (strict === true && isOpen(comparison)) return exitCodes.inconclusive;
  return exitCodes.answered;
}

/** Only where the whole interval is beyond the bound. */
function crosses({ subjects, pairs }: Comparison, { metric, ratio, over }: FailOn): boolean {
  const bound = Math.log(ratio);
  if (over === undefined)
    return subjects.some(
      (row) => row.metric === metric && (row.typical.difference?.low ?? Number.NEGATIVE_INFINITY) > bound,
    );
  return pairs.some((pair) => {
    const { difference } = pair.gap;
    if (pair.metric !== metric || difference === undefined) return false;
    if (pair.slow === over.numerator && pair.fast === over.denominator) return difference.low > bound;
    return pair.slow === over.denominator && pair.fast === over.numerator && -difference.high > bound;
  });
}

function isOpen({ doubts, pairs }: Comparison): boolean {
  const metric = pairs[0]?.metric;
  return (
    doubts.some(({ weight }) => weight !== "note") ||
    pairs.some((pair) => pair.metric === metric && pair.gap.verdict === "undetermined")
  );
}
