import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { hashParts } from "../../base/hash.ts";
import { err, ok, type Result } from "../../base/result.ts";
import {
  type Command,
  type CommandResult,
  runCommand,
  shellCommand,
  shellQuote,
} from "../../base/subprocess.ts";
import type { BuildFailure, BuildRequest } from "../../plugin.ts";
import { readWorkspace } from "./cargo-workspace.ts";
import { llvmChannel, switches } from "./channels.ts";
import { findLinkRecord, type LinkRecord, recordVariables, writeRecordingLinker } from "./record-link.ts";
import { isSingleFile, propertiesOf, rustupEnv, splitList, subjectFolder } from "./toolchain.ts";

export interface Compiled {
  readonly record: LinkRecord;
  readonly log: string;
}

/** How the program is compiled: everything that decides its objects, and nothing that only its link needs. */
interface Compilation {
  readonly command: Command;
  readonly crate: string;
  readonly recordDirectory: string;
}

/**
 * Compiles a variant up to its last link, which is recorded. The scratch folder belongs to one state of the sources,
 * so a variant that has a record needs no compiler; what it shares with others cargo keeps side by side.
 */
export async function compile(request: BuildRequest): Promise<Result<Compiled, BuildFailure>> {
  const linker = await writeRecordingLinker(join(request.scratchDirectory, "linker"));
  const flags = rustflags(request, linker);
  const compilation = isSingleFile(request.subject)
    ? await rustcCompilation(request, flags)
    : cargoCompilation(request, flags);
  const known = await findLinkRecord(compilation.recordDirectory, compilation.crate);
  if (known !== undefined) return ok({ record: known, log: await keptLog(compilation) });
  await mkdir(compilation.recordDirectory, { recursive: true });
  const first = await compileOnce(request, compilation);
  if (!first.ok || first.value !== undefined) return first.ok ? complete(first.value) : first;
  // cargo holds the program for built, but its record is gone: begin again.
  await rm(targetDirectory(request), { recursive: true, force: true });
  const second = await compileOnce(request, compilation);
  if (!second.ok) return second;
  return second.value === undefined
    ? err(failure(request, compilation, "The program was compiled, but its link was not seen."))
    : complete(second.value);
}

function complete(compiled: Compiled | undefined): Result<Compiled, BuildFailure> {
  if (compiled === undefined) throw new Error("a record was expected");
  return ok(compiled);
}

/** One run of the compiler; undefined where it did not link. */
async function compileOnce(
  request: BuildRequest,
  compilation: Compilation,
): Promise<Result<Compiled | undefined, BuildFailure>> {
  const result = isSingleFile(request.subject)
    ? await runCommand(compilation.command)
    : await runCargo(request, compilation.command);
  const log = result.stderr;
  if (result.kind !== "exited" || result.code !== 0)
    return err(failure(request, compilation, log || `${result.kind} ${result.reason}`));
  const record = await findLinkRecord(compilation.recordDirectory, compilation.crate);
  if (record === undefined) return ok(undefined);
  await writeFile(logPath(compilation), log);
  return ok({ record, log });
}

function logPath(compilation: Compilation): string {
  return join(compilation.recordDirectory, "compiler.log");
}

async function keptLog(compilation: Compilation): Promise<string> {
  return readFile(logPath(compilation), "utf8").catch(() => "");
}

function failure(request: BuildRequest, { command }: Compilation, output: string): BuildFailure {
  const folder = command.workingDirectory ?? ".";
  return {
    kind: "buildFailure",
    subject: request.subject.id,
    // The variables of the recording linker mean nothing to who pastes the command.
    command: `cd ${shellQuote(folder)} && ${shellCommand(pasteable(command.argv), pasteableEnv(command.env ?? {}))}`,
    output,
  };
}

function pasteable(argv: readonly string[]): readonly string[] {
  return argv.filter((word) => !word.startsWith("--message-format=") && !isOwnLinker(word));
}

function pasteableEnv(env: NonNullable<Command["env"]>): NonNullable<Command["env"]> {
  const own: ReadonlySet<string> = new Set([
    ...Object.values(recordVariables),
    "CARGO_TARGET_DIR",
    "RUSTFLAGS",
  ]);
  return Object.fromEntries(
    Object.entries(env)
      .filter(([name]) => !own.has(name))
      .map(([name, value]) =>
        name === "CARGO_ENCODED_RUSTFLAGS"
          ? [
              name,
              splitList(value ?? "")
                .filter((flag) => !isOwnLinker(flag))
                .join("\x1f"),
            ]
          : [name, value],
      ),
  );
}

function isOwnLinker(word: string): boolean {
  return word.startsWith("-Clinker=") && word.endsWith("/linker/cc");
}

