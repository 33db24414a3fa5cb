import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { allocatorProblem } from "../../src/account/count-allocations.ts";
import { goProbePatch } from "../../src/account/go-probe.ts";
import { recordedRun } from "../../src/account/perf.ts";
import { packageDirectory } from "../../src/base/directories.ts";
import { parseElf } from "../../src/base/elf.ts";
import { buildNative } from "../../src/base/native.ts";
import type { Random } from "../../src/base/random.ts";
import { runCommand } from "../../src/base/subprocess.ts";
import type { Runner, RunRequest } from "../../src/model/run.ts";
import { pairedRatio, type Ratio } from "./paired-ratio.ts";
import type { Program } from "./programs.ts";

/** Processor time of the program with the probe over without it. */
export interface Overhead {
  readonly program: string;
  readonly probe: string;
  readonly ratio: Ratio;
}

export interface Stage {
  readonly runner: Runner;
  readonly random: Random;
  readonly perf: string;
  readonly workDirectory: string;
}

/**
 * bash tells the processor time of its children to the millisecond, of the program alone: rusage of the whole run would
 * count perf's own work too.
 */
const timing = 'exec 3>&1; "$@" >&3; code=$?; exec 3>&-; times >&2; exit $code';

export function requestFor(program: Program): RunRequest {
  const env = Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return {
    argv: program.argv,
    env: Object.fromEntries(env),
    workingDirectory: process.cwd(),
    ...(program.stdinPath === undefined ? {} : { stdinPath: program.stdinPath }),
    timeoutMs: 120_000,
    outputLimitBytes: 1024 * 1024 * 1024,
  };
}

interface Timed {
  readonly seconds: number;
  readonly stdoutHash: string;
}

async function cpuSeconds(stage: Stage, request: RunRequest, recording: string | undefined): Promise<Timed> {
  const timed: RunRequest = { ...request, argv: ["bash", "-c", timing, "timing", ...request.argv] };
  const asked = recording === undefined ? timed : recordedRun(stage.perf, "cpu-clock", timed, recording);
  const result = await stage.runner.run(asked);
  const line = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/gm;
  const times = [...result.stderrTail.matchAll(line)].at(-1);
  if (result.exit.kind !== "exited" || result.exit.code !== 0 || times === undefined)
    throw new Error(
      `${request.argv[0] ?? ""} did not end well: ${JSON.stringify(result.exit)} ${result.stderrTail}`,
    );
  const [, userMinutes, user, systemMinutes, system] = times.map(Number);
  const minutes = (userMinutes ?? 0) + (systemMinutes ?? 0);
  return { seconds: 60 * minutes + (user ?? 0) + (system ?? 0), stdoutHash: result.stdoutHash };
}

/** Overhead of every probe that fits the program. */
export async function overheads(stage: Stage, program: Program, pairs: number): Promise<readonly Overhead[]> {
  const plain = requestFor(program);
  const expected = (await cpuSeconds(stage, plain, undefined)).stdoutHash;
  // A probe under which the program does other work has no overhead to speak of.
  const measured = async (request: RunRequest, recording: string | undefined): Promise<number> => {
    const { seconds, stdoutHash } = await cpuSeconds(stage, request, recording);
    if (stdoutHash !== expected) throw new Error(`${program.id} printed something else under a probe`);
    return seconds;
  };
  const against = async (
    probe: string,
    probed: RunRequest,
    options: { readonly recording?: string; readonly base?: RunRequest } = {},
  ): Promise<Overhead> => ({
    program: program.id,
    probe,
    ratio: await pairedRatio(
      pairs,
      stage.random,
      () => measured(probed, options.recording),
      () => measured(options.base ?? plain, undefined),
    ),
  });
  const found = [
    await against("perf 997 Hz", plain, { recording: join(stage.workDirectory, "overhead.perf") }),
  ];
  if (program.language === "go" && program.source !== undefined) {
    const probe = await buildGoProbe(stage, program, program.source);
    const prefix = join(stage.workDirectory, "overhead");
    const run = { ...plain, argv: [probe] };
    const metrics = { ...run, env: { ...run.env, PERFGAP_GO_PROBE: prefix } };
    found.push(await against("Go probe, idle", run));
    found.push(await against("Go probe, metrics", metrics));
    const profile = { ...metrics, env: { ...metrics.env, PERFGAP_GO_PROBE_CPU: "1" } };
    found.push(await against("Go probe, profile", profile));
    // Sampling itself also makes it collect less often, which hides the cost: without a collector it shows.
    const noCollector = (request: RunRequest) => ({ ...request, env: { ...request.env, GOGC: "off" } });
    const base = noCollector(plain);
    found.push(await against("the same, GOGC=off", noCollector(profile), { base }));
  } else if (program.language !== "go" && (await isCountable(program.argv[0]))) {
    const counter = await buildCounter();
    const env = {
      ...plain.env,
      LD_PRELOAD: counter,
      PERFGAP_ALLOC_COUNTER: join(stage.workDirectory, "allocations"),
    };
    found.push(await against("allocation counter", { ...plain, env }));
  }
  return found;
}

async function buildGoProbe(stage: Stage, program: Program, source: string): Promise<string> {
  const goRoot = (await runCommand({ argv: ["go", "env", "GOROOT"] })).stdout.trim();
  const workDirectory = join(stage.workDirectory, "overlay");
  const patch = await goProbePatch({ subjectPath: source, goRoot, workDirectory });
  if (!patch.ok) throw new Error(patch.error);
  const path = join(stage.workDirectory, `${program.id.replaceAll(" ", "-")}-probe`);
  const flags = patch.value.build?.flags?.["build"] ?? [];
  const built = await runCommand({
    argv: ["go", "build", ...flags, "-o", path, "."],
    workingDirectory: source,
  });
  if (built.code !== 0) throw new Error(built.stderr);
  return path;
}

async function buildCounter(): Promise<string> {
  const path = join(packageDirectory(), "probes", "preload", "alloc-counter.c");
  const built = await buildNative({
    name: "alloc-counter",
    path,
    language: "c",
    kind: "sharedObject",
    flags: ["-fno-builtin"],
  });
  if (!built.ok) throw new Error(built.error.message);
  return built.value.path;
}

async function isCountable(path: string): Promise<boolean> {
  const elf = parseElf(await readFile(path));
  return elf.ok && allocatorProblem(elf.value) === undefined;
}
