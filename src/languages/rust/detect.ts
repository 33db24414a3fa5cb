import { readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { findExecutable } from "../../base/find-executable.ts";
import { shellQuote } from "../../base/subprocess.ts";
import type { Detection, Subject } from "../../plugin.ts";
import { type CargoPackage, manifestPath, readWorkspace } from "./cargo-workspace.ts";

/** A package or workspace folder, its Cargo.toml, a folder with a lone main.rs, or one file with `fn main`. */
export async function detect(path: string, bin: string | undefined, asked: boolean): Promise<Detection> {
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) return { kind: "no" };
  if (status.isDirectory()) return detectFolder(path, bin, asked);
  if (basename(path) === "Cargo.toml") return detectPackage(dirname(path), bin);
  return detectFile(path, bin, asked);
}

async function detectFolder(path: string, bin: string | undefined, asked: boolean): Promise<Detection> {
  if (await isFile(manifestPath(path))) return detectPackage(path, bin);
  if (await isFile(join(path, "main.rs"))) return detectFile(join(path, "main.rs"), bin, asked);
  if (!asked) return { kind: "no" };
  return {
    kind: "problem",
    message: `${path} has neither a Cargo.toml nor a main.rs.`,
    help: `(cd ${shellQuote(path)} && cargo init), or name the file: ${shellQuote(`${path}/FILE.rs`)}`,
  };
}

async function detectFile(path: string, bin: string | undefined, asked: boolean): Promise<Detection> {
  if (extname(path) !== ".rs")
    return asked
      ? {
          kind: "problem",
          message: `${path} is not a Rust source file: its name does not end in .rs.`,
          help: "name a package folder or a .rs file",
        }
      : { kind: "no" };
  if (bin !== undefined)
    return {
      kind: "problem",
      message: `${path} is one file: it has no program "${bin}".`,
      help: `leave out #${bin}`,
    };
  const source = await readFile(path, "utf8");
  if (/\bfn\s+main\s*\(/.test(source)) return { kind: "yes", subject: subjectAt(path, undefined) };
  return {
    kind: "problem",
    message: `${path} has no fn main: it is a part of a program.`,
    help: "name the package's folder, or the file with fn main",
  };
}

function subjectAt(path: string, bin: string | undefined): Subject {
  return { id: "rust", language: "rust", path, ...(bin === undefined ? {} : { bin }) };
}

async function detectPackage(path: string, bin: string | undefined): Promise<Detection> {
  // Without cargo nothing can be said of the package; findToolchain tells the user what is missing.
  if ((await findExecutable("cargo")) === undefined) return { kind: "yes", subject: subjectAt(path, bin) };
  const workspace = await readWorkspace(path);
  if (!workspace.ok)
    return {
      kind: "problem",
      message: `cargo cannot read ${manifestPath(path)}: ${workspace.error}`,
      help: `(cd ${shellQuote(path)} && cargo metadata --no-deps)`,
    };
  const own = workspace.value.packages.find((each) => each.directory === path);
  return chooseProgram(path, bin, own === undefined ? workspace.value.packages : [own]);
}

/** The one program that is meant, or a list of those there are. */
export function chooseProgram(
  path: string,
  bin: string | undefined,
  packages: readonly CargoPackage[],
): Detection {
  const names = packages.flatMap((each) => each.binaries);
  if (bin !== undefined && names.includes(bin)) return { kind: "yes", subject: subjectAt(path, bin) };
  const [first] = names;
  if (first === undefined)
    return {
      kind: "problem",
      message: `${path} builds no program: it is a library.`,
      help: `name a package with src/main.rs or [[bin]]`,
    };
  const listed = [...names].sort();
  if (bin !== undefined)
    return {
      kind: "problem",
      message: `${path} has no program "${bin}". It builds: ${listed.join(", ")}.`,
      help: `perfgap explain rust:${shellQuote(`${path}#${first}`)} ...`,
    };
  if (names.length === 1) return { kind: "yes", subject: subjectAt(path, first) };
  const chosen = packages.length === 1 ? packages[0]?.defaultRun : undefined;
  if (chosen !== undefined) return { kind: "yes", subject: subjectAt(path, chosen) };
  return {
    kind: "problem",
    message: `${path} builds ${names.length} programs: ${listed.join(", ")}.`,
    help: `say which: perfgap explain rust:${shellQuote(`${path}#${first}`)} ...`,
  };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isFile(),
    () => false,
  );
}
