import { readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { packageDirectory } from "../base/directories.ts";
import { type Elf, parseElf } from "../base/elf.ts";
import { buildNative } from "../base/native.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Facts } from "../model/evidence.ts";
import type { Runner, RunRequest } from "../model/run.ts";
import { probedRun, takeProbeOutput } from "./go-probe.ts";
import { exitProblem } from "./record-runs.ts";

export interface CountRequest {
  readonly language: string;
  readonly executable: string;
  /** One baseline run; argv[0] is the executable. */
  readonly run: RunRequest;
  readonly runner: Runner;
  readonly workDirectory: string;
  /** Go only: the same program built with `goProbePatch`. */
  readonly goProbeExecutable?: string;
}

/**
 * Allocations of one untimed run: `allocations.count`, `allocations.bytes`, `allocations.frees`; of a Go program what
 * its runtime tells besides (go-metrics). The error says why they could not be counted.
 */
export async function countAllocations(request: CountRequest): Promise<Result<Facts, string>> {
  return request.language === "go" ? countInGo(request) : countByPreload(request);
}

async function countInGo(request: CountRequest): Promise<Result<Facts, string>> {
  const { goProbeExecutable: probe, run, runner, workDirectory } = request;
  if (probe === undefined) return err("no build with the probe was made");
  const prefix = join(workDirectory, "allocations-go");
  const argv = [probe, ...run.argv.slice(1)];
  const problem = exitProblem(await runner.run(probedRun({ ...run, argv }, prefix, false)));
  const output = await takeProbeOutput(prefix);
  if (problem !== undefined) return err(problem);
  return output.ok ? ok(output.value.facts) : output;
}

async function countByPreload(request: CountRequest): Promise<Result<Facts, string>> {
  const { run, runner, workDirectory, executable } = request;
  const own = await ownAllocator(executable);
  if (own !== undefined) return err(own);
  const built = await buildNative({
    name: "alloc-counter",
    path: join(packageDirectory(), "probes", "preload", "alloc-counter.c"),
    language: "c",
    kind: "sharedObject",
    flags: ["-fno-builtin"],
  });
  if (!built.ok) return err(`the counter could not be compiled: ${built.error.message}`);
  const prefix = join(workDirectory, "allocations");
  const preload = [built.value.path, run.env["LD_PRELOAD"] ?? ""].filter((path) => path !== "").join(" ");
  const env = { ...run.env, LD_PRELOAD: preload, PERFGAP_ALLOC_COUNTER: prefix };
  const problem = exitProblem(await runner.run({ ...run, env }));
  const texts = await takeFiles(prefix);
  if (problem !== undefined) return err(problem);
  return sumCounts(texts);
}

/** Why the counter would see nothing of this program; undefined where it will see all. */
async function ownAllocator(executable: string): Promise<string | undefined> {
  const parsed = parseElf(await readFile(executable));
  if (!parsed.ok) return parsed.error.message;
  return allocatorProblem(parsed.value);
}

export function allocatorProblem(elf: Elf): string | undefined {
  const linked = elf.sections.some((section) => section.name === ".interp");
  if (!linked) return "not counted: the program is linked statically";
  const names = /^_?(?:rjem_|je_malloc|mi_malloc|mi_heap_malloc|tc_malloc)/;
  const found = elf.symbols.find((symbol) => names.test(symbol.name.replace(/^_+/, "")))?.name;
  return found === undefined ? undefined : `not counted: the program brings its own allocator (${found})`;
}

/** One file a process: a program that forks has several. */
async function takeFiles(prefix: string): Promise<readonly string[]> {
  const names = (await readdir(dirname(prefix)).catch(() => [])).filter((name) =>
    name.startsWith(`${basename(prefix)}.`),
  );
  return Promise.all(
    names.map(async (name) => {
      const path = join(dirname(prefix), name);
      const text = await readFile(path, "utf8").catch(() => "");
      await rm(path, { force: true });
      return text;
    }),
  );
}

const linePattern = /^\{"allocations":(\d+),"reallocations":(\d+),"frees":(\d+),"bytes":(\d+)\}$/;

/** Sum of the counter's lines. The error says that no process wrote one. Pure. */
export function sumCounts(texts: readonly string[]): Result<Facts, string> {
  const lines = texts.flatMap((text) => {
    const match = linePattern.exec(text.trim());
    return match === null ? [] : [match.slice(1).map(Number)];
  });
  if (lines.length === 0) return err("the counter wrote nothing: the program ended by a signal or by _exit");
  const column = (index: number) => lines.reduce((sum, line) => sum + (line[index] ?? 0), 0);
  return ok({
    "allocations.count": column(0) + column(1),
    "allocations.bytes": column(3),
    "allocations.frees": column(2),
  });
}
