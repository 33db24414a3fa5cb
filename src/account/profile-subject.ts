import { readFile, realpath } from "node:fs/promises";
import { parseElf } from "../base/elf.ts";
import { symbolize } from "../base/symbolize.ts";
import type { Profile, ProfileFrame } from "../model/profile.ts";
import { type MergedSamples, mergeRuns, placeSamples } from "./merge-samples.ts";
import { samplingFrequencyHz } from "./perf.ts";
import type { ProfileRequest } from "./profile-request.ts";
import { chooseProfiler, type ProfilerChoice } from "./profiler-ladder.ts";
import { programOrigin } from "./program-origin.ts";
import { recordWithPerf } from "./record-perf.ts";
import { recordWithProbe } from "./record-probe.ts";

export type ProfileOutcome =
  | { readonly kind: "profiled"; readonly profile: Profile }
  | { readonly kind: "unavailable"; readonly reason: string; readonly fix?: string };

/** Addresses that source lines are asked for: the hottest ones, and few programs have more. */
const maxSymbolized = 20_000;

/** Samples the subject over several runs by the first rung that works here. Resolves for every outcome of the program. */
export async function profileSubject(request: ProfileRequest): Promise<ProfileOutcome> {
  const choice = request.profiler ?? (await chooseProfiler(request.workDirectory));
  if (choice.perf !== undefined) return profileWithPerf(request, choice, choice.perf);
  if (choice.rung === "go-probe" && request.goProbeExecutable !== undefined)
    return profileWithProbe(request, choice, request.goProbeExecutable);
  return {
    kind: "unavailable",
    reason: choice.reasons.join("; "),
    ...(choice.fix === undefined ? {} : { fix: choice.fix }),
  };
}

async function profileWithPerf(
  request: ProfileRequest,
  choice: ProfilerChoice,
  perf: string,
): Promise<ProfileOutcome> {
  const { runs, problems } = await recordWithPerf(request, perf, choice.rung);
  if (runs.length === 0) return { kind: "unavailable", reason: problems.join("; ") };
  const executable = await realpath(request.executable);
  const elf = parseElf(await readFile(executable));
  const origin = elf.ok ? programOrigin(elf.value) : undefined;
  const placed = placeSamples(
    runs.map((one) => one.samples),
    executable,
    elf.ok ? elf.value : undefined,
  );
  const { frames, stacks, lost } = await withSourceLines(mergeRuns(placed), executable, origin);
  const profile: Profile = {
    subject: request.subject,
    rung: choice.rung,
    lost: [...choice.lost, ...lost],
    executable,
    ...(origin === undefined ? {} : { origin }),
    periodNs: 1e9 / samplingFrequencyHz,
    frames,
    stacks,
    runs: runs.map((one) => one.run),
  };
  return { kind: "profiled", profile };
}

/** Puts source lines and inlined functions to the frames of the program that have an address. */
export async function withSourceLines(
  merged: MergedSamples,
  executable: string,
  origin: Profile["origin"],
): Promise<MergedSamples & { readonly lost: readonly string[] }> {
  const symbols = await symbolize(executable, origin === "go" ? "go" : "native", addressesToPlace(merged));
  const frames = merged.frames.map((frame): ProfileFrame => {
    const inlined = frame.address === undefined ? undefined : symbols.table.get(frame.address);
    const compiled = inlined?.at(-1);
    if (inlined === undefined || compiled === undefined) return frame;
    // A stripped Go program still has its own table of functions, which perf does not read.
    if (frame.symbol === "[unknown]") return { ...frame, symbol: compiled.symbol, inlined };
    // The tools disagree on how to write a name; perf's is the one that stacks are joined by.
    return { ...frame, inlined: [...inlined.slice(0, -1), { ...compiled, symbol: frame.symbol }] };
  });
  return { frames, stacks: merged.stacks, lost: symbols.lost };
}

async function profileWithProbe(
  request: ProfileRequest,
  choice: ProfilerChoice,
  executable: string,
): Promise<ProfileOutcome> {
  const { runs, problems } = await recordWithProbe(request, executable);
  if (runs.length === 0) return { kind: "unavailable", reason: problems.join("; ") };
  const merged = mergeRuns(runs.map((one) => one.samples));
  const profile: Profile = {
    subject: request.subject,
    rung: choice.rung,
    lost: choice.lost,
    executable: await realpath(executable),
    origin: "go",
    periodNs: runs[0]?.samples.periodNs ?? 1e7,
    ...merged,
    runs: runs.map((one) => one.run),
  };
  return { kind: "profiled", profile };
}

/** Addresses of leaves in the program, and of callers that perf has no name for; those with the most samples first. */
function addressesToPlace(merged: MergedSamples): readonly number[] {
  const samples = new Map<number, number>();
  for (const stack of merged.stacks) {
    const count = stack.counts.reduce((sum, one) => sum + one, 0);
    stack.frames.forEach((index, depth) => {
      const frame = merged.frames[index];
      if (frame?.address === undefined || (depth > 0 && frame.symbol !== "[unknown]")) return;
      samples.set(frame.address, (samples.get(frame.address) ?? 0) + count);
    });
  }
  return [...samples]
    .sort(([, left], [, right]) => right - left)
    .slice(0, maxSymbolized)
    .map(([address]) => address);
}
