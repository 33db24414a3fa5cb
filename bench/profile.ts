import { mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { account } from "../src/account/account.ts";
import { mergeRuns, placeSamples } from "../src/account/merge-samples.ts";
import { readRecording, recordedRun } from "../src/account/perf.ts";
import { profileSubject } from "../src/account/profile-subject.ts";
import { chooseProfiler } from "../src/account/profiler-ladder.ts";
import { cacheDirectory } from "../src/base/directories.ts";
import { parseElf } from "../src/base/elf.ts";
import { Failure } from "../src/base/failure.ts";
import { createRandom } from "../src/base/random.ts";
import { median } from "../src/base/statistics.ts";
import { runCommand } from "../src/base/subprocess.ts";
import { symbolize } from "../src/base/symbolize.ts";
import { openRunner } from "../src/runner/open-runner.ts";
import { lockHost } from "../src/runs/host-lock.ts";
import { type Overhead, overheads, requestFor, type Stage } from "./profile/overhead.ts";
import { pairedRatio, type Ratio, ratioText } from "./profile/paired-ratio.ts";
import { heldOutPrograms, type Prepared, type Program, shippedPrograms } from "./profile/programs.ts";

interface Explained {
  readonly program: string;
  readonly language: string;
  readonly samples: number;
  readonly explainedShare: number;
  /** T8: at least 0.97 for Go, 0.95 for Rust. */
  readonly target: number;
  readonly holds: boolean;
}

interface Throughput {
  readonly samples: number;
  readonly samplesPerSecond: number;
  /** Wall time of reading, symbolising and accounting a recording over that of `perf report` on the same file. */
  readonly overPerfReport: Ratio;
}

export interface ProfileResult {
  readonly bench: "profile";
  readonly seed: number;
  readonly explained: readonly Explained[];
  readonly throughput: Throughput | { readonly missing: string };
  /** T9: at most 1.10 for perf. */
  readonly overhead: readonly Overhead[];
  readonly missing: readonly { readonly id: string; readonly missing: string }[];
}

/**
 * Targets T8 and T9, and how fast profiles are read. `--pairs N` runs with and without each probe (default 12), `--runs N`
 * profiled runs of each held-out program (default 3), `--workloads LIST` the shipped ones to measure probes on (default:
 * all, which takes long), `--seed N`. The first time it builds programs, which takes minutes.
 */
export async function run(args: readonly string[]): Promise<ProfileResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pairs: { type: "string", default: "12" },
      runs: { type: "string", default: "3" },
      workloads: { type: "string" },
      seed: { type: "string", default: "1" },
    },
  });
  const lock = await lockHost(cacheDirectory());
  const runner = await openRunner();
  const workDirectory = await mkdtemp(join(tmpdir(), "perfgap-bench-"));
  try {
    const { perf, reasons } = await chooseProfiler(workDirectory, "perf");
    if (perf === undefined)
      throw new Failure({
        code: "no-perf",
        exit: "toolchainOrHost",
        message: `This bench needs perf: ${reasons.join("; ")}.`,
      });
    const stage: Stage = { runner, random: createRandom(Number(values.seed)), perf, workDirectory };
    return await measure(stage, {
      pairs: Number(values.pairs),
      runs: Number(values.runs),
      seed: Number(values.seed),
      ...(values.workloads === undefined ? {} : { workloads: values.workloads.split(",") }),
    });
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
    await runner.close();
    await lock.release();
  }
}

interface Size {
  readonly pairs: number;
  readonly runs: number;
  readonly seed: number;
  readonly workloads?: readonly string[];
}

async function measure(stage: Stage, size: Size): Promise<ProfileResult> {
  const directory = join(cacheDirectory(), "bench");
  await mkdir(directory, { recursive: true });
  console.error("building programs that nobody here wrote, and the shipped workloads ...");
  const heldOut = await heldOutPrograms(directory);
  const shipped = await shippedPrograms(directory, size.workloads);
  const explained: Explained[] = [];
  for (const program of heldOut.filter(isThere)) {
    const found = await explainedShare(stage, program, size.runs);
    console.error(explainedText(found));
    explained.push(found);
  }
  const throughput = await measureThroughput(stage, heldOut.find(isThere));
  console.error(throughputText(throughput));
  const overhead: Overhead[] = [];
  for (const program of [...shipped, ...heldOut.filter(({ id }) => id === "gofmt" || id === "hexyl")].filter(
    isThere,
  ))
    for (const one of await overheads(stage, program, size.pairs)) {
      console.error(
        `${one.program.padEnd(20)} ${one.probe.padEnd(20)} processor time x ${ratioText(one.ratio)}`,
      );
      overhead.push(one);
    }
  const missing = [...heldOut, ...shipped].flatMap((one) => (isThere(one) ? [] : [one]));
  for (const { id, missing: reason } of missing) console.error(`${id}: missing, ${reason}`);
  return { bench: "profile", seed: size.seed, explained, throughput, overhead, missing };
}

