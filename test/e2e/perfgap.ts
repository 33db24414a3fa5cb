import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageDirectory } from "../../src/base/directories.ts";
import { type CommandResult, runCommand } from "../../src/base/subprocess.ts";
import type { Report } from "../../src/model/report.ts";

/** The program as it is installed; `npm test` builds it first. */
export const perfgapArgv = [process.execPath, join(packageDirectory(), "bin/perfgap.js")] as const;

export interface Sandbox {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  perfgap(...args: readonly string[]): Promise<CommandResult>;
  remove(): Promise<void>;
}

/** A project folder and a lock of its own, beside the cache that all tests share (builds are dear). */
export async function openSandbox(env: Readonly<Record<string, string>> = {}): Promise<Sandbox> {
  const directory = await mkdtemp(join(tmpdir(), "perfgap-e2e-"));
  return {
    directory,
    env,
    perfgap: (...args) =>
      runCommand({ argv: [...perfgapArgv, ...args], workingDirectory: directory, env, timeoutMs: 900_000 }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

export function parseReport(result: CommandResult): Report {
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.stdout}\n${result.stderr}`);
  return JSON.parse(result.stdout) as Report;
}

/** Observation lines of the only run below a project folder; one that is being written is none yet. */
export async function observationLines(directory: string): Promise<readonly string[]> {
  const runs = join(directory, ".perfgap", "runs");
  const [id] = (await readdir(runs).catch(() => [])).filter((name) => !name.startsWith("."));
  if (id === undefined) return [];
  const text = await readFile(join(runs, id, "observations.ndjson"), "utf8").catch(() => "");
  return text.split("\n").slice(0, -1);
}
