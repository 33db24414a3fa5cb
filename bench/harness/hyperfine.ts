import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "../../src/base/directories.ts";
import { Failure } from "../../src/base/failure.ts";
import { findExecutable } from "../../src/base/find-executable.ts";
import { runCommand, shellQuote } from "../../src/base/subprocess.ts";

const wantedVersion = "1.20.0";

/** One command's runs as hyperfine reports them, seconds and bytes. */
export interface Series {
  readonly times: readonly number[];
  readonly meanCpuSeconds: number;
  /** Absent in versions that do not report it. */
  readonly peakMemoryBytes?: readonly number[];
}

export interface Hyperfine {
  readonly path: string;
  readonly version: string;
  /** Runs each command in turn, as hyperfine does: all runs of the first, then all of the second. */
  measure(commands: readonly (readonly string[])[], runs: number): Promise<readonly Series[]>;
}

/**
 * hyperfine from PATH when it is the wanted version or newer, else built by cargo into the cache, else whatever is on
 * PATH. Gives the reason when there is none.
 */
export async function openHyperfine(): Promise<Hyperfine | string> {
  const onPath = await findExecutable("hyperfine");
  const found = onPath === undefined ? undefined : await identify(onPath);
  if (found !== undefined && isNewEnough(found.version)) return found;
  const installed = await install();
  if (typeof installed !== "string") return installed;
  return found ?? `hyperfine is not on PATH, and ${installed}`;
}

async function install(): Promise<Hyperfine | string> {
  const root = join(cacheDirectory(), "tools", `hyperfine-${wantedVersion}`);
  const present = await identify(join(root, "bin", "hyperfine"));
  if (present !== undefined) return present;
  const cargo = await findExecutable("cargo");
  if (cargo === undefined) return "there is no cargo to install it with";
  console.error(`installing hyperfine ${wantedVersion} into ${root} ...`);
  const argv = [cargo, "install", `hyperfine@${wantedVersion}`, "--locked", "--root", root] as const;
  const result = await runCommand({ argv, timeoutMs: 900_000 });
  return (
    (await identify(join(root, "bin", "hyperfine"))) ??
    `cargo could not install it: ${result.stderr.trim().split("\n").at(-1) ?? ""}`
  );
}

async function identify(path: string): Promise<Hyperfine | undefined> {
  const result = await runCommand({ argv: [path, "--version"], timeoutMs: 10_000 });
  const version = /^hyperfine (\d+\.\d+\.\d+)/.exec(result.stdout)?.[1];
  if (version === undefined) return undefined;
  return { path, version, measure: (commands, runs) => measure(path, commands, runs) };
}

function isNewEnough(version: string): boolean {
  return version.localeCompare(wantedVersion, "en", { numeric: true }) >= 0;
}

async function measure(
  path: string,
  commands: readonly (readonly string[])[],
  runs: number,
): Promise<readonly Series[]> {
  const folder = await mkdtemp(join(tmpdir(), "perfgap-hyperfine-"));
  const file = join(folder, "results.json");
  try {
    const lines = commands.map((argv) => argv.map(shellQuote).join(" "));
    const options = ["-N", "--style", "none", "--runs", String(runs), "--export-json", file];
    const result = await runCommand({ argv: [path, ...options, ...lines], timeoutMs: 600_000 });
    if (result.kind !== "exited" || result.code !== 0)
      throw new Failure({
        code: "hyperfine-failed",
        exit: "toolchainOrHost",
        message: "hyperfine did not measure.",
        detail: result.stderr || result.reason,
      });
    return parseResults(await readFile(file, "utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function parseResults(json: string): readonly Series[] {
  const { results } = JSON.parse(json) as {
    readonly results: readonly {
      readonly times: readonly number[];
      readonly user: number;
      readonly system: number;
      readonly memory_usage_byte?: readonly number[];
    }[];
  };
  return results.map(({ times, user, system, memory_usage_byte: memory }) => ({
    times,
    meanCpuSeconds: user + system,
    ...(memory === undefined ? {} : { peakMemoryBytes: memory }),
  }));
}
