import { availableParallelism } from "node:os";
import { basename, dirname } from "node:path";
import { runCommand } from "../../base/subprocess.ts";
import type { ShippableSetting, Subject, Toolchain, UnavailableSetting } from "../../plugin.ts";
import { collectorSettings, processorSettings } from "../native/go-runtime-settings.ts";
import { flagsOfX86Level } from "../native/x86-level.ts";
import { experimentSettings } from "./experiments.ts";
import { sortFlags } from "./flags.ts";
import { itself, otherToolchains } from "./other-toolchains.ts";
import { pgo } from "./pgo.ts";
import { subjectFolder } from "./toolchain.ts";

/** Everything about a Go program that can be set without touching its source. */
export async function settings(
  subject: Subject,
  toolchain: Toolchain,
): Promise<readonly (ShippableSetting | UnavailableSetting)[]> {
  const [experiments, toolchains] = await Promise.all([
    packagesOf(subject, toolchain).then((packages) => experimentSettings(toolchain, packages)),
    otherToolchains(subject, toolchain),
  ]);
  return [
    ...collectorSettings(),
    ...processorSettings(availableParallelism()),
    ...targetSettings(toolchain),
    pgo,
    ...experiments,
    ...toolchains.map(toolchainSetting),
  ];
}

function targetSettings({ properties }: Toolchain): readonly ShippableSetting[] {
  const { GOARCH, GOAMD64, GOARM64 } = properties;
  const target = (variable: string, value: string): ShippableSetting => ({
    kind: "setting",
    id: `${variable.toLowerCase()}-${value}`,
    title: `${variable}=${value}`,
    dimension: "target-cpu",
    stage: "build",
    change: { "build environment": `${variable}=${value}` },
    costs: [
      `The program does not start on processors older than ${variable === "GOAMD64" ? "x86-64-" : "Arm "}${value}.`,
      "Fused multiply-add may change the last digits of floating-point results.",
    ],
    deployable: true,
    promise: 5,
    patch: { build: { env: { [variable]: value } } },
  });
  if (GOARCH === "amd64") {
    const current = Number(GOAMD64?.slice(1) ?? 1);
    // v3 first: it has what compiled loops can use most.
    const promises: Readonly<Record<number, number>> = { 2: 2, 3: 5, 4: 3 };
    return [2, 3, 4]
      .filter((level) => level > current)
      .map((level) => ({
        ...target("GOAMD64", `v${level}`),
        needsCpuFlags: flagsOfX86Level(level),
        promise: promises[level] ?? 1,
      }));
  }
  // What v8.1 adds for Go is the instructions for atomics; later levels add nothing that the compiler uses.
  if (GOARCH === "arm64" && /^(v8\.0)?$/.test(GOARM64 ?? "")) {
    return [{ ...target("GOARM64", "v8.1"), needsCpuFlags: ["atomics", "asimdrdm", "crc32"] }];
  }
  return [];
}

function toolchainSetting(toolchain: Toolchain): ShippableSetting {
  return {
    kind: "setting",
    id: `go-${toolchain.version}`,
    title: toolchain.title,
    dimension: "toolchain",
    stage: "build",
    change: { "go.mod": `toolchain go${toolchain.version}` },
    costs: [`Everybody who builds the program needs Go ${toolchain.version}.`],
    deployable: true,
    promise: 4,
    toolchain,
    patch: { build: { env: itself } },
  };
}

/** Import paths of everything that the program is made of; empty where the go command cannot list them. */
async function packagesOf(subject: Subject, toolchain: Toolchain): Promise<ReadonlySet<string>> {
  const folder = (await subjectFolder(subject)) ?? dirname(subject.path);
  const target = folder === subject.path ? "." : `./${basename(subject.path)}`;
  const listed = await runCommand({
    argv: [toolchain.executable, "list", "-deps", ...sortFlags(subject.flags ?? []).build, target],
    workingDirectory: folder,
    timeoutMs: 300_000,
  });
  return new Set(listed.stdout.split("\n").filter((line) => line !== ""));
}
