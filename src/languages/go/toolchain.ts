import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { findExecutable } from "../../base/find-executable.ts";
import { hashParts } from "../../base/hash.ts";
import { runCommand } from "../../base/subprocess.ts";
import type { Subject, ToolchainMissing, ToolchainSearch } from "../../plugin.ts";

/** Where the official archive installs it; a shell that was open before knows nothing of it. */
const usualPlace = "/usr/local/go/bin/go";

/** What `go env` says that decides what a build makes. */
const decisive = [
  "GOVERSION",
  "GOOS",
  "GOARCH",
  "GOAMD64",
  "GOARM64",
  "GOEXPERIMENT",
  "GOFLAGS",
  "CGO_ENABLED",
  "CC",
] as const;
const informative = ["GOROOT", "GOMODCACHE"] as const;

/** The go command as it answers in the subject's own folder: a toolchain line of go.mod is already obeyed. */
export async function findToolchain(subject: Subject): Promise<ToolchainSearch> {
  const name = subject.compiler ?? "go";
  const executable =
    (await findExecutable(name)) ?? (name === "go" ? await findExecutable(usualPlace) : undefined);
  if (executable === undefined) {
    return missing(
      `there is no "${name}" on PATH`,
      "install Go from https://go.dev/dl/, then open a new shell",
    );
  }
  return describeGo({ executable, folder: await subjectFolder(subject), env: {} });
}

export interface GoCommand {
  readonly executable: string;
  /** Where it is asked; absent for a subject that is not there. */
  readonly folder: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** The toolchain behind a go command, as it answers in a folder. */
export async function describeGo(command: GoCommand): Promise<ToolchainSearch> {
  const { executable, folder } = command;
  const refused = await refusal(command);
  if (refused !== undefined) return refused;
  const env = await runCommand({
    argv: [executable, "env", "-json", ...decisive, ...informative],
    env: command.env,
    ...(folder === undefined ? {} : { workingDirectory: folder }),
    timeoutMs: 120_000,
  });
  const properties = env.code === 0 ? parseEnvironment(env.stdout) : undefined;
  if (properties === undefined) {
    return missing(
      `${executable} does not work: ${firstLine(env.stderr) || env.reason}`,
      `run: ${executable} env`,
    );
  }
  const phases = await runCommand({
    argv: [executable, "tool", "compile", "-d", "ssa/help"],
    env: command.env,
    timeoutMs: 60_000,
  });
  const version = (properties["GOVERSION"] ?? "").replace(/^go/, "");
  return {
    kind: "found",
    toolchain: {
      language: "go",
      title: `go ${version}`,
      version,
      executable,
      digest: hashParts(decisive.map((variable) => `${variable}=${properties[variable] ?? ""}`)),
      properties: {
        ...properties,
        "ssa.branchelim": /\bbranchelim\b/.test(phases.stdout + phases.stderr) ? "yes" : "no",
      },
    },
  };
}

export async function subjectFolder(subject: Subject): Promise<string | undefined> {
  const status = await stat(subject.path).catch(() => undefined);
  if (status === undefined) return undefined;
  return status.isDirectory() ? subject.path : dirname(subject.path);
}

/** go.mod may ask for a newer Go than there is, and the newer one may be out of reach. */
async function refusal({ executable, folder, env }: GoCommand): Promise<ToolchainMissing | undefined> {
  if (folder === undefined) return undefined;
  const result = await runCommand({
    argv: [executable, "list", "-m"],
    env,
    workingDirectory: folder,
    timeoutMs: 300_000,
  });
  if (result.code === 0 || !asksForNewerGo(result.stderr)) return undefined;
  return missing(
    `${folder} asks for another Go: ${firstLine(result.stderr)}`,
    "install that Go from https://go.dev/dl/, or allow the download: GOTOOLCHAIN=auto perfgap ...",
  );
}

/** The go command's words when a go or toolchain line cannot be satisfied. */
export function asksForNewerGo(stderr: string): boolean {
  return /requires go >= |toolchain not available|download go\d|invalid toolchain|cannot find "go\d/.test(
    stderr,
  );
}

/** `go env -json` as a flat record; undefined for anything that is not one. */
export function parseEnvironment(text: string): Readonly<Record<string, string>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return entries.some(([variable, content]) => variable === "GOVERSION" && content !== "")
    ? Object.fromEntries(entries)
    : undefined;
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}

function missing(reason: string, help: string): ToolchainMissing {
  return { kind: "missing", tool: "go", reason, help };
}
