import { countAllocations } from "../account/count-allocations.ts";
import { countInputAndOutput } from "../account/io-counters.ts";
import {
  disturbs,
  type OrdinaryRuns,
  type Perturbation,
  perturbationOf,
  profilePerturbation,
} from "../account/perturbation.ts";
import { chooseSystemCallCounter, countSystemCalls } from "../account/system-calls.ts";
import { median } from "../base/statistics.ts";
import { cpuQuota } from "../host/host-signals.ts";
import type { PilotSubject } from "../measure/pilot-subject.ts";
import type { Facts } from "../model/evidence.ts";
import type { Profile } from "../model/profile.ts";
import type { Warning } from "../model/report.ts";
import type { VerifiedBaseline } from "./baselines.ts";
import { type Counting, countingRun, shortOfTime } from "./counting.ts";
import { measureGrowth } from "./measure-growth.ts";
import { buildWithProbe } from "./probe-build.ts";
import { titlesOf } from "./subject-title.ts";
import type { Workbench } from "./workbench.ts";

export interface CountedFacts {
  readonly facts: Facts;
  readonly warnings: readonly Warning[];
}

interface Step {
  readonly facts: Facts;
  /** "allocations (the program is linked statically)". */
  readonly lost?: string;
  readonly warning?: Warning;
}

/** Of the whole budget, for all subjects together: runs that count, and runs of both sizes where the case asks for them. */
const shareOfBudget = { counting: 0.08, growth: 0.12 } as const;
const mostMs = 30_000;
/** How much longer a run takes under each counter, at the worst that was seen. */
const slowdown = { probe: 1.3, shell: 1.2, perf: 1.3, strace: 6 } as const;
/**
 * What strace takes where reads and writes are known: a run with a busy collector took 1.6 times as long, and each of
 * 200,000 writes 97 us (strace 6.1, two processors of a virtual machine).
 */
const strace = { others: 1.8, msPerCall: 0.1 } as const;

/**
 * What can be counted about a baseline in untimed runs of its own: allocations, system calls, bytes read and written,
 * growth with the input. What cannot be had is a warning that names it; nothing here ends a run.
 */
export async function countFacts(
  bench: Workbench,
  baseline: VerifiedBaseline,
  pilot: PilotSubject,
): Promise<CountedFacts> {
  const { quick, profile } = bench.options;
  if (quick || !profile) return { facts: {}, warnings: [] };
  const probe = await probeOf(bench, baseline);
  const counting = { bench, baseline, pilot, remainingMs: clock(bench, shareOfBudget.counting) };
  const steps: Step[] = [
    await allocations(counting, probe),
    await inputAndOutput(counting),
    await systemCalls(counting),
    await measureGrowth({ ...counting, remainingMs: clock(bench, shareOfBudget.growth) }),
  ];
  const { id } = baseline.contender.subject;
  const lost = steps.flatMap((step) => step.lost ?? []);
  return {
    facts: Object.assign({}, ...steps.map(({ facts }) => facts)) as Facts,
    warnings: [
      ...steps.flatMap(({ warning }) => warning ?? []),
      ...(lost.length === 0
        ? []
        : [
            {
              code: "not-counted",
              message: `What could not be counted of ${titlesOf(bench.contenders)(id)}: ${lost.join("; ")}.`,
              appliesTo: id,
            },
          ]),
    ],
  };
}

/** Counts down from a subject's part of a share of the budget, from its first look on. */
function clock({ options, contenders }: Workbench, share: number): () => number {
  const allowedMs = Math.min(mostMs, (share * options.budgetMs) / contenders.length);
  let startedMs: number | undefined;
  return () => {
    startedMs ??= performance.now();
    return allowedMs - (performance.now() - startedMs);
  };
}

/** Said once for all subjects when a quick answer leaves the counting out. */
export function leftOutWarnings({ options }: Workbench): readonly Warning[] {
  if (!options.quick || !options.profile) return [];
  const message =
    "Allocations, system calls, bytes read and growth with the input were not counted: --quick leaves that out.";
  return [{ code: "not-counted", message, appliesTo: "all" }];
}

/** What the pilot and the profile tell without another run. */
export async function knownFacts(
  { surroundings, options, contenders }: Workbench,
  pilot: PilotSubject,
  profile: Profile | undefined,
): Promise<CountedFacts> {
  const faults = pilot.runs.flatMap(({ majorFaults }) => majorFaults ?? []);
  // A profile that the user brought may be of a longer job: it says nothing of what sampling costs.
  const ours = options.importedProfiles?.[pilot.subject] === undefined;
  const perturbation =
    profile === undefined || !ours ? undefined : profilePerturbation(profile, ordinary(pilot));
  return {
    facts: {
      "cpu.quota": Math.min((await cpuQuota()) ?? Number.POSITIVE_INFINITY, surroundings.processors.length),
      ...(pilot.waitingShare === undefined ? {} : { "offCpu.share": pilot.waitingShare }),
      ...(pilot.delayShare === undefined ? {} : { "cpu.delayShare": pilot.delayShare }),
      ...(faults.length === pilot.runs.length && faults.length > 0 ? { "faults.major": median(faults) } : {}),
      ...(perturbation === undefined ? {} : { "probe.profile.cpuRatio": perturbation.ratio }),
    },
    warnings: disturbance(pilot.subject, perturbation, {
      contenders,
      what: "sampling",
      reading: "shares of functions that run briefly and often may be off",
    }),
  };
}

