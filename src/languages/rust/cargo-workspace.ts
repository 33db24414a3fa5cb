import { dirname, join } from "node:path";
import { err, ok, type Result } from "../../base/result.ts";
import { runCommand } from "../../base/subprocess.ts";
import { field, list, parseJson, text, texts } from "./json.ts";

export interface CargoPackage {
  readonly name: string;
  readonly directory: string;
  /** Names of the programs it builds. */
  readonly binaries: readonly string[];
  readonly defaultRun?: string;
  /** Folders of the packages that it takes from a path. */
  readonly pathDependencies: readonly string[];
}

export interface CargoWorkspace {
  readonly root: string;
  readonly packages: readonly CargoPackage[];
}

/** The packages around a folder with a Cargo.toml, or cargo's own words. Needs no network and writes nothing. */
export async function readWorkspace(directory: string): Promise<Result<CargoWorkspace, string>> {
  const result = await runCommand({
    argv: ["cargo", "metadata", "--no-deps", "--offline", "--format-version", "1"],
    workingDirectory: directory,
    env: { RUSTUP_AUTO_INSTALL: "0", CARGO_TERM_COLOR: "never" },
    timeoutMs: 60_000,
  });
  if (result.kind !== "exited" || result.code !== 0)
    return err(result.stderr.trim() || `cargo metadata: ${result.kind} ${result.reason}`);
  const workspace = parseMetadata(result.stdout);
  return workspace === undefined ? err("cargo metadata printed something else than JSON") : ok(workspace);
}

/** Parses `cargo metadata --format-version 1`. */
export function parseMetadata(source: string): CargoWorkspace | undefined {
  const metadata = parseJson(source);
  const root = text(field(metadata, "workspace_root"));
  if (root === undefined) return undefined;
  return { root, packages: list(field(metadata, "packages")).flatMap(parsePackage) };
}

function parsePackage(value: unknown): readonly CargoPackage[] {
  const name = text(field(value, "name"));
  const manifest = text(field(value, "manifest_path"));
  if (name === undefined || manifest === undefined) return [];
  const binaries = list(field(value, "targets"))
    .filter((target) => texts(field(target, "kind")).includes("bin"))
    .flatMap((target) => text(field(target, "name")) ?? []);
  const pathDependencies = list(field(value, "dependencies"))
    .filter((dependency) => field(dependency, "kind") !== "dev")
    .flatMap((dependency) => text(field(dependency, "path")) ?? []);
  const defaultRun = text(field(value, "default_run"));
  return [
    {
      name,
      directory: dirname(manifest),
      binaries,
      pathDependencies,
      ...(defaultRun === undefined ? {} : { defaultRun }),
    },
  ];
}

/** The package and everything that it takes from a path, each once. */
export async function withPathDependencies(
  workspace: CargoWorkspace,
  roots: readonly CargoPackage[],
): Promise<readonly CargoPackage[]> {
  const known = new Map(workspace.packages.map((each) => [each.directory, each]));
  const taken = new Map<string, CargoPackage>();
  const waiting = [...roots];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (taken.has(next.directory)) continue;
    taken.set(next.directory, next);
    for (const directory of next.pathDependencies) {
      const found = known.get(directory) ?? (await outsidePackage(directory));
      waiting.push(found);
    }
  }
  return [...taken.values()];
}

async function outsidePackage(directory: string): Promise<CargoPackage> {
  const outside = await readWorkspace(directory);
  const found = outside.ok ? outside.value.packages.find((each) => each.directory === directory) : undefined;
  return found ?? { name: "", directory, binaries: [], pathDependencies: [] };
}

export function manifestPath(directory: string): string {
  return join(directory, "Cargo.toml");
}
