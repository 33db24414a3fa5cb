import { availableParallelism } from "node:os";
import type { ShippableSetting, Subject, Toolchain, UnavailableSetting } from "../../../plugin.ts";
import { memorySettings, noMemorySettings } from "../memory-settings.ts";
import { oneProcessorSettings } from "../one-processor.ts";
import type { SystemAllocator } from "../preload.ts";
import { flagsOfX86Level } from "../x86-level.ts";
import type { Dialect } from "./dialect.ts";
import { oneWorker } from "./levers.ts";
import { linkTimeOptimisation } from "./link-time.ts";
import { otherCompilers } from "./other-compilers.ts";
import { pgoSetting } from "./pgo.ts";
import { userFlags } from "./toolchain.ts";

type Settings = readonly (ShippableSetting | UnavailableSetting)[];

/** Everything about a C or C++ program that can be set without touching its source. */
export function createSettings(dialect: Dialect) {
  return async (subject: Subject, toolchain: Toolchain): Promise<Settings> => {
    const [memory, lto, pgo, compilers] = await Promise.all([
      userFlags(toolchain).some((flag) => /^-static(-pie)?$/.test(flag))
        ? noMemorySettings(
            "the program is linked statically, so no allocator can be put in its place from outside",
          )
        : memorySettings((allocator) => ({ "or link with": libraries[allocator] })),
      linkTimeOptimisation(toolchain),
      pgoSetting(subject, toolchain),
      otherCompilers(dialect, subject, toolchain),
    ]);
    return [
      ...levelSettings(toolchain),
      ...targetSettings(toolchain),
      ...lto,
      pgo,
      ...memory,
      ...oneProcessorSettings(oneWorker, availableParallelism()),
      ...compilers.map((compiler) => compilerSetting(dialect, compiler)),
    ];
  };
}

const libraries: Readonly<Record<SystemAllocator, string>> = {
  mimalloc: "-Wl,--no-as-needed -lmimalloc",
  jemalloc: "-Wl,--no-as-needed -ljemalloc",
  tcmalloc: "-Wl,--no-as-needed -ltcmalloc_minimal",
};

/** A setting that is a flag of the compiler, behind those of the user's. */
function flagSetting(
  flag: string,
  parts: Pick<ShippableSetting, "id" | "dimension" | "costs" | "promise">,
): ShippableSetting {
  return {
    kind: "setting",
    title: flag,
    stage: "build",
    change: { "compiler flags": flag },
    deployable: true,
    patch: { build: { flags: { compile: [flag] } } },
    ...parts,
  };
}

function levelSettings(toolchain: Toolchain): readonly ShippableSetting[] {
  const current = userFlags(toolchain).findLast((flag) => /^-O/.test(flag)) ?? "-O2";
  // -Ofast is -O3 and a promise about floating point, which is not perfgap's to take back or to give.
  const now = current === "-Ofast" ? "-O3" : current;
  return [
    flagSetting("-O3", {
      id: "o3",
      dimension: "opt-level",
      costs: ["The executable may grow."],
      promise: 15,
    }),
    flagSetting("-O2", { id: "o2", dimension: "opt-level", costs: [], promise: now === "-O3" ? 3 : 12 }),
  ].filter(({ title }) => title !== now && current !== "-Ofast");
}

function targetSettings(toolchain: Toolchain): readonly ShippableSetting[] {
  const own = userFlags(toolchain).findLast((flag) => /^-(march|mcpu)=/.test(flag));
  const machine = toolchain.properties["machine"] ?? "";
  const floating = "Fused multiply-add may change the last digits of floating-point results.";
  const native = flagSetting(/^(aarch64|arm)/.test(machine) ? "-mcpu=native" : "-march=native", {
    id: "march-native",
    dimension: "target-cpu",
    costs: ["The program may crash on every processor but those like this machine's.", floating],
    promise: 8,
  });
  const third: ShippableSetting = {
    ...flagSetting("-march=x86-64-v3", {
      id: "march-x86-64-v3",
      dimension: "target-cpu",
      costs: ["The program crashes on processors older than x86-64-v3 (about 2015).", floating],
      promise: 10,
    }),
    needsCpuFlags: flagsOfX86Level(3),
  };
  return [
    ...(own === undefined && /^(x86_64|amd64)/.test(machine) ? [third] : []),
    ...(own === native.title ? [] : [native]),
  ];
}

function compilerSetting(dialect: Dialect, compiler: Toolchain): ShippableSetting {
  const name = compiler.executable.split("/").at(-1) ?? compiler.executable;
  return {
    kind: "setting",
    id: `${compiler.properties["family"] ?? "compiler"}-${compiler.version}`,
    title: compiler.title,
    dimension: "toolchain",
    stage: "build",
    change: { compiler: `${dialect.id === "c" ? "CC" : "CXX"}=${name}` },
    costs: [`Everybody who builds the program needs ${compiler.title}, and its warnings are other ones.`],
    deployable: true,
    promise: 12,
    toolchain: compiler,
    patch: {},
  };
}
