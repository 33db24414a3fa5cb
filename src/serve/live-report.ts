import { stat } from "node:fs/promises";
import { join } from "node:path";
import { attribute } from "../attribute/index.ts";
import { ownValue } from "../base/own-value.ts";
import { infer } from "../infer/index.ts";
import type { Factor } from "../model/factor.ts";
import type { Host } from "../model/host.ts";
import { type Report, reportSchemaId } from "../model/report.ts";
import { nextState, nothingYet, type ProgressState } from "../report/progress-state.ts";
import { readPlanDocument } from "../runs/documents.ts";
import type { KnownRun } from "../runs/list-runs.ts";
import { readProgress } from "../runs/progress-file.ts";
import { readObservations } from "../runs/run.ts";

/** How far a run has come, from what lies in its folder. */
export type LiveState =
  /** Building, checking, profiling: there is no plan yet. */
  | { readonly kind: "preparing" }
  /** The plan stands, no block is whole yet. */
  | { readonly kind: "planned"; readonly runsPerBlock: number }
  | {
      readonly kind: "measuring";
      readonly blocks: number;
      readonly report: Report;
      /** Widest half width of a cause now and the one that is wanted, log units. */
      readonly reached: number;
      readonly wanted: number;
    };

/** A run with what each of its subjects is called: as its report will name them. */
export type NamedRun = KnownRun & { readonly titles: Readonly<Record<string, string>> };

export function withTitles(run: KnownRun, languageTitles: Readonly<Record<string, string>> = {}): NamedRun {
  const titles = run.case.case.subjects.map(({ id, language }) => [
    id,
    (id === language ? ownValue(languageTitles, language) : undefined) ?? id,
  ]);
  return { ...run, titles: Object.fromEntries(titles) as Readonly<Record<string, string>> };
}

/** Infers from the whole blocks on disk, as the pipeline itself does after each of them. Takes nothing from the run. */
export async function readLiveState(run: NamedRun, factors: readonly Factor[]): Promise<LiveState> {
  const document = await readPlanDocument(run.directory);
  if (document === undefined) return { kind: "preparing" };
  const { plan } = document;
  const runsPerBlock = plan.sides.reduce((sum, { columns }) => sum + columns.length, 0);
  const { blocks } = await readObservations(run.directory);
  const inferences = plan.metrics.flatMap((metric) => {
    const result = blocks.length === 0 ? undefined : infer(plan, blocks, metric);
    return result?.kind === "inferred" ? [result.inference] : [];
  });
  if (inferences.length === 0) return { kind: "planned", runsPerBlock };
  const { gaps, attributions, typical } = attribute({
    plan,
    inferences,
    factors,
    excluded: [],
    stoppedBy: "interrupted",
  });
  const { case: asked, command, version } = run.case;
  return {
    kind: "measuring",
    blocks: blocks.length,
    reached: attributions[0]?.diagnostics.precisionReached ?? Number.POSITIVE_INFINITY,
    wanted: plan.precision,
    report: {
      schema: reportSchemaId,
      case: { name: asked.name },
      host: unknownHost,
      subjects: asked.subjects.map(({ id, language }) => ({
        id,
        title: ownValue(run.titles, id) ?? id,
        language,
        toolchain: "",
        typical: typical[id] ?? {},
      })),
      gaps,
      attributions,
      accounting: [],
      agreement: [],
      evidence: [],
      wins: [],
      warnings: [],
      reproduce: { command, version, seed: plan.seed },
    },
  };
}

/** The run folder says nothing of the machine before the report does. */
const unknownHost: Host = {
  os: "",
  kernel: "",
  architecture: "",
  cpuModel: "",
  cpuCount: 0,
  cpuFlags: [],
  memoryBytes: 0,
  virtualised: false,
  load1: 0,
  signals: [],
};

/** What the measuring process told last. */
export async function readProgressState({ directory }: KnownRun): Promise<ProgressState> {
  return (await readProgress(directory)).reduce(nextState, nothingYet);
}

/** Changes when one of these files of a run folder does. */
export async function markOf({ directory }: KnownRun, names: readonly string[]): Promise<string> {
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(directory, name)).then(
        ({ size, mtimeMs }) => `${size}@${mtimeMs}`,
        () => "-",
      ),
    ),
  );
  return sizes.join(" ");
}
