import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { storing } from "../base/storage.ts";
import type { SubjectId } from "../model/case.ts";
import type { Invocation } from "../model/invocation.ts";
import type { Warning } from "../model/report.ts";
import type { RunResult } from "../model/run.ts";
import { exitPhrase, succeeded } from "../model/run-exit.ts";
import { compareOutputs } from "./compare-outputs.ts";
import type { OutputDifference } from "./difference.ts";
import { expectedUnreadable, notAsExpected, notDeterministic, outputsDiffer } from "./failures.ts";
import { type KeptRun, limitAfter, mostFirstRunMs, runKept, runWell, type Verifying } from "./kept-run.ts";

/** What a baseline prints; variants are held against it. */
export interface ReferenceOutput {
  readonly subject: SubjectId;
  /** The kept output; it stays until the scratch folder is removed. */
  readonly path: string;
  readonly hash: string;
  readonly bytes: number;
  readonly longestWallTimeNs: number;
  /** Of the same runs: the first of them may have waited for the disk. */
  readonly shortestWallTimeNs: number;
}

export interface Verification {
  readonly references: readonly ReferenceOutput[];
  readonly warnings: readonly Warning[];
}

/** Runs that are made in all when two equal runs differ, so that the message can say how often. */
const runsWhenUnstable = 5;

/**
 * Runs every baseline twice and holds its outputs against each other, against the first subject's, and against the
 * expected output where there is one. Nothing is timed for the answer here. Rejects with a Failure that shows the
 * first difference, or what a program that failed said. `onStart` hears how long a first run may take before it begins,
 * `onFirstRun` how long it took while there is still another to wait for.
 */
export async function verifyOutputs(
  verifying: Verifying,
  baselines: readonly Invocation[],
  onFirstRun: (subject: SubjectId, wallTimeNs: number) => void = () => undefined,
  onStart: (subject: SubjectId, limitMs: number) => void = () => undefined,
): Promise<Verification> {
  await storing("A folder for outputs", verifying.scratchDirectory, () =>
    mkdir(verifying.scratchDirectory, { recursive: true }),
  );
  const references: ReferenceOutput[] = [];
  for (const [index, baseline] of baselines.entries()) {
    onStart(baseline.subject.id, firstLimitMs(verifying));
    const reference = await referenceOf(verifying, baseline, index, onFirstRun);
    await requireEqual(verifying, references[0], reference);
    references.push(reference);
  }
  return { references, warnings: nothingPrinted(verifying, references) };
}

export type VariantCheck =
  | { readonly kind: "same"; readonly run: RunResult }
  /** `reason` is the predicate of a sentence about the variant: "crashed (SIGSEGV)". */
  | {
      readonly kind: "failed";
      readonly run: RunResult;
      readonly reason: string;
      readonly difference?: OutputDifference;
    };

/** Runs a variant once and holds its output against its baseline's. A variant that fails is an answer, not an error. */
export async function verifyVariant(
  verifying: Verifying,
  variant: Invocation,
  reference: ReferenceOutput,
): Promise<VariantCheck> {
  const { workload } = verifying.surroundings;
  const path = join(verifying.scratchDirectory, "variant.out");
  const timeoutMs = limitAfter(verifying, reference.longestWallTimeNs);
  try {
    const { result } = await runKept(verifying, variant, { path, timeoutMs });
    if (!succeeded(result)) return { kind: "failed", run: result, reason: exitPhrase(result.exit) };
    if (workload.compare.kind === "none" || result.stdoutHash === reference.hash)
      return { kind: "same", run: result };
    const difference = await compareOutputs(reference.path, path, workload.compare);
    return difference === undefined
      ? { kind: "same", run: result }
      : {
          kind: "failed",
          run: result,
          reason: `prints something else from line ${difference.line} on`,
          difference,
        };
  } finally {
    await rm(path, { force: true });
  }
}

