import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { findExecutable } from "../../base/find-executable.ts";
import { hashParts } from "../../base/hash.ts";
import { type CommandResult, runCommand } from "../../base/subprocess.ts";
import type { Subject, Toolchain, ToolchainMissing, ToolchainSearch } from "../../plugin.ts";
import { bundledLldDirectory } from "../native/linkers.ts";
import { configuredTarget, readConfigFiles, userFlags } from "./cargo-config.ts";
import { readWorkspace } from "./cargo-workspace.ts";
import { profileOfFlags, readReleaseProfile } from "./release-profile.ts";

/** What the parts of this language read from `Toolchain.properties`. Lists are joined by 0x1f, as cargo does. */
export interface RustProperties {
  readonly host: string;
  readonly target: string;
  readonly sysroot: string;
  readonly "llvm.major": string;
  /** Folder of the lld that is of rustc's own LLVM; empty where rustc brings none. */
  readonly lld: string;
  /** The compiler driver that links. A bare linker of the user's cannot stand for one: its arguments are other ones. */
  readonly linker: string;
  /** Those of the user's configuration, then those of the case. */
  readonly rustflags: string;
  /** "on" where the user's release profile checks arithmetic. */
  readonly overflowChecks: "on" | "off";
  /** Of the user's release profile, e.g. "3" or "s". */
  readonly optLevel: string;
  readonly lto: string;
  readonly codegenUnits: string;
  readonly panic: string;
  /** Of rustc itself: equal for two names of one toolchain. */
  readonly commit: string;
  /** What rustup calls it, where it is another toolchain than the folder's own; else empty. */
  readonly rustupToolchain: string;
}

const listSeparator = "\x1f";

/** The folder in which rustup and cargo decide which toolchain and configuration hold. */
export async function subjectFolder(subject: Subject): Promise<string> {
  const isFolder = await stat(subject.path).then(
    (status) => status.isDirectory(),
    () => false,
  );
  return isFolder ? subject.path : dirname(subject.path);
}

export function isSingleFile(subject: Subject): boolean {
  return subject.path.endsWith(".rs");
}

export function propertiesOf(toolchain: Toolchain): RustProperties {
  return toolchain.properties as unknown as RustProperties;
}

export function splitList(joined: string): readonly string[] {
  return joined === "" ? [] : joined.split(listSeparator);
}

/** rustc and cargo as they are chosen in the subject's own folder, with the user's flags for that folder. */
export function findToolchain(subject: Subject): Promise<ToolchainSearch> {
  return describeRust(subject, "");
}

/** The same for a toolchain by its name in rustup; "" leaves the choice to the folder. */
export async function describeRust(subject: Subject, rustupToolchain: string): Promise<ToolchainSearch> {
  const executable = await findExecutable("rustc");
  if (executable === undefined) return missing("rustc", "it is not on PATH");
  const place: Place = { folder: await subjectFolder(subject), rustupToolchain };
  const version = await ask([executable, "-vV"], place);
  if (version.code !== 0) return missing("rustc", firstLine(version), helpOf(version));
  const needsCargo = !isSingleFile(subject);
  const cargo = needsCargo ? await findExecutable("cargo") : undefined;
  if (needsCargo && cargo === undefined) return missing("cargo", "it is not on PATH");
  const cargoVersion = cargo === undefined ? undefined : await ask([cargo, "-V"], place);
  if (cargoVersion !== undefined && cargoVersion.code !== 0)
    return missing("cargo", firstLine(cargoVersion), helpOf(cargoVersion));
  const properties = await readProperties(subject, {
    ...place,
    rustc: executable,
    versionText: version.stdout,
  });
  if ("kind" in properties) return properties;
  const driver = await driverVersion(properties.linker);
  if (driver === undefined)
    return missing(properties.linker, "rustc links with it, and it cannot be started", "apt-get install gcc");
  const release = lineOf(version.stdout, "release") ?? "unknown";
  return {
    kind: "found",
    toolchain: {
      language: "rust",
      title: `rustc ${release} (LLVM ${lineOf(version.stdout, "LLVM version") ?? "unknown"})`,
      version: release,
      // Behind rustup's proxy: what is compiled in other folders must not fall to another toolchain.
      executable: (await findExecutable(join(properties.sysroot, "bin", "rustc"))) ?? executable,
      digest: hashParts([
        version.stdout,
        cargoVersion?.stdout ?? "",
        ...Object.entries(properties).flatMap(([name, value]: readonly [string, string]) => [name, value]),
        driver,
      ]),
      properties: { ...properties },
    },
  };
}