/** The user's flags first, then the setting's, so that the setting wins. */
function rustflags({ toolchain, setting, purpose }: BuildRequest, linker: string): readonly string[] {
  return [
    ...splitList(propertiesOf(toolchain).rustflags),
    ...(setting.flags["rustflags"] ?? []),
    ...(setting.flags[llvmChannel] ?? []).map((option) => `-Cllvm-args=${option}`),
    ...(setting.switches.includes(switches.linkTimeOptimiser) ? ["-Clinker-plugin-lto"] : []),
    ...(purpose === "profile" ? ["-Cforce-frame-pointers=yes"] : []),
    `-Clinker=${linker}`,
  ];
}

function targetDirectory(request: BuildRequest): string {
  return join(request.scratchDirectory, "target");
}

function cargoCompilation(request: BuildRequest, flags: readonly string[]): Compilation {
  const { subject, toolchain, setting } = request;
  const { target, rustupToolchain } = propertiesOf(toolchain);
  const bin = subject.bin ?? basename(subject.path);
  const env: Record<string, string | undefined> = {
    CARGO_TARGET_DIR: targetDirectory(request),
    CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f"),
    RUSTFLAGS: undefined,
    CARGO_INCREMENTAL: "0",
    CARGO_TERM_COLOR: "never",
    CARGO_PROFILE_RELEASE_SPLIT_DEBUGINFO: "off",
    ...rustupEnv(rustupToolchain),
    ...(request.purpose === "profile"
      ? { CARGO_PROFILE_RELEASE_DEBUG: "line-tables-only", CARGO_PROFILE_RELEASE_STRIP: "none" }
      : { CARGO_PROFILE_RELEASE_STRIP: "debuginfo" }),
    // rustc's own optimiser across crates would take the bitcode that the linker is to get.
    ...(setting.switches.includes(switches.linkTimeOptimiser) ? { CARGO_PROFILE_RELEASE_LTO: "off" } : {}),
    ...setting.env,
  };
  const argv: [string, ...string[]] = [
    "cargo",
    "build",
    "--release",
    "--target",
    target,
    "--bin",
    bin,
    "--message-format=json-render-diagnostics",
  ];
  return recorded(request, { argv, workingDirectory: subject.path, env }, bin.replaceAll("-", "_"));
}

async function rustcCompilation(request: BuildRequest, flags: readonly string[]): Promise<Compilation> {
  const { subject, toolchain, setting } = request;
  const crate = crateName(basename(subject.path, ".rs"));
  const argv: [string, ...string[]] = [
    toolchain.executable,
    "--crate-name",
    crate,
    ...(flags.some((flag) => flag.startsWith("--edition")) ? [] : ["--edition=2021"]),
    "--crate-type=bin",
    "-Copt-level=3",
    ...(request.purpose === "profile" ? ["-Cdebuginfo=line-tables-only"] : ["-Cstrip=debuginfo"]),
    "--target",
    propertiesOf(toolchain).target,
    ...flags,
    "-o",
    join(request.scratchDirectory, "program", crate),
    subject.path,
  ];
  await mkdir(join(request.scratchDirectory, "program"), { recursive: true });
  const folder = await subjectFolder(subject);
  return recorded(request, { argv, workingDirectory: folder, env: { ...setting.env } }, crate);
}

function recorded(request: BuildRequest, command: Command, crate: string): Compilation {
  const identity = hashParts([
    request.subject.path,
    ...command.argv,
    ...Object.entries(command.env ?? {}).flatMap(([name, value]) => [name, value ?? ""]),
  ]).slice(0, 16);
  const recordDirectory = join(request.scratchDirectory, "links", identity);
  return {
    command: {
      ...command,
      env: {
        ...command.env,
        [recordVariables.directory]: recordDirectory,
        [recordVariables.linker]: propertiesOf(request.toolchain).linker,
      },
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    },
    crate,
    recordDirectory,
  };
}

/** A name that rustc takes for a crate, from any file name. */
export function crateName(stem: string): string {
  const plain = stem.replaceAll(/[^A-Za-z0-9_]/g, "_");
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

/**
 * Runs cargo without leaving a trace in the user's folder. A lock file that is there must be right as it is. Where there
 * is none cargo makes one: it is taken away again, and kept for later builds, for every variant must have the same
 * dependencies.
 */
async function runCargo(request: BuildRequest, command: Command): Promise<CommandResult> {
  const workspace = await readWorkspace(request.subject.path);
  const path = workspace.ok ? join(workspace.value.root, "Cargo.lock") : undefined;
  if (path === undefined) return runCommand(command);
  if (await exists(path)) return runCommand({ ...command, argv: [...command.argv, "--locked"] });
  const kept = join(request.scratchDirectory, "Cargo.lock");
  if (await exists(kept)) await copyFile(kept, path);
  try {
    return await runCommand(command);
  } finally {
    if (await exists(path)) await copyFile(path, kept);
    await rm(path, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
