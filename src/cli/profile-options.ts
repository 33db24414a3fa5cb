import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { printable } from "../base/printable.ts";
import { didYouMean } from "../base/suggest.ts";
import type { Case, SubjectId } from "../model/case.ts";
import { type CommandContext, usageFailure } from "./context.ts";

/** Folders that profiles of all subjects are written to, one file each. */
export interface ProfileExportFlags {
  readonly exportPprof?: string;
  readonly exportSpeedscope?: string;
  readonly exportFolded?: string;
}

export function addProfileExportOptions(command: Command): Command {
  return command
    .option("--export-pprof <folder>", "also write the profiles for pprof")
    .option("--export-speedscope <folder>", "the same for speedscope and the Firefox profiler")
    .option("--export-folded <folder>", "the same as folded stacks, for flame graphs");
}

/** Throws Failure (exit "usage") where files are asked for that no run without profiles can give. */
export function refuseExportsWithoutProfiles(
  flags: ProfileExportFlags & { readonly profile: boolean },
): void {
  const { exportPprof, exportSpeedscope, exportFolded, profile } = flags;
  if (profile || [exportPprof, exportSpeedscope, exportFolded].every((folder) => folder === undefined))
    return;
  throw usageFailure(
    "no-profile",
    "--no-profile leaves nothing for the profile exports to write.",
    "leave one of them out",
  );
}

/** File by subject, as written. */
type Imports = Readonly<Record<SubjectId, string>>;

export interface ProfileImportFlags {
  readonly importProfile?: Imports;
}

export function addProfileImportOption(command: Command): Command {
  return command.option(
    "--import-profile <subject=file>",
    "pprof file or perf script text that stands for the profile of a cmd: program (repeatable)",
    importValue,
  );
}

/** Programs without source can have names with "=", files seldom: the last one parts the two. */
function importValue(text: string, before: Imports | undefined): Imports {
  const sign = text.lastIndexOf("=");
  if (sign <= 0 || sign === text.length - 1)
    throw new InvalidArgumentError('Write the program\'s name and a file: "old=old.pb.gz".');
  return { ...before, [text.slice(0, sign)]: text.slice(sign + 1) };
}

/** Absolute paths of the files by subject. Throws Failure (exit "usage") before anything is built or measured. */
export async function importedProfiles(
  { importProfile = {} }: ProfileImportFlags,
  { subjects }: Case,
  { directory }: CommandContext,
): Promise<Imports | undefined> {
  const entries = Object.entries(importProfile);
  for (const [id, file] of entries) {
    const subject = subjects.find((each) => each.id === id);
    if (subject === undefined) {
      const ids = subjects.map((each) => each.id);
      throw usageFailure(
        "import-profile",
        `No program is called "${printable(id)}"${didYouMean(id, ids)}`,
        `the programs are: ${ids.map((each) => printable(each)).join(", ")}`,
      );
    }
    if (subject.command === undefined)
      throw usageFailure(
        "import-profile",
        `"${printable(id)}" is built from source, so perfgap profiles what it measures.`,
        "a profile can be brought in for a cmd: program only",
      );
    await access(resolve(directory, file)).catch(() => {
      throw usageFailure("import-profile", `${printable(file)} cannot be read.`, "name a file that exists");
    });
  }
  return entries.length === 0
    ? undefined
    : Object.fromEntries(entries.map(([id, file]) => [id, resolve(directory, file)]));
}
