import { availableParallelism } from "node:os";
import type { ShippableSetting, Subject, Toolchain, UnavailableSetting } from "../../plugin.ts";
import { memorySettings, noMemorySettings, type PermanentAllocator } from "../native/memory-settings.ts";
import { oneProcessorSettings } from "../native/one-processor.ts";
import { flagsOfX86Level } from "../native/x86-level.ts";
import { oneWorker } from "./levers.ts";
import { otherToolchains } from "./other-toolchains.ts";
import { pgoSetting } from "./pgo.ts";
import { codegenOptions } from "./release-profile.ts";
import { isSingleFile, propertiesOf, splitList } from "./toolchain.ts";

/** Everything about a Rust program that can be set without touching its source. */
export async function settings(
  subject: Subject,
  toolchain: Toolchain,
): Promise<readonly (ShippableSetting | UnavailableSetting)[]> {
  const [memory, pgo, toolchains] = await Promise.all([
    isStatic(toolchain)
      ? noMemorySettings(
          "the program is linked statically, so no allocator can be put in its place from outside",
        )
      : memorySettings(permanentAllocator),
    pgoSetting(toolchain),
    otherToolchains(subject, toolchain),
  ]);
  return [
    ...profileSettings(subject, toolchain),
    ...targetSettings(toolchain),
    pgo,
    ...memory,
    ...oneProcessorSettings(oneWorker, availableParallelism()),
    ...toolchains.map(toolchainSetting),
  ];
}

interface ProfileKey {
  readonly id: string;
  /** As in Cargo.toml and in `-C`. */
  readonly key: "lto" | "codegen-units" | "panic" | "opt-level";
  readonly value: string;
  readonly title: string;
  readonly costs: readonly string[];
  readonly promise: number;
}

const slowerBuild = "The build takes longer.";

const profileKeys: readonly ProfileKey[] = [
  { id: "lto-thin", key: "lto", value: "thin", title: "thin LTO", costs: [slowerBuild], promise: 8 },
  {
    id: "lto-fat",
    key: "lto",
    value: "fat",
    title: "fat LTO",
    costs: ["The build takes much longer."],
    promise: 10,
  },
  {
    id: "codegen-units-1",
    key: "codegen-units",
    value: "1",
    title: "codegen-units = 1",
    costs: [slowerBuild],
    promise: 9,
  },
  {
    id: "panic-abort",
    key: "panic",
    value: "abort",
    title: "panic = abort",
    costs: ["A panic ends the program at once: nothing is unwound, and catch_unwind catches nothing."],
    promise: 3,
  },
  {
    id: "opt-level-3",
    key: "opt-level",
    value: "3",
    title: "opt-level = 3",
    costs: [slowerBuild],
    promise: 12,
  },
  { id: "opt-level-2", key: "opt-level", value: "2", title: "opt-level = 2", costs: [], promise: 3 },
  { id: "opt-level-s", key: "opt-level", value: "s", title: "opt-level = s", costs: [], promise: 1 },
];

/** Keys of the release profile whose value is not what the program is built with now. */
function profileSettings(subject: Subject, toolchain: Toolchain): readonly ShippableSetting[] {
  const { lto, codegenUnits, panic, optLevel, rustflags } = propertiesOf(toolchain);
  const current = { lto, "codegen-units": codegenUnits, panic, "opt-level": optLevel };
  // What the user's flags say comes behind cargo's profile, so there the flag must be said again.
  const flagged = new Set(codegenOptions(splitList(rustflags)).map(([key]) => key));
  return profileKeys
    .filter(({ key, value }) => current[key] !== value)
    .map(({ id, key, value, title, costs, promise }): ShippableSetting => {
      const flag = `-C${key}=${value}`;
      const variable = `CARGO_PROFILE_RELEASE_${key.toUpperCase().replaceAll("-", "_")}`;
      const word = /^\d+$/.test(value) ? value : `"${value}"`;
      return {
        kind: "setting",
        id,
        title,
        dimension: key,
        stage: "build",
        change: isSingleFile(subject)
          ? { "rustc flags": `-C ${key}=${value}` }
          : { "Cargo.toml [profile.release]": `${key} = ${word}` },
        costs,
        deployable: true,
        promise,
        patch: {
          build: {
            ...(isSingleFile(subject) ? {} : { env: { [variable]: value } }),
            ...(isSingleFile(subject) || flagged.has(key) ? { flags: { rustflags: [flag] } } : {}),
          },
        },
      };
    });
}