async function readProperties(
  subject: Subject,
  question: Place & { readonly rustc: string; readonly versionText: string },
): Promise<RustProperties | ToolchainMissing> {
  const { folder, rustc, versionText } = question;
  const host = lineOf(versionText, "host") ?? "";
  const files = isSingleFile(subject) ? [] : await readConfigFiles(folder);
  const target = (isSingleFile(subject) ? undefined : configuredTarget(files, process.env)) ?? host;
  const [sysroot, cfg] = await Promise.all([
    ask([rustc, "--print", "sysroot"], question),
    ask([rustc, "--print", "cfg", "--target", target], question),
  ]);
  if (sysroot.code !== 0) return missing("rustc", firstLine(sysroot));
  if (cfg.code !== 0) return missing(`the target ${target}`, firstLine(cfg), `rustup target add ${target}`);
  const root = sysroot.stdout.trimEnd();
  // cargo's variables and files mean nothing to rustc alone.
  const environment = isSingleFile(subject) ? {} : process.env;
  const user = userFlags(files, { triple: target, cfg: new Set(cfg.stdout.split("\n")) }, environment);
  const profile = isSingleFile(subject) ? {} : await releaseProfile(folder, files);
  const rustflags = [...user.rustflags, ...(subject.flags ?? [])];
  return {
    host,
    target,
    sysroot: root,
    "llvm.major": llvmMajor(versionText),
    lld: (await bundledLldDirectory(root)) ?? "",
    linker: isBareLinker(user.linker ?? "ld") ? "cc" : (user.linker ?? "cc"),
    rustflags: rustflags.join(listSeparator),
    overflowChecks: "off",
    optLevel: "3",
    lto: "thin-local",
    codegenUnits: "16",
    panic: "unwind",
    commit: lineOf(versionText, "commit-hash") ?? versionText,
    rustupToolchain: question.rustupToolchain,
    ...profile,
    ...profileOfFlags(rustflags),
  };
}

function llvmMajor(versionText: string): string {
  return /^\d+/.exec(lineOf(versionText, "LLVM version") ?? "")?.[0] ?? "";
}

async function releaseProfile(
  folder: string,
  files: Awaited<ReturnType<typeof readConfigFiles>>,
): Promise<Partial<RustProperties>> {
  const workspace = await readWorkspace(folder);
  return readReleaseProfile(workspace.ok ? workspace.value.root : folder, files, process.env);
}

function isBareLinker(path: string): boolean {
  return /^(rust-)?(ld|lld|wild|mold)([.-]|$)|-ld$/.test(basename(path));
}

/** What the driver says of itself; undefined when it cannot be started. */
async function driverVersion(linker: string): Promise<string | undefined> {
  const result = await runCommand({ argv: [linker, "--version"], timeoutMs: 30_000 });
  return result.kind === "notStarted" ? undefined : firstLine(result);
}

/** Where rustup is asked, and which of its toolchains is meant; "": the one that the folder chooses. */
interface Place {
  readonly folder: string;
  readonly rustupToolchain: string;
}

/** The variables that make rustup's proxies take a toolchain by its name. */
export function rustupEnv(rustupToolchain: string): Readonly<Record<string, string>> {
  return rustupToolchain === "" ? {} : { RUSTUP_TOOLCHAIN: rustupToolchain };
}

function ask(argv: readonly [string, ...string[]], place: Place): Promise<CommandResult> {
  return runCommand({
    argv,
    workingDirectory: place.folder,
    // A toolchain file must not start a download behind the user's back.
    env: { RUSTUP_AUTO_INSTALL: "0", ...rustupEnv(place.rustupToolchain) },
    timeoutMs: 60_000,
  });
}

function missing(tool: string, reason: string, help = "install Rust: https://rustup.rs"): ToolchainMissing {
  return { kind: "missing", tool, reason, help };
}

function helpOf(result: CommandResult): string {
  const named = /toolchain '([^']+)' is not installed/.exec(result.stderr)?.[1];
  return named === undefined ? "rustup show" : `rustup toolchain install ${named}`;
}

function firstLine(result: CommandResult): string {
  const said = `${result.stderr}\n${result.stdout}`
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line !== "");
  return said ?? `${result.kind} ${result.reason}`;
}

function lineOf(versionText: string, name: string): string | undefined {
  return versionText
    .split("\n")
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2);
}
