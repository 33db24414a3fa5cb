import { ensure } from "../base/assert.ts";
import { canonicalJson } from "../base/hash.ts";
import type { Result } from "../base/result.ts";
import type { Artifact, BuildFailure } from "../model/artifact.ts";
import type { Column, ScheduledRun } from "../model/plan.ts";

export interface BlockPreparation {
  readonly block: number;
  /** The block's runs in the order in which they are to be made. */
  readonly runs: readonly ScheduledRun[];
  /** Columns of the plan by id. */
  readonly columns: ReadonlyMap<string, Column>;
  readonly build: (column: Column, layoutSeed: number) => Promise<Result<Artifact, BuildFailure>>;
  readonly onBuilt?: (done: number, all: number) => void;
}

/** A block all of whose artifacts are there: from here on nothing is built until it is measured. */
export interface PreparedBlock {
  readonly block: number;
  readonly runs: readonly PreparedRun[];
}

export interface PreparedRun {
  readonly scheduled: ScheduledRun;
  readonly column: Column;
  readonly artifact: Artifact;
}

export type BlockPrepared =
  | { readonly kind: "prepared"; readonly prepared: PreparedBlock }
  | { readonly kind: "buildFailed"; readonly column: Column; readonly failure: BuildFailure };

/**
 * Builds what a block needs: each distinct setting and layout seed of a subject once, the subjects side by side. When
 * this settles, also by rejecting, nothing is being built. Artifacts of columns that were built before the failing one
 * are dropped by the builder's own bound.
 */
export async function prepareBlock(preparation: BlockPreparation): Promise<BlockPrepared> {
  const { columns, runs, block } = preparation;
  const jobs = jobsOf(runs, columns);
  const subjects = [...new Set([...jobs.values()].map(({ column }) => column.subject))];
  const artifacts = new Map<string, Artifact>();
  let failed: Extract<BlockPrepared, { kind: "buildFailed" }> | undefined;
  let rejected = false;
  const build: BlockPreparation["build"] = async (column, layoutSeed) => {
    try {
      return await preparation.build(column, layoutSeed);
    } catch (error) {
      rejected = true;
      throw error;
    }
  };
  const buildSide = async (subject: string): Promise<void> => {
    for (const [name, { column, layoutSeed }] of jobs) {
      if (column.subject !== subject || failed !== undefined || rejected) continue;
      const built = await build(column, layoutSeed);
      if (!built.ok) {
        failed ??= { kind: "buildFailed", column, failure: built.error };
        return;
      }
      artifacts.set(name, built.value);
      preparation.onBuilt?.(artifacts.size, jobs.size);
    }
  };
  const sides = subjects.map(buildSide);
  await Promise.allSettled(sides);
  await Promise.all(sides);
  if (failed !== undefined) return failed;
  const prepared = runs.map((scheduled) => {
    const column = columnOf(columns, scheduled);
    return { scheduled, column, artifact: ensure(artifacts.get(jobName(column, scheduled)), "an artifact") };
  });
  return { kind: "prepared", prepared: { block, runs: prepared } };
}

interface Job {
  readonly column: Column;
  readonly layoutSeed: number;
}

function jobsOf(
  runs: readonly ScheduledRun[],
  columns: ReadonlyMap<string, Column>,
): ReadonlyMap<string, Job> {
  const jobs = new Map<string, Job>();
  for (const scheduled of runs) {
    const column = columnOf(columns, scheduled);
    jobs.set(jobName(column, scheduled), { column, layoutSeed: scheduled.layoutSeed });
  }
  return jobs;
}

function jobName(column: Column, scheduled: ScheduledRun): string {
  return canonicalJson([column.subject, column.setting.build, scheduled.layoutSeed]);
}

function columnOf(columns: ReadonlyMap<string, Column>, scheduled: ScheduledRun): Column {
  return ensure(columns.get(scheduled.column), `column ${scheduled.column}`);
}