function targetSettings(toolchain: Toolchain): readonly ShippableSetting[] {
  const { target, host, rustflags } = propertiesOf(toolchain);
  const own = new Map(codegenOptions(splitList(rustflags))).get("target-cpu");
  const targetCpu = (cpu: string, portability: string): ShippableSetting => ({
    kind: "setting",
    id: `target-cpu-${cpu}`,
    title: `target-cpu=${cpu}`,
    dimension: "target-cpu",
    stage: "build",
    change: { ".cargo/config.toml [build]": `rustflags = ["-Ctarget-cpu=${cpu}"]` },
    costs: [portability, "The precompiled standard library stays as it is."],
    deployable: true,
    promise: 10,
    patch: { build: { flags: { rustflags: [`-Ctarget-cpu=${cpu}`] } } },
  });
  return [
    ...(target.startsWith("x86_64") && own === undefined
      ? [
          {
            ...targetCpu("x86-64-v3", "The program crashes on processors older than x86-64-v3 (about 2015)."),
            needsCpuFlags: flagsOfX86Level(3),
          },
        ]
      : []),
    ...(target === host && own !== "native"
      ? [
          {
            ...targetCpu("native", "The program may crash on every processor but those like this machine's."),
            promise: 8,
          },
        ]
      : []),
  ];
}

const crates: Readonly<Record<string, readonly [manifest: string, type: string]>> = {
  mimalloc: ['mimalloc = "0.1"', "mimalloc::MiMalloc"],
  jemalloc: ['tikv-jemallocator = "0.7"', "tikv_jemallocator::Jemalloc"],
};

const permanentAllocator: PermanentAllocator = (name) => {
  const [manifest, type] = crates[name] ?? [];
  if (manifest === undefined || type === undefined) return {};
  return {
    "or Cargo.toml [dependencies]": manifest,
    "and main.rs": `#[global_allocator] static ALLOCATOR: ${type} = ${type};`,
  };
};

function isStatic(toolchain: Toolchain): boolean {
  const { target, rustflags } = propertiesOf(toolchain);
  const features = codegenOptions(splitList(rustflags)).flatMap(([key, value]) =>
    key === "target-feature" ? value.split(",") : [],
  );
  const asked = features.filter((feature) => /^[+-]crt-static$/.test(feature)).at(-1);
  return asked === undefined ? target.endsWith("-musl") : asked.startsWith("+");
}

function toolchainSetting(toolchain: Toolchain): ShippableSetting {
  const unstable = /-(nightly|beta|dev)/.exec(toolchain.version)?.[1];
  const { rustupToolchain } = propertiesOf(toolchain);
  return {
    kind: "setting",
    id: `rustc-${toolchain.version}`,
    title: toolchain.title,
    dimension: "toolchain",
    stage: "build",
    change: { "rust-toolchain.toml [toolchain]": `channel = "${channelOf(rustupToolchain)}"` },
    costs: [
      unstable === undefined
        ? `Everybody who builds the program needs Rust ${toolchain.version}.`
        : `A ${unstable} of Rust comes without the promise that what builds today builds tomorrow.`,
    ],
    deployable: unstable === undefined,
    promise: 4,
    toolchain,
    patch: {},
  };
}

/** "1.80.0-x86_64-unknown-linux-gnu" -> "1.80.0": the host is rustup's to add. */
function channelOf(rustupToolchain: string): string {
  return (
    /^(\d[\d.]*|stable|beta|nightly)(-\d{4}-\d\d-\d\d)?(?=-|$)/.exec(rustupToolchain)?.[0] ?? rustupToolchain
  );
}
