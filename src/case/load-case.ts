import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Failure } from "../base/failure.ts";
import { present } from "../base/present.ts";
import { printable } from "../base/printable.ts";
import type { Case } from "../model/case.ts";
import type { FactorId } from "../model/factor.ts";
import type { Language } from "../plugin.ts";
import { type ReadCaseFile, readCaseFile } from "./case-file.ts";
import { detectSubject } from "./detect-subject.ts";
import { fileSubject } from "./file-subject.ts";
import { nameSubjects, type UnnamedSubject } from "./subject-ids.ts";
import { type Complaint, parseSubjectArgument } from "./subject-request.ts";
import { complainAboutSet } from "./subject-set.ts";
import {
  emptyWorkload,
  fileWorkload,
  isDirectory,
  overrideWorkload,
  type WorkloadInput,
} from "./workload.ts";

/** What the command line says about a case. Paths are relative to `directory`. */
export interface CaseInput extends WorkloadInput {
  /** Subjects (`lang:path`, path, `cmd:COMMAND`), or one case file; empty: the nearest case file upward. */
  readonly subjects: readonly string[];
  /** Subjects that the question needs at least; default 2. */
  readonly fewest?: number;
}

export interface LoadedCase {
  readonly case: Case;
  readonly onlyFactors?: readonly FactorId[];
  readonly skipFactors?: readonly FactorId[];
}

const caseFileNames = ["perfgap.toml", "case.toml"];

/** Turns arguments or a case file into a Case. Throws Failure (exit "usage") for every mistake in them. */
export async function loadCase(input: CaseInput, languages: readonly Language[]): Promise<LoadedCase> {
  refuseUnreadableWords(input);
  const path = caseFilePath(input);
  return path === undefined
    ? { case: await fromArguments(input, languages) }
    : await fromFile(await readCaseFile(path, input.directory), input, languages);
}

/** Bytes that are not UTF-8 reach this process as U+FFFD: the program meant cannot be named any more. */
function refuseUnreadableWords(input: CaseInput): void {
  const words = [
    ...input.subjects,
    ...(input.args ?? []),
    ...Object.entries(input.env ?? {}).flat(),
    input.stdinPath ?? "",
    input.workingDirectory ?? "",
  ];
  const bad = words.find((word) => word.includes("\ufffd"));
  if (bad === undefined) return;
  throw usage("not-utf8", {
    message: `"${printable(bad)}" holds bytes that are not UTF-8, and a program's arguments must be text here.`,
    help: "rename the file, or reach it through a link with a plain name: ln -s ORIGINAL plain-name",
  });
}

function caseFilePath(input: CaseInput): string | undefined {
  if (input.subjects.length === 0) return nearestCaseFile(input);
  const [only] = input.subjects;
  if (input.subjects.length > 1 || only === undefined) return refuseCaseFileAmong(input);
  const path = resolve(input.directory, only);
  if (only.endsWith(".toml")) return path;
  return isDirectory(path) ? caseFileNames.map((name) => join(path, name)).find(existsSync) : undefined;
}

function refuseCaseFileAmong({ subjects, directory }: CaseInput): undefined {
  const file = subjects.find((word) => word.endsWith(".toml") && existsSync(resolve(directory, word)));
  if (file === undefined) return undefined;
  throw usage("subject", {
    message: `${printable(file)} is a case file, which names its programs itself: no others can stand beside it.`,
    help: `perfgap explain ${printable(file)}; a program more is a [[subject]] more in it`,
  });
}

function nearestCaseFile({ directory, fewest }: CaseInput): string {
  for (let at = resolve(directory); ; at = dirname(at)) {
    const found = caseFileNames.map((name) => join(at, name)).find(existsSync);
    if (found !== undefined) return found;
    if (dirname(at) === at) break;
  }
  throw usage("no-subjects", {
    message: `Name ${fewest === 1 ? "a program" : "two programs"}, or a case file; no perfgap.toml is here or above.`,
    help:
      fewest === 1
        ? "perfgap tune ./go   or, for the gap between two: perfgap explain ./go ./rust"
        : "perfgap explain ./go ./rust   or, to see it work first: perfgap demo",
  });
}

async function fromArguments(input: CaseInput, languages: readonly Language[]): Promise<Case> {
  const { directory } = input;
  const ids = languages.map(({ id }) => id);
  const subjects: UnnamedSubject[] = [];
  for (const argument of input.subjects) {
    const request = parseSubjectArgument(argument, ids, (path) => existsSync(resolve(directory, path)));
    if (!request.ok) throw usage("subject", request.error);
    const subject = await detectSubject(request.value, directory, languages);
    if (!subject.ok) throw usage("subject", subject.error);
    subjects.push(subject.value);
  }
  const complaint = complainAboutSet(subjects, input.fewest);
  if (complaint !== undefined) throw usage("subject", complaint);
  const named = nameSubjects(subjects);
  const workload = overrideWorkload(emptyWorkload, input);
  return { name: named.map(({ id }) => id).join("-"), workload, subjects: named };
}

async function fromFile(
  file: ReadCaseFile,
  input: CaseInput,
  languages: readonly Language[],
): Promise<LoadedCase> {
  const { content } = file;
  const subjects: UnnamedSubject[] = [];
  for (const index of content.subject.keys()) {
    const request = await fileSubject(file, index);
    const subject = await detectSubject(request, file.directory, languages);
    if (!subject.ok) throw await file.complain(["subject", index], subject.error.message, subject.error.help);
    subjects.push(subject.value);
  }
  const complaint = complainAboutSet(subjects, input.fewest);
  if (complaint !== undefined) throw await file.complain(["subject"], complaint.message, complaint.help);
  const named = nameSubjects(subjects);
  const loaded: Case = {
    name: content.name ?? named.map(({ id }) => id).join("-"),
    ...present({ question: content.question }),
    workload: overrideWorkload({ workingDirectory: file.directory, ...(await fileWorkload(file)) }, input),
    subjects: named,
    sourcePath: file.path,
  };
  return {
    case: loaded,
    ...present({ onlyFactors: content.factors?.only, skipFactors: content.factors?.skip }),
  };
}

function usage(code: string, complaint: Complaint): Failure {
  return new Failure({ code, exit: "usage", ...complaint });
}
