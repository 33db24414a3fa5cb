import { access, copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { packageDirectory } from "../../src/base/directories.ts";
import { findExecutable } from "../../src/base/find-executable.ts";
import { runCommand } from "../../src/base/subprocess.ts";

/** A program to profile with what it is given. */
export interface Program {
  readonly id: string;
  readonly language: "go" | "rust" | "c";
  readonly argv: readonly [string, ...string[]];
  readonly stdinPath?: string;
  /** Where its main package is, for the Go probe. */
  readonly source?: string;
}

export type Prepared = Program | { readonly id: string; readonly missing: string };

/** Programs that nobody here wrote: target T8 is about symbols that the rules were not written against. */
export async function heldOutPrograms(directory: string): Promise<readonly Prepared[]> {
  await mkdir(directory, { recursive: true });
  const makers = { gofmt, compile, rustfmt, hexyl };
  return Promise.all(Object.entries(makers).map(([id, make]) => prepared(id, () => make(directory))));
}

type Language = Program["language"];

const goAndRust: readonly Language[] = ["go", "rust"];

/** The two that allocate are measured in every language: the allocation counter costs most there. */
const shipped: Readonly<Record<string, readonly Language[]>> = {
  "binary-trees": ["go", "rust", "c"],
  "word-count": ["go", "rust", "c"],
  blur: goAndRust,
  crc32: goAndRust,
  "dead-work": goAndRust,
  "growing-buffer": goAndRust,
  heapsort: goAndRust,
  "int-width": goAndRust,
  interpreter: goAndRust,
  lcs: goAndRust,
  matmul: goAndRust,
  "sum-array": goAndRust,
  "unbuffered-output": goAndRust,
};

/** Shipped workloads; `wanted` absent: all of them. */
export async function shippedPrograms(
  directory: string,
  wanted?: readonly string[],
): Promise<readonly Prepared[]> {
  await mkdir(directory, { recursive: true });
  const makers = { go: goWorkload, rust: rustWorkload, c: cWorkload };
  const built: Prepared[] = [];
  for (const [workload, languages] of Object.entries(shipped)) {
    if (wanted?.includes(workload) === false) continue;
    for (const language of languages)
      built.push(await prepared(`${workload} ${language}`, () => makers[language](workload, directory)));
  }
  return built;
}

async function prepared(id: string, make: () => Promise<Omit<Program, "id">>): Promise<Prepared> {
  try {
    return { id, ...(await make()) };
  } catch (error) {
    return { id, missing: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) };
  }
}

