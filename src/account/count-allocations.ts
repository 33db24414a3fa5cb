import { readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { packageDirectory } from "../base/directories.ts";
import { type Elf, parseElf } from "../base/elf.ts";
import { buildNative } from "../base/native.ts";
import { preloadProblem } from "../base/preload-path.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Facts } from "../model/evidence.ts";
import type { RunResult } from "../model/run.ts";
import { type Counted, type CountingRun, mergeCounted } from "./counted-run.ts";
import { probedRun, takeProbeOutput } from "./go-probe.ts";
import { exitProblem } from "./record-runs.ts";

export interface CountRequest extends CountingRun {
  readonly language: string;
  readonly executable: string;
  /** Go only: the same program built with `goProbePatch`. */
  readonly goProbeExecutable?: string;
  /** Most runs that are counted in, default 1: more than one where a collector's time differs from run to run. */
  readonly runs?: number;
}

/** Below it a second run would tell nothing new: what is left are counts, and equal runs count the same. */
const idleCollector = 0.005;

type OneCount = Result<{ readonly facts: Facts; readonly result: RunResult }, string>;

/**
 * Allocations of untimed runs: `allocations.count`, `allocations.bytes`, `allocations.frees`; of a Go program what
 * its runtime tells besides (go-metrics). The error says why they could not be counted.
 */
export async function countAllocations(request: CountRequest): Promise<Result<Counted, string>> {
  const counter = await (request.language === "go" ? goCounter(request) : preloadCounter(request));
  if (!counter.ok) return counter;
  const counted: { readonly facts: Facts; readonly result: RunResult }[] = [];
  while (counted.length < (request.runs ?? 1)) {
    const one = await counter.value();
    if (one.ok) counted.push(one.value);
    else if (counted.length === 0) return one;
    else break;
    const share = one.value.facts["gc.cpuShare"];
    if (share === undefined || share < idleCollector) break;
  }
  return ok(mergeCounted(counted));
}

type Counter = () => Promise<OneCount>;

function goCounter(request: CountRequest): Promise<Result<Counter, string>> {
  const { goProbeExecutable: probe, run, runner, workDirectory, signal } = request;
  if (probe === undefined) return Promise.resolve(err("there is no build with the probe"));
  const prefix = join(workDirectory, "allocations-go");
  const argv = [probe, ...run.argv.slice(1)];
  const count: Counter = async () => {
    const result = await runner.run(probedRun({ ...run, argv }, prefix, false), signal);
    const output = await takeProbeOutput(prefix);
    const problem = exitProblem(result, "the program with the probe in it");
    if (problem !== undefined) return err(problem);
    return output.ok ? ok({ facts: output.value.facts, result }) : output;
  };
  return Promise.resolve(ok(count));
}

async function preloadCounter(request: CountRequest): Promise<Result<Counter, string>> {
  const { run, runner, workDirectory, executable, signal } = request;
  const own = await ownAllocator(executable);
  if (own !== undefined) return err(own);
  const problem = preloadProblem();
  if (problem !== undefined) return err(problem);
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
  return ok(async () => {
    const result = await runner.run({ ...run, env }, signal);
    const texts = await takeFiles(prefix);
    const problem = exitProblem(result, "the program under the allocation counter");
    if (problem !== undefined) return err(problem);
    const facts = sumCounts(texts);
    return facts.ok ? ok({ facts: facts.value, result }) : facts;
  });
}

/** Why the counter would see nothing of this program; undefined where it will see all. */
async function ownAllocator(executable: string): Promise<string | undefined> {
  const bytes = await readFile(executable).catch(() => undefined);
  if (bytes === undefined) return "the program's file cannot be read";
  const parsed = parseElf(bytes);
  return parsed.ok ? allocatorProblem(parsed.value) : "the program is no ELF file (a script, perhaps)";
}

export function allocatorProblem(elf: Elf): string | undefined {
  if (elf.sections.some(({ name }) => name === ".go.buildinfo"))
    return "a prebuilt Go program allocates by itself, and the probe needs its source";
  const linked = elf.sections.some((section) => section.name === ".interp");
  if (!linked) return "the program is linked statically";
  const names = /^_?(?:rjem_|je_malloc|mi_malloc|mi_heap_malloc|tc_malloc)/;
  const found = elf.symbols.find((symbol) => names.test(symbol.name.replace(/^_+/, "")))?.name;
  return found === undefined ? undefined : `the program brings its own allocator (${found})`;
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
    const match = linePattern.exec(text.slice(0, 300).trim());
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
