import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { runCommand } from "../../src/base/subprocess.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const workloads = resolve("workloads");
const dependencies = resolve("test/e2e/fixtures/dependencies");

/** Arguments that make a short run: every program must agree on more than the one job that is timed. */
const smallArguments: Readonly<Record<string, readonly string[]>> = {
  "a-a": ["3"],
  "binary-trees": ["7"],
  blur: ["3", "17", "9"],
  crc32: ["2", "1000"],
  "dead-work": ["3"],
  "growing-buffer": ["3", "100"],
  heapsort: ["2", "101"],
  "int-width": ["2"],
  interpreter: ["100"],
  "key-value": ["20"],
  lcs: ["3", "50"],
  matmul: ["3", "7"],
  pipeline: ["20", "3"],
  "sum-array": ["5"],
  "unbuffered-output": ["20"],
  "word-count": ["2"],
};

interface Program {
  readonly id: string;
  readonly language: string;
  readonly path: string;
}

interface Job {
  readonly programs: readonly Program[];
  readonly stdin: string;
  readonly expected: string;
}

function readJob(caseFile: string): Job {
  const folder = resolve(caseFile, "..");
  const content = parse(readFileSync(caseFile, "utf8")) as unknown as {
    readonly expected: string;
    readonly stdin?: string;
    readonly subject: readonly Program[];
  };
  return {
    programs: content.subject.map((program) => ({ ...program, path: join(folder, program.path) })),
    stdin: content.stdin === undefined ? "" : readFileSync(join(folder, content.stdin), "utf8"),
    expected: readFileSync(join(folder, content.expected), "utf8"),
  };
}

async function build(program: Program, folder: string): Promise<string> {
  const output = join(folder, program.id);
  if (program.language === "rust") {
    const target = join(folder, "target");
    await tool(["cargo", "build", "--release", "--locked", "--quiet", "--target-dir", target], program.path);
    return join(target, "release", packageName(program.path));
  }
  if (program.language === "go") await tool(["go", "build", "-trimpath", "-o", output, "."], program.path);
  else if (program.language === "c")
    await tool(
      ["cc", "-O2", "-std=c11", "-Wall", "-Wextra", "-Werror", "-o", output, "main.c"],
      program.path,
    );
  else
    await tool(
      ["c++", "-O2", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-o", output, "main.cpp"],
      program.path,
    );
  return output;
}

function packageName(folder: string): string {
  const manifest = parse(readFileSync(join(folder, "Cargo.toml"), "utf8")) as unknown as {
    readonly package: { readonly name: string };
  };
  return manifest.package.name;
}

async function tool(argv: readonly [string, ...string[]], workingDirectory: string): Promise<void> {
  const result = await runCommand({ argv, workingDirectory });
  expect(result, argv.join(" ")).toMatchObject({ kind: "exited", code: 0 });
}

async function outputOf(executable: string, args: readonly string[], stdin: string): Promise<string> {
  const result = await runCommand({ argv: [executable, ...args], stdin, timeoutMs: 60_000 });
  expect(result, executable).toMatchObject({ kind: "exited", code: 0, stderr: "" });
  return result.stdout;
}

async function expectUsage(executable: string): Promise<void> {
  const result = await runCommand({ argv: [executable, "many"], stdin: "", timeoutMs: 10_000 });
  expect(result.code, executable).toBe(2);
  expect(result.stderr).toMatch(/^usage: /);
}

async function buildAll(job: Job): Promise<readonly string[]> {
  const folder = temporaryFolder();
  const executables: string[] = [];
  for (const program of job.programs) executables.push(await build(program, folder));
  return executables;
}

const names = readdirSync(workloads).filter((name) => existsSync(join(workloads, name, "case.toml")));

describe("workloads", () => {
  test("each has arguments for a short run", () => {
    expect(Object.keys(smallArguments).sort()).toEqual([...names].sort());
  });

  test.each(names)(
    "%s prints the same bytes in every language, and its usage for a bad argument",
    async (name) => {
      const job = readJob(join(workloads, name, "case.toml"));
      const executables = await buildAll(job);
      const small = smallArguments[name] ?? [];
      const shortOutputs: string[] = [];
      for (const executable of executables) {
        expect(await outputOf(executable, [], job.stdin), executable).toBe(job.expected);
        shortOutputs.push(await outputOf(executable, small, job.stdin));
        await expectUsage(executable);
      }
      expect(new Set(shortOutputs).size, shortOutputs.join("\n")).toBe(1);
      expect(shortOutputs[0]).not.toBe(job.expected);
    },
  );
});

describe("the text of word-count", () => {
  test("is what its generator writes", async () => {
    const folder = join(workloads, "word-count");
    const made = await runCommand({ argv: [process.execPath, "generate.mjs"], workingDirectory: folder });
    expect(made.stdout === readFileSync(join(folder, "text.txt"), "utf8")).toBe(true);
  });
});

describe("programs with dependencies", () => {
  test("a module and a crate that need others print the same bytes", async () => {
    const job = readJob(join(dependencies, "case.toml"));
    for (const executable of await buildAll(job)) {
      expect(await outputOf(executable, [], job.stdin), executable).toBe(job.expected);
      expect(await outputOf(executable, ["10"], job.stdin)).not.toBe(job.expected);
    }
  });
});