async function probeOf(bench: Workbench, { contender }: VerifiedBaseline) {
  return contender.language.id === "go" ? buildWithProbe(bench, contender) : undefined;
}

async function allocations(counting: Counting, probe: Awaited<ReturnType<typeof probeOf>>): Promise<Step> {
  if (probe?.ok === false) return { facts: {}, lost: `allocations (${probe.error})` };
  const short = shortOfTime(counting, slowdown.probe);
  if (short !== undefined) return { facts: {}, lost: `allocations (${short})` };
  const { baseline, pilot } = counting;
  const counted = await countAllocations({
    ...countingRun(counting),
    language: baseline.contender.language.id,
    executable: baseline.artifact.executable,
    ...(probe === undefined ? {} : { goProbeExecutable: probe.value.executable }),
    runs: shortOfTime(counting, 12 * slowdown.probe) === undefined ? 3 : 1,
  });
  if (!counted.ok) return { facts: {}, lost: `allocations (${counted.error})` };
  const { facts, cpuTimesNs } = counted.value;
  const perturbation = perturbationOf(cpuTimesNs, ordinary(pilot));
  const share = facts["gc.cpuShare"];
  // Of the other languages' runs only counts are used, and a slow run counts the same.
  const [warning] =
    share === undefined
      ? []
      : disturbance(pilot.subject, perturbation, {
          contenders: counting.bench.contenders,
          what: "the probe that counts allocations",
          reading: "the counts hold, the collector's time by the runtime's own count is rough",
        });
  return {
    facts: {
      ...facts,
      ...(perturbation === undefined ? {} : { "probe.allocations.cpuRatio": perturbation.ratio }),
      ...(share === undefined || pilot.typicalCpuTimeNs === undefined
        ? {}
        : { "gc.cpuSeconds": (share * pilot.typicalCpuTimeNs) / 1e9 }),
    },
    ...(warning === undefined ? {} : { warning }),
  };
}

async function inputAndOutput(counting: Counting): Promise<Step> {
  const lost = (reason: string) => ({ facts: {}, lost: `bytes read and written (${reason})` });
  const short = shortOfTime(counting, slowdown.shell);
  if (short !== undefined) return lost(short);
  const counted = await countInputAndOutput(countingRun(counting));
  if (!counted.ok) return lost(counted.error);
  // The launcher sees these two of the program alone.
  const { "reads.calls": reads, "writes.calls": writes, ...facts } = counted.value;
  const known = counting.pilot.facts;
  return {
    facts: {
      ...facts,
      ...(known["reads.calls"] !== undefined || reads === undefined ? {} : { "reads.calls": reads }),
      ...(known["writes.calls"] !== undefined || writes === undefined ? {} : { "writes.calls": writes }),
    },
  };
}

async function systemCalls(counting: Counting): Promise<Step> {
  const lost = (reason: string) => ({ facts: {}, lost: `system calls (${reason})` });
  const counter = await chooseSystemCallCounter();
  if (!counter.ok) return lost(counter.error);
  const { kind } = counter.value;
  const short = shortOfTime(counting, kind === "strace" ? straceSlowdown(counting.pilot) : slowdown[kind]);
  if (short !== undefined) return lost(short);
  const counted = await countSystemCalls(countingRun(counting), counter.value);
  return counted.ok ? { facts: counted.value } : lost(counted.error);
}

/** How much longer a run takes under strace. */
export function straceSlowdown({ facts, typicalWallTimeNs }: PilotSubject): number {
  const { "reads.calls": reads, "writes.calls": writes } = facts;
  if (reads === undefined || writes === undefined) return slowdown.strace;
  return strace.others + ((reads + writes) * strace.msPerCall) / (typicalWallTimeNs / 1e6);
}

function ordinary({ typicalCpuTimeNs, cpuTimeSd, runs }: PilotSubject): OrdinaryRuns | undefined {
  return typicalCpuTimeNs === undefined || cpuTimeSd === undefined
    ? undefined
    : { cpuTimeNs: typicalCpuTimeNs, sd: cpuTimeSd, runs: runs.length };
}

function disturbance(
  subject: string,
  perturbation: Perturbation | undefined,
  {
    contenders,
    what,
    reading,
  }: Pick<Workbench, "contenders"> & { readonly what: string; readonly reading: string },
): readonly Warning[] {
  if (perturbation === undefined || !disturbs(perturbation)) return [];
  const more = Math.round(100 * (perturbation.ratio - 1));
  const message = `${titlesOf(contenders)(subject)}: ${what} makes the program use ${more} % more processor time: ${reading}.`;
  return [{ code: "probe-disturbs", message, appliesTo: subject }];
}
