import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { toFolded } from "../account/exports/folded.ts";
import { toPprof } from "../account/exports/pprof.ts";
import { toSpeedscope } from "../account/exports/speedscope.ts";
import { printable } from "../base/printable.ts";
import type { Profile } from "../model/profile.ts";
import type { Report } from "../model/report.ts";
import { readProfile } from "../runs/profiles.ts";
import { type CommandContext, usageFailure } from "./context.ts";
import { cannotWrite } from "./deliver.ts";
import type { ProfileExportFlags } from "./profile-options.ts";

interface Format {
  readonly folder: (flags: ProfileExportFlags) => string | undefined;
  readonly suffix: string;
  encode(profile: Profile): string | Uint8Array | Promise<Uint8Array>;
}

const formats: readonly Format[] = [
  { folder: (flags) => flags.exportPprof, suffix: ".pb.gz", encode: toPprof },
  { folder: (flags) => flags.exportSpeedscope, suffix: ".speedscope.json", encode: toSpeedscope },
  { folder: (flags) => flags.exportFolded, suffix: ".folded.txt", encode: toFolded },
];

/**
 * Writes the baseline's profile of every subject of a run into the folders asked for, and says where. `runDirectory`
 * undefined: the report came without its run. Throws Failure (exit "usage") where there is no profile to write.
 */
export async function exportProfiles(
  report: Report,
  runDirectory: string | undefined,
  flags: ProfileExportFlags,
  context: CommandContext,
): Promise<void> {
  const wanted = formats.flatMap((format) => {
    const folder = format.folder(flags);
    return folder === undefined ? [] : [{ format, folder }];
  });
  if (wanted.length === 0) return;
  const profiles = runDirectory === undefined ? [] : await profilesOf(report, runDirectory);
  if (profiles.length === 0) throw withoutProfiles(runDirectory);
  for (const { format, folder } of wanted)
    for (const profile of profiles) await writeOne(profile, format, folder, context);
}

async function profilesOf({ subjects }: Report, runDirectory: string): Promise<readonly Profile[]> {
  const read = await Promise.all(subjects.map(({ id }) => readProfile(runDirectory, id)));
  return read.filter((profile) => profile !== undefined);
}

async function writeOne(
  profile: Profile,
  format: Format,
  folder: string,
  { directory, terminal }: CommandContext,
): Promise<void> {
  const path = join(
    resolve(directory, folder),
    `${profile.subject.replaceAll(/[^\w-]/g, "_")}${format.suffix}`,
  );
  try {
    await mkdir(resolve(directory, folder), { recursive: true });
    await writeFile(path, await format.encode(profile));
  } catch (error) {
    throw cannotWrite(relative(directory, path), error);
  }
  terminal.err(`profile of ${printable(profile.subject)}: ${printable(relative(directory, path))}\n`);
}

function withoutProfiles(runDirectory: string | undefined) {
  return runDirectory === undefined
    ? usageFailure(
        "no-profile",
        "A report.json holds no profiles: they are in the folder of the run that made it.",
        "name the run instead: perfgap runs lists what there is",
      )
    : usageFailure(
        "no-profile",
        "No program of this run was profiled.",
        "perfgap doctor says what a profile needs here; a run with --no-profile has none",
      );
}
