import { readFile, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseElf } from "../base/elf.ts";
import { symbolize } from "../base/symbolize.ts";
import type { LanguageId, SubjectId } from "../model/case.ts";
import type { Profile, ProfiledRun, ProfileFrame } from "../model/profile.ts";
import type { Runner, RunRequest, RunResult } from "../model/run.ts";
import { mergeSamples } from "./merge-samples.ts";
import { readRecording, recordedRun, samplingFrequencyHz } from "./perf.ts";
import type { RawSamples } from "./perf-script.ts";
import { chooseProfiler, eventOf, type ProfilerChoice } from "./profiler-ladder.ts";

export interface ProfileRequest {
  readonly subject: SubjectId;
  readonly language: LanguageId;
  /** The profile build of the subject's baseline. */
  readonly executable: string;
  /** One baseline run as it would be timed; argv[0] is the executable. */
  readonly run: RunRequest;
  /** 10 or more for intervals that METHOD asks for, 3 for a first answer. */
  readonly runs: number;
  /** No run is started after this much time; absent: all runs. */
  readonly budgetMs?: number;
  readonly runner: Runner;
  /** Recordings are written here and removed when read. */
  readonly workDirectory: string;
  /** From `chooseProfiler`, so that several subjects ask the host once. */
  readonly profiler?: ProfilerChoice;
  readonly signal?: AbortSignal;
}

export type ProfileOutcome =
  | { readonly kind: "profiled"; readonly profile: Profile }
  | { readonly kind: "unavailable"; readonly reason: string; readonly fix?: string };

/** Addresses that source lines are asked for: the hottest ones, and few programs have more. */
const maxSymbolized = 20_000;

/** Samples the subject over several runs by the first rung that works here. Resolves for every outcome of the program. */
export async function profileSubject(request: ProfileRequest): Promise<ProfileOutcome> {
  const choice = request.profiler ?? (await chooseProfiler(request.workDirectory));
  if (choice.perf === undefined)
    return {
      kind: "unavailable",
      reason: choice.reasons.join("; "),
      ...(choice.fix === undefined ? {} : { fix: choice.fix }),
    };
  const recorded = await recordRuns(request, choice.perf, choice);
  if (recorded.runs.length === 0) return { kind: "unavailable", reason: recorded.problems.join("; ") };
  return { kind: "profiled", profile: await makeProfile(request, choice, recorded.runs) };
}

interface RecordedRun {
  readonly result: RunResult;
  readonly samples: RawSamples;
}

async function recordRuns(
  request: ProfileRequest,
  perf: string,
  choice: ProfilerChoice,
): Promise<{ readonly runs: readonly RecordedRun[]; readonly problems: readonly string[] }> {
  const runs: RecordedRun[] = [];
  const problems = new Set<string>();
  const event = eventOf(choice.rung);
  const deadline = performance.now() + (request.budgetMs ?? Number.POSITIVE_INFINITY);
  for (let index = 0; index < request.runs; index++) {
    if (request.signal?.aborted === true || (index > 0 && performance.now() > deadline)) break;
    const dataPath = join(
      request.workDirectory,
      `profile-${request.subject.replaceAll(/\W/g, "_")}-${index}.perf`,
    );
    const result = await request.runner.run(recordedRun(perf, event, request.run, dataPath));
    const problem = exitProblem(result);
    if (problem === undefined) {
      const samples = await readRecording(perf, dataPath, request.signal);
      if (samples.ok) runs.push({ result, samples: samples.value });
      else problems.add(samples.error.message);
    } else problems.add(problem);
    await rm(dataPath, { force: true });
  }
  return { runs, problems: [...problems] };
}

function exitProblem({ exit, stderrTail }: RunResult): string | undefined {
  if (exit.kind === "exited" && exit.code === 0) return undefined;
  const words = stderrTail.trim().split("\n").at(-1) ?? "";
  const why =
    exit.kind === "exited"
      ? `ended with code ${exit.code}`
      : exit.kind === "signaled"
        ? exit.signal
        : exit.kind;
  return `the program under the profiler ${why}${words === "" ? "" : `: ${words}`}`;
}

async function makeProfile(
  request: ProfileRequest,
  choice: ProfilerChoice,
  recorded: readonly RecordedRun[],
): Promise<Profile> {
  const executable = await realpath(request.executable);
  const elf = parseElf(await readFile(executable));
  const merged = mergeSamples(
    recorded.map((one) => one.samples),
    executable,
    elf.ok ? elf.value : undefined,
  );
  const symbols = await symbolize(
    executable,
    request.language === "go" ? "go" : "native",
    hottestAddresses(merged),
  );
  const frames = merged.frames.map((frame): ProfileFrame => {
    const inlined = frame.address === undefined ? undefined : symbols.table.get(frame.address);
    const compiled = inlined?.at(-1);
    if (inlined === undefined || compiled === undefined) return frame;
    // The tools disagree on how to write a name; perf's is the one that stacks are joined by.
    return { ...frame, inlined: [...inlined.slice(0, -1), { ...compiled, symbol: frame.symbol }] };
  });
  return {
    subject: request.subject,
    rung: choice.rung,
    lost: [...choice.lost, ...symbols.lost],
    executable,
    periodNs: 1e9 / samplingFrequencyHz,
    frames,
    stacks: merged.stacks,
    runs: recorded.map(
      ({ result, samples }): ProfiledRun => ({
        samples: samples.samples,
        malformed: samples.malformed,
        wallTimeNs: result.wallTimeNs,
        stdoutHash: result.stdoutHash,
      }),
    ),
  };
}

/** Addresses of leaves in the program, those with the most samples first. */
function hottestAddresses(merged: Pick<Profile, "frames" | "stacks">): readonly number[] {
  const samples = new Map<number, number>();
  for (const stack of merged.stacks) {
    const address = merged.frames[stack.frames[0] ?? -1]?.address;
    if (address === undefined) continue;
    samples.set(
      address,
      stack.counts.reduce((sum, count) => sum + count, samples.get(address) ?? 0),
    );
  }
  return [...samples]
    .sort(([, left], [, right]) => right - left)
    .slice(0, maxSymbolized)
    .map(([address]) => address);
}