function isThere(program: Prepared): program is Program {
  return "argv" in program;
}

async function explainedShare(stage: Stage, program: Program, runs: number): Promise<Explained> {
  const outcome = await profileSubject({
    subject: program.id,
    language: program.language,
    executable: program.argv[0],
    run: requestFor(program),
    runs,
    runner: stage.runner,
    workDirectory: stage.workDirectory,
  });
  if (outcome.kind !== "profiled") throw new Error(`${program.id}: ${outcome.reason}`);
  const { accounting } = account(outcome.profile, { language: program.language });
  const explained = 1 - accounting.unexplainedShare;
  const target = program.language === "go" ? 0.97 : 0.95;
  return {
    program: program.id,
    language: program.language,
    samples: outcome.profile.runs.reduce((sum, one) => sum + one.samples, 0),
    explainedShare: explained,
    target,
    holds: explained >= target,
  };
}

function explainedText(found: Explained): string {
  const verdict = found.holds ? "holds" : "MISSED";
  return `${found.program.padEnd(20)} ${found.samples} samples, ${(100 * found.explainedShare).toFixed(2)} % explained (T8 >= ${100 * found.target} %: ${verdict})`;
}

async function measureThroughput(
  stage: Stage,
  program: Program | undefined,
): Promise<ProfileResult["throughput"]> {
  if (program === undefined) return { missing: "no program to record" };
  const path = join(stage.workDirectory, "throughput.perf");
  const asked = recordedRun(stage.perf, "cpu-clock", requestFor(program), path);
  // Ten times the usual rate: a recording of one run is then as long as the ten runs of a profile.
  await stage.runner.run({
    ...asked,
    argv: asked.argv.map((word) => word.replace("--freq=997", "--freq=9970")),
  });
  const executable = await realpath(program.argv[0]);
  const seconds: number[] = [];
  let samples = 0;
  const ours = async () => {
    const start = performance.now();
    samples = await readAndAccount(stage.perf, path, executable, program.language);
    seconds.push((performance.now() - start) / 1000);
    return performance.now() - start;
  };
  const theirs = async () => {
    const start = performance.now();
    const report = await runCommand({
      argv: [stage.perf, "report", "--stdio", "--force", "-i", path],
      timeoutMs: 120_000,
    });
    if (report.code !== 0) throw new Error(report.stderr);
    return performance.now() - start;
  };
  const overPerfReport = await pairedRatio(7, stage.random, ours, theirs);
  return { samples, samplesPerSecond: samples / median(seconds), overPerfReport };
}

async function readAndAccount(
  perf: string,
  path: string,
  executable: string,
  language: "go" | "rust" | "c",
): Promise<number> {
  const read = await readRecording(perf, path);
  if (!read.ok) throw new Error(read.error.message);
  const elf = parseElf(await readFile(executable));
  const merged = mergeRuns(placeSamples([read.value], executable, elf.ok ? elf.value : undefined));
  const addresses = new Set(
    merged.stacks.flatMap((stack) => merged.frames[stack.frames[0] ?? -1]?.address ?? []),
  );
  const { table } = await symbolize(executable, language === "go" ? "go" : "native", [...addresses]);
  const frames = merged.frames.map((frame) => {
    const inlined = frame.address === undefined ? undefined : table.get(frame.address);
    return inlined === undefined ? frame : { ...frame, inlined };
  });
  account(
    {
      subject: "bench",
      rung: "perf",
      lost: [],
      executable,
      periodNs: 1e5,
      frames,
      stacks: merged.stacks,
      runs: [{ samples: read.value.samples, malformed: 0, wallTimeNs: 0, stdoutHash: "" }],
    },
    { language },
  );
  return read.value.samples;
}

function throughputText(found: ProfileResult["throughput"]): string {
  if ("missing" in found) return `reading: ${found.missing}`;
  return `reading: ${found.samples} samples, ${found.samplesPerSecond.toFixed(0)} a second read, symbolised and accounted; time over perf report's x ${ratioText(found.overPerfReport)}`;
}
