import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { err, ok, type Result } from "../../../base/result.ts";
import type {
  BuildPatch,
  SettingPatch,
  ShippableSetting,
  Subject,
  Toolchain,
  Training,
  UnavailableSetting,
} from "../../../plugin.ts";
import { emptyFolder, filesBelow, keepProfile } from "../kept-profile.ts";
import { findProfdata, mergeRawProfiles } from "../profdata.ts";
import { notProfileGuided, profileGuided } from "../profile-guided.ts";
import { linkRefusal } from "./link-refusal.ts";

/** The switch that has gcc compile every source to one name in every variant: its profiles are found by that name. */
export const stableObjectNames = "stable-object-names";

/** Instrument, run, build again, with the compiler's own instruments. */
export function pgoSetting(
  subject: Subject,
  toolchain: Toolchain,
): Promise<ShippableSetting | UnavailableSetting> {
  return toolchain.properties["family"] === "clang"
    ? clangSetting(toolchain)
    : gccSetting(subject, toolchain);
}

function majorOf(toolchain: Toolchain): number {
  return Number.parseInt(toolchain.version, 10);
}

async function gccSetting(
  subject: Subject,
  toolchain: Toolchain,
): Promise<ShippableSetting | UnavailableSetting> {
  if (subject.compileCommand !== undefined && majorOf(toolchain) < 11)
    return notProfileGuided(
      `${toolchain.title} names profiles by the output's path, which your compile command gets a new one of in each build`,
    );
  const refusal = await linkRefusal(toolchain, ["-fprofile-generate"]);
  if (refusal !== undefined)
    return notProfileGuided(`${toolchain.title} cannot build instruments: ${refusal}`);
  return profileGuided({
    change: {
      "compiler and linker flags":
        "-fprofile-use=FOLDER, of a program built with -fprofile-generate=FOLDER and run",
    },
    patch: (training) => learnWithGcc(training),
  });
}

async function learnWithGcc(training: Training): Promise<Result<SettingPatch, string>> {
  const raw = await emptyFolder(join(training.workDirectory, "gcc-raw"));
  if (!raw.ok) return raw;
  const names = training.subject.compileCommand === undefined ? [] : ["-dumpdir", "perfgap-"];
  // Threads that count at once would else lose counts, and gcc refuses profiles that contradict themselves.
  const generate = [`-fprofile-generate=${raw.value}`, "-fprofile-update=prefer-atomic"];
  const instrumented = await training.build(gccPatch([...generate, ...names], generate));
  if (!instrumented.ok) return instrumented;
  const ran = await training.run(instrumented.value, {});
  if (!ran.ok) return ran;
  if (!(await filesBelow(raw.value)).some((file) => file.endsWith(".gcda")))
    return err(
      "the instrumented program wrote no profile: it does not end by exit or by returning from main",
    );
  const kept = await keepProfile(raw.value, training.workDirectory);
  // In company of other flags a function may look other than when it was counted: then it is built without a profile.
  const use = [`-fprofile-use=${kept}`, "-fprofile-correction", "-Wno-error=coverage-mismatch"];
  return ok(gccPatch([...use, ...names], use));
}

function gccPatch(compile: readonly string[], link: readonly string[]): SettingPatch {
  const build: BuildPatch = { flags: { compile, link }, switches: [stableObjectNames] };
  return { build };
}

async function clangSetting(toolchain: Toolchain): Promise<ShippableSetting | UnavailableSetting> {
  const major = majorOf(toolchain);
  const refusal = await linkRefusal(toolchain, ["-fprofile-generate"]);
  if (refusal !== undefined)
    return notProfileGuided(
      `${toolchain.title} is here without the runtime that takes profiles: ${refusal}`,
      `apt-get install libclang-rt-${major}-dev llvm-${major}`,
    );
  const home = dirname(await realpath(toolchain.executable));
  const profdata = await findProfdata(String(major), [home]);
  if (!profdata.ok) return notProfileGuided(profdata.error, `apt-get install llvm-${major}`);
  return profileGuided({
    change: {
      "compiler and linker flags":
        "-fprofile-use=FILE, of a program built with -fprofile-generate=FOLDER, run, and llvm-profdata merge",
    },
    patch: (training) => learnWithClang(training, profdata.value),
  });
}

async function learnWithClang(training: Training, profdata: string): Promise<Result<SettingPatch, string>> {
  const raw = await emptyFolder(join(training.workDirectory, "clang-raw"));
  if (!raw.ok) return raw;
  const instrumented = await training.build(bothSteps(`-fprofile-generate=${raw.value}`));
  if (!instrumented.ok) return instrumented;
  const ran = await training.run(instrumented.value, {});
  if (!ran.ok) return ran;
  const merged = await mergeRawProfiles(profdata, raw.value, training.workDirectory);
  return merged.ok ? ok(bothSteps(`-fprofile-use=${merged.value}`)) : merged;
}

function bothSteps(flag: string): SettingPatch {
  return { build: { flags: { compile: [flag], link: [flag] } } };
}