async function tool(
  argv: readonly [string, ...string[]],
  options: { readonly folder?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { folder, env } = options;
  const result = await runCommand({
    argv,
    timeoutMs: 900_000,
    ...(folder === undefined ? {} : { workingDirectory: folder }),
    ...(env === undefined ? {} : { env }),
  });
  if (result.code !== 0)
    throw new Error(`${argv.slice(0, 3).join(" ")}: ${result.stderr.trim().split("\n").at(-1) ?? ""}`);
  return result.stdout.trim();
}

async function gofmt(directory: string): Promise<Omit<Program, "id">> {
  const path = join(directory, "gofmt");
  await tool(["go", "build", "-o", path, "cmd/gofmt"]);
  const root = await tool(["go", "env", "GOROOT"]);
  return { language: "go", argv: [path, "-l", `${root}/src/go/types`, `${root}/src/net`] };
}

async function compile(directory: string): Promise<Omit<Program, "id">> {
  const path = join(directory, "compile");
  await tool(["go", "build", "-o", path, "cmd/compile"]);
  const root = await tool(["go", "env", "GOROOT"]);
  const exports = await tool([
    "go",
    "list",
    "-export",
    "-deps",
    "-f",
    "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}",
    "go/types",
  ]);
  const configuration = join(directory, "importcfg");
  await writeFile(
    configuration,
    `${exports
      .split("\n")
      .filter((line) => line !== "")
      .join("\n")}\n`,
  );
  const files = (await tool(["go", "list", "-f", "{{range .GoFiles}}{{.}} {{end}}", "go/types"])).split(
    /\s+/,
  );
  const version = /^go(\d+\.\d+)/.exec(await tool(["go", "env", "GOVERSION"]))?.[1] ?? "1.23";
  return {
    language: "go",
    argv: [
      path,
      "-o",
      join(directory, "types.a"),
      "-p",
      "go/types",
      `-lang=go${version}`,
      "-std",
      "-importcfg",
      configuration,
      "-pack",
      ...files.map((file) => `${root}/src/go/types/${file}`),
    ],
  };
}

async function rustfmt(directory: string): Promise<Omit<Program, "id">> {
  const path = await tool(["rustup", "which", "rustfmt"]).catch(() => findExecutable("rustfmt"));
  if (path === undefined) throw new Error("rustfmt is not installed");
  await hexyl(directory);
  const registry = join(process.env["CARGO_HOME"] ?? join(homedir(), ".cargo"), "registry", "src");
  for (const index of await readdir(registry)) {
    const crate = (await readdir(join(registry, index))).find((name) => name.startsWith("clap_builder-"));
    if (crate === undefined) continue;
    const sources = join(registry, index, crate, "src", "builder");
    const names = (await readdir(sources)).filter((name) => name.endsWith(".rs") && name !== "mod.rs");
    const copies = join(directory, "rustfmt-input");
    await mkdir(copies, { recursive: true });
    const paths: string[] = [];
    for (const copy of [1, 2, 3])
      for (const name of names) {
        const target = join(copies, `${copy}-${name}`);
        await copyFile(join(sources, name), target);
        paths.push(target);
      }
    return { language: "rust", argv: [path, "--edition", "2021", "--emit", "stdout", ...paths] };
  }
  throw new Error("no crate to format is in cargo's registry");
}

async function hexyl(directory: string): Promise<Omit<Program, "id">> {
  const path = join(directory, "hexyl", "bin", "hexyl");
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there)
    await tool(
      [
        "cargo",
        "install",
        "hexyl",
        "--version",
        "0.16.0",
        "--locked",
        "--quiet",
        "--root",
        join(directory, "hexyl"),
      ],
      {
        env: {
          RUSTFLAGS: "-Cforce-frame-pointers=yes",
          CARGO_PROFILE_RELEASE_DEBUG: "line-tables-only",
          CARGO_PROFILE_RELEASE_STRIP: "none",
        },
      },
    );
  const input = join(directory, "bytes");
  await writeFile(input, Buffer.alloc(4_000_000, "abcdefghij\0\n\u00ff0123"));
  return { language: "rust", argv: [path, "--color=always", input] };
}

async function goWorkload(workload: string, directory: string): Promise<Omit<Program, "id">> {
  const source = join(packageDirectory(), "workloads", workload, "go");
  const path = join(directory, `${workload}-go`);
  await tool(["go", "build", "-o", path, "."], { folder: source });
  return { language: "go", argv: [path], source, ...(await stdinOf(workload)) };
}

async function rustWorkload(workload: string, directory: string): Promise<Omit<Program, "id">> {
  const source = join(packageDirectory(), "workloads", workload, "rust");
  const target = join(directory, `${workload}-target`);
  await tool(["cargo", "build", "--release", "--quiet", "--target-dir", target], {
    folder: source,
    env: { RUSTFLAGS: "-Cforce-frame-pointers=yes", CARGO_PROFILE_RELEASE_DEBUG: "line-tables-only" },
  });
  const names = (await readdir(join(target, "release"))).filter((name) => /^[\w-]+$/.test(name));
  for (const name of names) {
    const path = join(target, "release", name);
    if ((await findExecutable(path)) !== undefined)
      return { language: "rust", argv: [path], ...(await stdinOf(workload)) };
  }
  throw new Error(`${workload}: no program in ${target}`);
}

async function cWorkload(workload: string, directory: string): Promise<Omit<Program, "id">> {
  const path = join(directory, `${workload}-c`);
  const source = join(packageDirectory(), "workloads", workload, "c", "main.c");
  await tool(["cc", "-O2", "-g1", "-fno-omit-frame-pointer", "-o", path, source, "-lm"]);
  return { language: "c", argv: [path], ...(await stdinOf(workload)) };
}

async function stdinOf(workload: string): Promise<{ readonly stdinPath?: string }> {
  const path = join(packageDirectory(), "workloads", workload, "text.txt");
  return access(path).then(
    () => ({ stdinPath: path }),
    () => ({}),
  );
}
