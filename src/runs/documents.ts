import { join } from "node:path";
import { Failure } from "../base/failure.ts";
import { present } from "../base/present.ts";
import { readPlainFile } from "../base/read-plain-file.ts";
import { errorCode, replaceFile } from "../base/storage.ts";
import type { Case, SubjectId } from "../model/case.ts";
import type { Plan } from "../model/plan.ts";
import type { ExplainOptions } from "../model/progress.ts";

/** `case.json`: the question, written before anything else. */
export interface CaseDocument {
  readonly schema: "perfgap/case@1";
  readonly createdAt: string;
  readonly version: string;
  /** The command that asked, as it can be pasted. */
  readonly command: string;
  readonly case: Case;
}

/** What a subject was made from, so that a resumed run never mixes two programs. */
export interface SubjectFingerprint {
  readonly subject: SubjectId;
  readonly sourceDigest: string;
  readonly toolchain: string;
  readonly toolchainDigest: string;
}

/** What the run was asked besides its case and its plan: going on with it keeps to that. */
export type RunOptions = Pick<
  ExplainOptions,
  "quick" | "profile" | "wins" | "runnerRung" | "factors" | "skip" | "importedProfiles"
>;

export function runOptionsOf(options: ExplainOptions): RunOptions {
  const { quick, profile, wins, runnerRung, factors, skip, importedProfiles } = options;
  return { quick, profile, ...present({ wins, runnerRung, factors, skip, importedProfiles }) };
}

/** `plan.json`: written once, when the plan is made; from then on the run can be resumed. */
export interface PlanDocument {
  readonly schema: "perfgap/plan@1";
  readonly plan: Plan;
  readonly subjects: readonly SubjectFingerprint[];
  /** What the stages before the plan found and the report needs; the pipeline's own value. */
  readonly prepared: unknown;
  /** Absent in runs that an older version began. */
  readonly options?: RunOptions;
}

/** Nothing that perfgap writes comes near; a folder of another origin must not fill the memory. */
const mostBytes = 256 * 1024 * 1024;

const schemas = { "case.json": "perfgap/case@1", "plan.json": "perfgap/plan@1" } as const;

export async function writeJson(directory: string, name: string, value: unknown): Promise<void> {
  await replaceFile(join(directory, name), `${JSON.stringify(value, undefined, 2)}\n`);
}

export function readCaseDocument(directory: string): Promise<CaseDocument | undefined> {
  return readJson<CaseDocument>(directory, "case.json");
}

export function readPlanDocument(directory: string): Promise<PlanDocument | undefined> {
  return readJson<PlanDocument>(directory, "plan.json");
}

/** Undefined when the file is not there. Throws a Failure when it cannot be understood. */
async function readJson<T>(directory: string, name: keyof typeof schemas): Promise<T | undefined> {
  const path = join(directory, name);
  let content: Buffer | undefined;
  try {
    content = await readPlainFile(path, mostBytes);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
  const value = content === undefined ? undefined : parse(content.toString("utf8"));
  if (value?.["schema"] === schemas[name]) return value as T;
  throw new Failure({
    code: "run-damaged",
    exit: "usage",
    message: `${path} is not what perfgap wrote: ${value === undefined ? "it is not JSON" : `its schema is ${String(value["schema"])}`}.`,
    help: "measure again: perfgap explain ...",
  });
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Refuses to go on with a run whose programs or compilers are not those that were measured before. */
export function requireUnchanged(
  before: readonly SubjectFingerprint[],
  now: readonly SubjectFingerprint[],
): void {
  for (const old of before) {
    const current = now.find(({ subject }) => subject === old.subject);
    const change =
      current === undefined ? `${old.subject} is not among the subjects` : changeOf(old, current);
    if (change === undefined) continue;
    throw new Failure({
      code: "run-changed",
      exit: "usage",
      message: `The run cannot go on: ${change} since it began, and old and new measurements must not be mixed.`,
      help: "start a new run: perfgap explain ...   (the old one stays readable: perfgap report). A file that a program writes into its own source folder counts as a source",
    });
  }
}

function changeOf(old: SubjectFingerprint, current: SubjectFingerprint): string | undefined {
  if (old.toolchainDigest !== current.toolchainDigest) {
    return old.toolchain === current.toolchain
      ? `the toolchain of ${old.subject} (${old.toolchain}) has changed`
      : `the toolchain of ${old.subject} has changed from ${old.toolchain} to ${current.toolchain}`;
  }
  if (old.sourceDigest !== current.sourceDigest) return `the sources of ${old.subject} have changed`;
  return undefined;
}
