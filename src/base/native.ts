import { randomBytes } from "node:crypto";
import { access, constants, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "./directories.ts";
import { findExecutable } from "./find-executable.ts";
import { hashFile, hashParts } from "./hash.ts";
import { err, ok, type Result } from "./result.ts";
import { errorCode } from "./storage.ts";
import { runCommand } from "./subprocess.ts";

/** One source file that perfgap ships and compiles on the user's machine at first use. */
export interface NativeSource {
  /** Readable part of the cache entry's name: "launcher". */
  readonly name: string;
  readonly path: string;
  readonly language: NativeLanguage;
  /** A shared object is for LD_PRELOAD; only C makes them here. */
  readonly kind: "executable" | "sharedObject";
  /** Added to the compiler's command before the source. */
  readonly flags?: readonly string[];
}

export type NativeLanguage = "c" | "rust" | "go";

export interface NativeBuilt {
  readonly path: string;
  readonly compiler: string;
  readonly fromCache: boolean;
}

/** `noCompiler`: none is on PATH; `compile`: each that is there failed, in its own words; `cache`: no place to put it. */
export interface NativeFailure {
  readonly kind: "noCompiler" | "compile" | "cache";
  readonly message: string;
}

const compilerNames: Readonly<Record<NativeLanguage, readonly string[]>> = {
  c: ["cc", "gcc", "clang"],
  rust: ["rustc"],
  go: ["go"],
};

/**
 * Compiles the source, or finds it in the cache under the hash of source, flags and compiler. An entry whose bytes
 * changed since it was made is built again. Several processes may do this at once: each builds aside and renames.
 */
export async function buildNative(source: NativeSource): Promise<Result<NativeBuilt, NativeFailure>> {
  const compilers = await findCompilers(source.language);
  if (compilers.length === 0) {
    const names = compilerNames[source.language].join(", ");
    return err({ kind: "noCompiler", message: `none of ${names} is on PATH` });
  }
  const failures: NativeFailure[] = [];
  for (const compiler of compilers) {
    const outcome = await fromCacheOrCompiler(source, compiler);
    if (outcome.ok) return outcome;
    failures.push(outcome.error);
  }
  const kind = failures.every((failure) => failure.kind === "cache") ? "cache" : "compile";
  return err({ kind, message: failures.map((failure) => failure.message).join("\n") });
}

async function fromCacheOrCompiler(
  source: NativeSource,
  compiler: string,
): Promise<Result<NativeBuilt, NativeFailure>> {
  const directory = join(cacheDirectory(), "native");
  try {
    const entry = join(directory, `${source.name}-${await entryKey(source, compiler)}`);
    const present = await intactBinary(entry);
    if (present !== undefined) return ok({ path: present, compiler, fromCache: true });
    const aside = join(directory, `.tmp-${process.pid}-${randomBytes(6).toString("hex")}`);
    await mkdir(aside, { recursive: true });
    try {
      const complaint = await compile(source, compiler, join(aside, binaryName));
      if (complaint !== undefined) return err({ kind: "compile", message: complaint });
      await writeFile(join(aside, checksumName), await hashFile(join(aside, binaryName)));
      await publish(aside, entry);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
    return ok({ path: join(entry, binaryName), compiler, fromCache: false });
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return err({ kind: "cache", message: `${directory}: ${(error as Error).message}` });
  }
}

const binaryName = "binary";
const checksumName = "sha256";

async function entryKey(source: NativeSource, compiler: string): Promise<string> {
  const real = await realpath(compiler);
  const { size, mtimeMs } = await stat(real);
  const flags = (source.flags ?? []).join("\0");
  const parts = [await readFile(source.path), source.kind, flags, compiler, real, `${size}:${mtimeMs}`];
  return hashParts([...parts, process.arch]).slice(0, 24);
}

async function intactBinary(entry: string): Promise<string | undefined> {
  const path = join(entry, binaryName);
  try {
    const expected = await readFile(join(entry, checksumName), "utf8");
    await access(path, constants.X_OK);
    return (await hashFile(path)) === expected ? path : undefined;
  } catch (error) {
    if (errorCode(error) !== undefined) return undefined;
    throw error;
  }
}

/** Puts the built entry in place; one that another process put there meanwhile is as good, a broken one makes way. */
async function publish(aside: string, entry: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(aside, entry);
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST"].includes(errorCode(error) ?? "") || attempt === 5) throw error;
      if ((await intactBinary(entry)) !== undefined) return;
      const broken = `${aside}-broken`;
      await rename(entry, broken).catch(() => undefined);
      await rm(broken, { recursive: true, force: true });
    }
  }
}

/** Compiles into `output`; gives the compiler's own words when it cannot. */
async function compile(source: NativeSource, compiler: string, output: string): Promise<string | undefined> {
  let complaint = "";
  for (const argv of commandLines(source, compiler, output)) {
    const result = await runCommand({
      argv,
      timeoutMs: 300_000,
      env: source.language === "go" ? { GO111MODULE: "off", CGO_ENABLED: "0", GOFLAGS: "" } : {},
    });
    if (result.kind === "exited" && result.code === 0) return undefined;
    complaint = `${argv.join(" ")}\n${result.stderr || result.stdout || result.reason || result.kind}`;
  }
  return complaint;
}

/** The commands to try in turn: a static program first, because a static libc is not on every machine. */
function commandLines(
  source: NativeSource,
  compiler: string,
  output: string,
): readonly [string, ...string[]][] {
  const flags = source.flags ?? [];
  switch (source.language) {
    case "c": {
      const common = ["-O2", "-std=gnu11", ...flags, "-o", output, source.path];
      if (source.kind === "sharedObject") return [[compiler, "-shared", "-fPIC", ...common, "-ldl"]];
      return [
        [compiler, "-static", ...common],
        [compiler, ...common],
      ];
    }
    case "rust":
      return [[compiler, "--edition=2021", "-O", "-Cpanic=abort", ...flags, "-o", output, source.path]];
    case "go":
      return [[compiler, "build", "-ldflags=-s -w", ...flags, "-o", output, source.path]];
  }
}

async function findCompilers(language: NativeLanguage): Promise<readonly string[]> {
  const found = await Promise.all(compilerNames[language].map(findExecutable));
  return found.filter((path) => path !== undefined);
}
