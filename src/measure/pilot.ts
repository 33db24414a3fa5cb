import { Failure } from "../base/failure.ts";
import { present } from "../base/present.ts";
import { createRandom } from "../base/random.ts";
import { median, variance } from "../base/statistics.ts";
import type { SubjectId, TitleOf } from "../model/case.ts";
import { type Invocation, randomPadding, runRequest, type Surroundings } from "../model/invocation.ts";
import type { Warning } from "../model/report.ts";
import type { Runner, RunRequest, RunResult } from "../model/run.ts";
import { cpuTimeNs, exitPhrase, succeeded } from "../model/run-exit.ts";
import type { PilotSubject } from "./pilot-subject.ts";
import { type HostLoad, pilotWarnings } from "./pilot-warnings.ts";
import { runFacts, type SampledRun } from "./run-facts.ts";
import { runOrAbort } from "./run-or-abort.ts";

export interface PilotInput {
  readonly runner: Runner;
  /** The baseline of each subject. */
  readonly invocations: readonly Invocation[];
  readonly surroundings: Surroundings;
  /** Longest time that a run of a subject has taken so far, if it has run: the first limit follows from it. */
  readonly knownWallTimeNs?: Readonly<Record<SubjectId, number>>;
  readonly host: HostLoad;
  /** For the words of warnings; absent: ids. */
  readonly titleOf?: TitleOf;
  readonly seed: number;
  /** Timed runs of each subject, default 5; fewer (at least 2) when they take longer than `budgetMs`, default 15 s. */
  readonly rounds?: number;
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

export interface Pilot {
  readonly subjects: readonly PilotSubject[];
  readonly warnings: readonly Warning[];
}

const leastTimeoutMs = 10_000;
const firstTimeoutMs = 60_000;
const paddingLimitBytes = 4096;

/** Limit of a subject's runs: the workload's own, else 10 times its longest run and at least 10 s. */
export function timeoutFor(longestWallTimeNs: number, workloadTimeoutMs: number | undefined): number {
  return workloadTimeoutMs ?? Math.max(leastTimeoutMs, Math.ceil((10 * longestWallTimeNs) / 1e6));
}

/**
 * Runs each baseline once with its threads counted (not timed), then a few times in random order. Rejects with a
 * Failure when a baseline fails or the signal is aborted.
 */
export async function runPilot(input: PilotInput): Promise<Pilot> {
  const random = createRandom(input.seed);
  const known: Record<SubjectId, number> = { ...input.knownWallTimeNs };
  const sampled = new Map<SubjectId, SampledRun>();
  const runs = new Map<SubjectId, RunResult[]>(input.invocations.map(({ subject }) => [subject.id, []]));
  for (const invocation of input.invocations) {
    const result = await pilotRun(input, known, invocation, { sampleThreads: true });
    sampled.set(invocation.subject.id, result);
  }
  let spentMs = 0;
  for (let round = 0; round < (input.rounds ?? 5); round++) {
    if (round >= 2 && spentMs > (input.budgetMs ?? 15_000)) break;
    for (const invocation of random.shuffle(input.invocations)) {
      const padding = randomPadding(invocation.subject, random.integer(paddingLimitBytes));
      const result = await pilotRun(input, known, invocation, padding);
      runs.get(invocation.subject.id)?.push(result);
      spentMs += result.wallTimeNs / 1e6;
    }
  }
  const subjects = [...runs].map(([subject, results]) =>
    describe(input, { subject, results, sampled: sampled.get(subject) ?? {}, longest: known[subject] ?? 0 }),
  );
  return { subjects, warnings: await warningsOf(input, subjects) };
}

async function pilotRun(
  input: PilotInput,
  known: Record<SubjectId, number>,
  invocation: Invocation,
  extra: Partial<RunRequest>,
): Promise<RunResult> {
  const { id } = invocation.subject;
  const own = input.surroundings.workload.timeoutMs;
  const before = known[id];
  const timeoutMs = before === undefined ? (own ?? firstTimeoutMs) : timeoutFor(before, own);
  const request = { ...runRequest(invocation, input.surroundings, timeoutMs), ...extra };
  const result = await runOrAbort(input.runner, request, input.signal);
  if (result === "aborted")
    throw new Failure({ code: "interrupted", exit: "interrupted", message: "Interrupted during the pilot." });
  if (!succeeded(result)) throw failed(id, result);
  known[id] = Math.max(before ?? 0, result.wallTimeNs);
  return result;
}

function failed(subject: SubjectId, result: RunResult): Failure {
  return new Failure({
    code: "program-failed",
    exit: "programFailed",
    message: `${subject} ${exitPhrase(result.exit)} although it had run before.`,
    help: "a program that fails now and then cannot be measured: look at its own words and run it a few times by hand",
    ...(result.stderrTail === "" ? {} : { detail: result.stderrTail }),
  });
}

interface SubjectRuns {
  readonly subject: SubjectId;
  readonly results: readonly RunResult[];
  readonly sampled: SampledRun;
  readonly longest: number;
}

function describe(input: PilotInput, { subject, results, sampled, longest }: SubjectRuns): PilotSubject {
  const wall = results.map(({ wallTimeNs }) => wallTimeNs);
  const cpu = results.flatMap((result) => cpuTimeNs(result) ?? []);
  const delays = results.flatMap(({ runQueueDelayNs }) => runQueueDelayNs ?? []);
  const complete = cpu.length === results.length;
  const delayShare =
    delays.length === results.length ? median(delays.map((delay, i) => delay / (wall[i] ?? 1))) : undefined;
  const used = results.map(
    (result) => (cpuTimeNs(result) ?? 0) / Math.max(1, result.wallTimeNs - (result.runQueueDelayNs ?? 0)),
  );
  return {
    subject,
    typicalWallTimeNs: median(wall),
    wallTimeSd: sdOfLogs(wall),
    ...(complete ? { typicalCpuTimeNs: median(cpu), cpuTimeSd: sdOfLogs(cpu) } : {}),
    ...(complete && sampled.maxThreads === 1 ? { waitingShare: Math.max(0, 1 - median(used)) } : {}),
    ...(delayShare === undefined ? {} : { delayShare }),
    facts: runFacts(results, sampled),
    runs: results,
    timeoutMs: timeoutFor(longest, input.surroundings.workload.timeoutMs),
  };
}

function sdOfLogs(values: readonly number[]): number {
  return Math.sqrt(variance(values.map((value) => Math.log(Math.max(1, value)))));
}

async function warningsOf(input: PilotInput, subjects: readonly PilotSubject[]): Promise<readonly Warning[]> {
  const short = subjects.some(({ typicalWallTimeNs }) => typicalWallTimeNs < 20e6);
  const startTimeNs = short ? await startTime(input) : undefined;
  return pilotWarnings(subjects, { host: input.host, ...present({ startTimeNs, titleOf: input.titleOf }) });
}

/** What starting a program costs here, by one that does nothing; undefined when there is none. */
async function startTime(input: PilotInput): Promise<number | undefined> {
  const times: number[] = [];
  for (let repeat = 0; repeat < 3; repeat++) {
    const request: RunRequest = {
      argv: ["/bin/true"],
      env: {},
      workingDirectory: "/",
      timeoutMs: leastTimeoutMs,
      outputLimitBytes: 1024,
    };
    const result = await runOrAbort(input.runner, request, input.signal);
    if (result === "aborted" || !succeeded(result)) return undefined;
    times.push(result.wallTimeNs);
  }
  return median(times);
}
