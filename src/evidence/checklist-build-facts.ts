import { findExecutable } from "../base/find-executable.ts";
import { runCommand } from "../base/subprocess.ts";
import type { Facts } from "../model/evidence.ts";

export interface BuildQuestion {
  readonly language: string;
  readonly executable: string;
  /** Which compiler made it, by what stands in the file; decides for prebuilt programs. */
  readonly origin?: "go" | "rust" | "native";
  /** What the toolchain knows of the build: optLevel of Rust. */
  readonly properties: Readonly<Record<string, string>>;
  /** The user's own compiler flags, the compile command's words among them. */
  readonly flags: readonly string[];
  /** Level that the language's default command has; absent where there is no such thing. */
  readonly defaultLevel?: string;
}

const timeoutMs = 20_000;

/**
 * How a program was built, as numbers: `build.optLevel` (0-3), `build.optForSize` (1: "s" or "z"), and for Go
 * `build.optimised` and `build.inlined` (0: switched off). What cannot be told is absent.
 */
export async function buildFacts(question: BuildQuestion): Promise<Facts> {
  const { language, origin, executable, properties } = question;
  if (language === "go" || (language === "cmd" && origin === "go"))
    return goBuildFacts(await output(["go", "version", "-m", executable]));
  if (language === "rust") return levelFacts(properties["optLevel"]);
  // Debug information knows what a script or a makefile did; flags only what was said here.
  const recorded = producerLevel(
    await output(["readelf", "--debug-dump=info", "--dwarf-depth=1", executable]),
  );
  if (recorded !== undefined) return levelFacts(recorded);
  return language === "cmd" ? {} : levelFacts(flagLevel(question.flags) ?? question.defaultLevel);
}

async function output(argv: readonly [string, ...string[]]): Promise<string> {
  const tool = await findExecutable(argv[0]);
  if (tool === undefined) return "";
  const result = await runCommand({ argv: [tool, ...argv.slice(1)], timeoutMs });
  return result.kind === "exited" && result.code === 0 ? result.stdout : "";
}

/** Reads `go version -m`: "build -gcflags=all=-N -l". A build without such a line has the compiler's own defaults. */
export function goBuildFacts(text: string): Facts {
  if (!/^\tbuild\t-compiler=/m.test(text)) return {};
  // With -trimpath the go command leaves flags out, so their absence says nothing.
  if (/^\tbuild\t-trimpath=true/m.test(text)) return {};
  const flags = /^\tbuild\t-gcflags=(.*)$/m.exec(text)?.[1] ?? "";
  const has = (flag: string) => new RegExp(`(?:^|[\\s="'])-${flag}(?:$|[\\s"'])`).test(flags);
  return { "build.optimised": has("N") ? 0 : 1, "build.inlined": has("l") ? 0 : 1 };
}

/** The last -O of gcc's or clang's own record of their flags, the lowest of all units; undefined where none was kept. */
export function producerLevel(text: string): string | undefined {
  const units = text.split("\n").filter((line) => /DW_AT_producer\s*:.*\b(?:GNU C|clang version)/.test(line));
  const levels = units.flatMap((line) => {
    // gcc records its switches, and no -O at all means -O0; clang records them only when asked to.
    const level = flagLevel(line.split(/\s+/));
    return level === undefined ? (/GNU C/.test(line) ? ["0"] : []) : [level];
  });
  return levels.sort((left, right) => rank(left) - rank(right))[0];
}

/** The last -O word: "0", "1", "2", "3", "s", "z", "g", "fast"; "-O" alone is "1". */
export function flagLevel(words: readonly string[]): string | undefined {
  const last = words.flatMap((word) => /^-O(|[0-3]|s|z|g|fast)$/.exec(word)?.[1] ?? []).at(-1);
  return last === "" ? "1" : last;
}

const ranks: Readonly<Record<string, number>> = { "0": 0, g: 1, "1": 1, s: 2, z: 2, "2": 2, "3": 3, fast: 3 };

function rank(level: string): number {
  return ranks[level] ?? 2;
}

function levelFacts(level: string | undefined): Facts {
  if (level === undefined || ranks[level] === undefined) return {};
  return {
    "build.optLevel": rank(level),
    "build.optForSize": level === "s" || level === "z" ? 1 : 0,
  };
}
