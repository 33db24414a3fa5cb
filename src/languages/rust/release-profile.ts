import { present } from "../../base/present.ts";
import { type ConfigFile, readToml } from "./cargo-config.ts";
import { manifestPath } from "./cargo-workspace.ts";
import { field } from "./json.ts";

export interface ReleaseProfile {
  readonly overflowChecks: "on" | "off";
  readonly optLevel: string;
  /** "fat", "thin", "thin-local" (cargo's own choice) or "off". */
  readonly lto: string;
  readonly codegenUnits: string;
  readonly panic: string;
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
  const word = (key: string, otherwise: string): string => {
    const found = value(key);
    return ["number", "string", "boolean"].includes(typeof found) ? String(found) : otherwise;
  };
  return {
    overflowChecks: checks === true || checks === "true" ? "on" : "off",
    optLevel: word("opt-level", "3"),
    lto: ltoKind(word("lto", "false")),
    codegenUnits: word("codegen-units", "16"),
    panic: word("panic", "unwind"),
  };
}

/** Cargo's spellings (cargo book, "Profiles") and rustc's, as one. */
function ltoKind(written: string): string {
  if (/^(true|y|yes|on|fat|)$/.test(written)) return "fat";
  if (written === "false") return "thin-local";
  return /^(n|no|off)$/.test(written) ? "off" : written;
}

/** What flags of rustc say about the profile: cargo puts the user's after its own, and the last one wins. */
export function profileOfFlags(rustflags: readonly string[]): Partial<ReleaseProfile> {
  const options = new Map(codegenOptions(rustflags));
  const checks = options.get("overflow-checks") ?? options.get("debug-assertions");
  const level = options.get("opt-level");
  const lto = options.get("lto");
  const codegenUnits = options.get("codegen-units");
  const panic = options.get("panic");
  return {
    ...(checks === undefined ? {} : { overflowChecks: /^(y|yes|on|true|)$/.test(checks) ? "on" : "off" }),
    ...present({
      optLevel: level,
      lto: lto === undefined ? undefined : ltoKind(lto),
      codegenUnits,
      panic,
    }),
  };
}

/** `-C key=value`, `-Ckey=value`, `--codegen key=value` and `--codegen=key=value`; a key alone has the value "". */
export function codegenOptions(rustflags: readonly string[]): readonly (readonly [string, string])[] {
  return rustflags.flatMap((flag, index) => {
    const joined = /^(?:-C|--codegen=)(.+)$/s.exec(flag)?.[1];
    const option = joined ?? (flag === "-C" || flag === "--codegen" ? rustflags[index + 1] : undefined);
    const parts = /^([\w-]+)(?:=(.*))?$/s.exec(option ?? "");
    return parts?.[1] === undefined ? [] : [[parts[1], parts[2] ?? ""] as const];
  });
}
