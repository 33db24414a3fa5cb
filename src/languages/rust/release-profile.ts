import { type ConfigFile, readToml } from "./cargo-config.ts";
import { manifestPath } from "./cargo-workspace.ts";
import { field } from "./json.ts";

export interface ReleaseProfile {
  readonly overflowChecks: "on" | "off";
  readonly optLevel: string;
}

/**
 * The release profile as cargo would see it: the environment before the configuration (nearest first) before the
 * manifest of the workspace's root (cargo book, "Profiles").
 */
export async function readReleaseProfile(
  workspaceRoot: string,
  files: readonly ConfigFile[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ReleaseProfile> {
  const manifest = await readToml(manifestPath(workspaceRoot));
  const tables = [...files.map((file) => file.table), manifest].map((table) =>
    field(field(table, "profile"), "release"),
  );
  const value = (key: string): unknown => {
    const name = `CARGO_PROFILE_RELEASE_${key.toUpperCase().replaceAll("-", "_")}`;
    return environment[name] ?? tables.map((table) => field(table, key)).find((each) => each !== undefined);
  };
  const checks = value("overflow-checks");
  const level = value("opt-level");
  return {
    overflowChecks: checks === true || checks === "true" ? "on" : "off",
    optLevel: typeof level === "number" || typeof level === "string" ? String(level) : "3",
  };
}
