import { writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { RunRequest } from "../model/run.ts";
import type { ReferenceOutput } from "../verify/verify-outputs.ts";
import type { Baseline } from "./baselines.ts";
import { emptyInputWarnings } from "./empty-input.ts";
import type { Workbench } from "./workbench.ts";

beforeEach(() => {
  vi.stubEnv("PERFGAP_SYSTEM_CALLS", "strace");
  vi.stubEnv("PATH", temporaryFolder({ strace: "#!/bin/sh\n" }));
});
afterEach(() => void vi.unstubAllEnvs());

interface Program {
  readonly id: string;
  readonly reads: boolean;
  readonly wallTimeMs?: number;
}

/** What is said of the programs, and which of them were run once more for it. */
async function look(programs: readonly Program[], stdinPath?: string) {
  const looked: string[] = [];
  const run = async ({ argv }: RunRequest) => {
    const id = argv.at(-1) ?? "";
    looked.push(id);
    const reads = programs.find((program) => program.id === id)?.reads === true;
    await writeFile(
      argv[argv.indexOf("-o") + 1] ?? "",
      reads ? '7 read(0</dev/null>, "", 4096)      = 0\n' : "",
    );
    return { exit: { kind: "exited", code: 0 } };
  };
  const directory = temporaryFolder({ "scratch/": "" });
  const bench = {
    options: { kill: new AbortController().signal },
    runner: { run },
    run: { directory },
    contenders: programs.map(({ id }) => ({ subject: { id }, language: { id, title: id.toUpperCase() } })),
    surroundings: {
      workload: {
        args: [],
        env: {},
        compare: { kind: "exact" },
        ...(stdinPath === undefined ? {} : { stdinPath }),
      },
      environment: {},
      processors: [0],
      workingDirectory: "/",
      outputLimitBytes: 1000,
    },
  } as unknown as Workbench;
  const baselines = programs.map(({ id }) => ({
    invocation: { subject: { id }, artifact: { executable: id }, run: { env: {}, preload: [] } },
  }));
  const references = programs.map(({ wallTimeMs = 3 }) => ({ shortestWallTimeNs: wallTimeMs * 1e6 }));
  const warnings = await emptyInputWarnings(
    bench,
    baselines as unknown as readonly Baseline[],
    references as unknown as readonly ReferenceOutput[],
  );
  return { warnings, looked };
}

test("programs that read the input that nobody gave are named in one doubt with what mends it", async () => {
  const { warnings } = await look([
    { id: "go", reads: true },
    { id: "rust", reads: true },
    { id: "c", reads: false },
  ]);
  expect(warnings).toEqual([
    {
      code: "empty-input",
      appliesTo: "go, rust",
      message:
        "GO and RUST read their standard input, which is empty: give a file with --stdin FILE. If it is meant to be empty, --stdin /dev/null says so.",
    },
  ]);
  const alone = await look([{ id: "go", reads: true }]);
  expect(alone.warnings[0]?.message).toMatch(/^GO read its standard input, which is empty: /);
  expect((await look([{ id: "go", reads: false }])).warnings).toEqual([]);
});

test("only short runs of programs without an input are looked at", async () => {
  const programs = [
    { id: "short", reads: true, wallTimeMs: 200 },
    { id: "long", reads: true, wallTimeMs: 201 },
  ];
  expect((await look(programs)).looked).toEqual(["short"]);
  expect(await look(programs, "/dev/null")).toEqual({ warnings: [], looked: [] });
});

test("without strace nothing is said and nothing is run", async () => {
  vi.stubEnv("PATH", temporaryFolder());
  expect(await look([{ id: "go", reads: true }])).toEqual({ warnings: [], looked: [] });
});