function firstLimitMs({ surroundings, firstRunLimitMs }: Verifying): number {
  return surroundings.workload.timeoutMs ?? firstRunLimitMs ?? mostFirstRunMs;
}

/** Two runs of one baseline, the second placed as timed runs are; the first one's output is kept. */
async function referenceOf(
  verifying: Verifying,
  baseline: Invocation,
  index: number,
  onFirstRun: (subject: SubjectId, wallTimeNs: number) => void,
): Promise<ReferenceOutput> {
  const { workload } = verifying.surroundings;
  const subject = baseline.subject.id;
  const path = join(verifying.scratchDirectory, `${index}.out`);
  const first = await runWell(verifying, baseline, {
    path,
    timeoutMs: firstLimitMs(verifying),
    limit: workload.timeoutMs === undefined ? "before the first run" : "given",
  });
  onFirstRun(subject, first.wallTimeNs);
  const again = join(verifying.scratchDirectory, "again.out");
  const timeoutMs = limitAfter(verifying, first.wallTimeNs);
  const rerun: KeptRun = {
    path: again,
    timeoutMs,
    limit: workload.timeoutMs === undefined ? "from the first run" : "given",
    padded: true,
  };
  try {
    const second = await runWell(verifying, baseline, rerun);
    const difference =
      first.stdoutHash === second.stdoutHash
        ? undefined
        : await compareOutputs(path, again, workload.compare);
    if (difference !== undefined) {
      const different = 1 + (await countDifferent(verifying, baseline, { path, rerun }));
      throw notDeterministic({ subject, different, runs: runsWhenUnstable }, difference);
    }
    return {
      subject,
      path,
      hash: first.stdoutHash,
      bytes: first.stdoutBytes,
      longestWallTimeNs: Math.max(first.wallTimeNs, second.wallTimeNs),
      shortestWallTimeNs: Math.min(first.wallTimeNs, second.wallTimeNs),
    };
  } finally {
    await rm(again, { force: true });
  }
}

async function countDifferent(
  verifying: Verifying,
  baseline: Invocation,
  { path, rerun }: { readonly path: string; readonly rerun: KeptRun },
): Promise<number> {
  let different = 0;
  for (let run = 3; run <= runsWhenUnstable; run++) {
    await runWell(verifying, baseline, rerun);
    const difference = await compareOutputs(path, rerun.path, verifying.surroundings.workload.compare);
    if (difference !== undefined) different++;
  }
  return different;
}

async function requireEqual(
  verifying: Verifying,
  first: ReferenceOutput | undefined,
  reference: ReferenceOutput,
): Promise<void> {
  const { compare, expectedOutputPath } = verifying.surroundings.workload;
  if (expectedOutputPath !== undefined) {
    const difference = await compareOutputs(expectedOutputPath, reference.path, compare).catch(
      (error: unknown) => {
        throw expectedUnreadable(expectedOutputPath, error);
      },
    );
    if (difference !== undefined) throw notAsExpected(reference.subject, expectedOutputPath, difference);
  }
  if (first === undefined || first.hash === reference.hash) return;
  const difference = await compareOutputs(first.path, reference.path, compare);
  if (difference !== undefined)
    throw outputsDiffer({ left: first.subject, right: reference.subject }, difference);
}

function nothingPrinted(verifying: Verifying, references: readonly ReferenceOutput[]): readonly Warning[] {
  const { compare, stdinPath } = verifying.surroundings.workload;
  if (compare.kind === "none" || references.some(({ bytes }) => bytes > 0)) return [];
  return [
    {
      code: "nothing-printed",
      appliesTo: "outputs",
      message: `No program printed anything, so nothing shows that they do the same job, or that the compiler did not leave the work out. ${
        stdinPath === undefined
          ? "If they read standard input, they found it empty: give them a file with --stdin FILE. Else let them print a result or a checksum."
          : "Let them print a result or a checksum."
      }`,
    },
  ];
}
