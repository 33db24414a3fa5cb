import { basename, join } from "node:path";
import { findExecutable } from "../../base/find-executable.ts";
import { ok, type Result } from "../../base/result.ts";
import type {
  SettingPatch,
  ShippableSetting,
  Toolchain,
  Training,
  UnavailableSetting,
} from "../../plugin.ts";
import { emptyFolder, filesBelow } from "../native/kept-profile.ts";
import { findProfdata, mergeRawProfiles } from "../native/profdata.ts";
import { notProfileGuided, profileGuided } from "../native/profile-guided.ts";
import { propertiesOf } from "./toolchain.ts";

/** Instrument, run, merge, build again; only where every part of that is of rustc's own LLVM. */
export async function pgoSetting(toolchain: Toolchain): Promise<ShippableSetting | UnavailableSetting> {
  const { sysroot, target, host } = propertiesOf(toolchain);
  const libraries = join(sysroot, "lib", "rustlib");
  const runtime = (await filesBelow(join(libraries, target, "lib"))).some((file) =>
    /^libprofiler_builtins-\w+\.rlib$/.test(file),
  );
  if (!runtime)
    return notProfileGuided(
      `the standard library of ${target} is here without the runtime that takes profiles`,
      `rustup target add ${target}`,
    );
  const profdata = await findProfdata(propertiesOf(toolchain)["llvm.major"], [join(libraries, host, "bin")]);
  if (!profdata.ok) return notProfileGuided(profdata.error, await remedy(toolchain));
  return profileGuided({
    change: {
      "rustc flags":
        "-Cprofile-use=FILE, of a program built with -Cprofile-generate=FOLDER, run, and llvm-profdata merge",
    },
    patch: (training) => learn(training, profdata.value),
  });
}

async function learn(training: Training, profdata: string): Promise<Result<SettingPatch, string>> {
  const raw = await emptyFolder(join(training.workDirectory, "rust-raw"));
  if (!raw.ok) return raw;
  const instrumented = await training.build(rustflags(`-Cprofile-generate=${raw.value}`));
  if (!instrumented.ok) return instrumented;
  const ran = await training.run(instrumented.value, {});
  if (!ran.ok) return ran;
  const merged = await mergeRawProfiles(profdata, raw.value, training.workDirectory);
  return merged.ok ? ok(rustflags(`-Cprofile-use=${merged.value}`)) : merged;
}

function rustflags(flag: string): SettingPatch {
  return { build: { flags: { rustflags: [flag] } } };
}

async function remedy(toolchain: Toolchain): Promise<string> {
  const { sysroot } = propertiesOf(toolchain);
  const major = propertiesOf(toolchain)["llvm.major"];
  return (await findExecutable("rustup")) !== undefined && sysroot.includes("/toolchains/")
    ? `rustup component add llvm-tools --toolchain ${basename(sysroot)}`
    : `apt-get install llvm-${major}`;
}
