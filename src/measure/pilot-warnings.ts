import { idAsTitle, type TitleOf } from "../model/case.ts";
import type { Warning } from "../model/report.ts";
import type { PilotSubject } from "./pilot-subject.ts";

/** What of the host a reader needs to judge noise; a part of model/host.ts's Host. */
export interface HostLoad {
  readonly cpuCount: number;
  readonly load1: number;
  /** 0-1. */
  readonly cpuPressure?: number;
}

export interface WarningContext {
  readonly host: HostLoad;
  /** Wall time of a program that does nothing. */
  readonly startTimeNs?: number;
  /** Absent: ids. */
  readonly titleOf?: TitleOf;
}

type NamedPilot = PilotSubject & { readonly title: string };

/** Below this mostly start-up is measured (METHOD, disclosure f). */
const shortNs = 20e6;
/** From here on a gap of a few percent needs dozens of blocks (METHOD, disclosure h). */
const noisySd = 0.1;
/** With two processors the reader of the output takes time from the program (MEASURE 1.2). */
const heavyOutputBytesPerSecond = 50 * 1024 ** 2;
/** Shares of MEASURE 9, rule 10. */
const busyPressure = 0.2;
const busyDelayShare = 0.1;
const waitingShareLimit = 0.2;
/** Blocks and baseline runs a block for which the smallest visible gap is told. */
const exampleBlocks = 10;
const baselinesPerBlock = 3;

/** Doubts about the whole measurement that the pilot can already see, each with its remedy. */
export function pilotWarnings(
  subjects: readonly PilotSubject[],
  context: WarningContext,
): readonly Warning[] {
  const { titleOf = idAsTitle } = context;
  const named = subjects.map((pilot): NamedPilot => ({ ...pilot, title: titleOf(pilot.subject) }));
  return [
    ...named.flatMap((pilot) => tooShort(pilot, context.startTimeNs)),
    ...named.flatMap((pilot) => tooNoisy(pilot, subjects, context.host)),
    ...named.flatMap(heavyOutput),
    ...named.flatMap(waits),
    ...busyHost(subjects, context.host),
  ];
}

function tooShort(pilot: NamedPilot, startTimeNs: number | undefined): readonly Warning[] {
  const { subject, title, typicalWallTimeNs } = pilot;
  if (typicalWallTimeNs >= shortNs) return [];
  const start =
    startTimeNs === undefined
      ? "mostly start-up is measured"
      : `starting a process takes ${milliseconds(Math.min(startTimeNs, typicalWallTimeNs))} of it`;
  return [
    {
      code: "too-short",
      appliesTo: subject,
      message: `${title} runs ${milliseconds(typicalWallTimeNs)}; ${start}. Give it more work, so that a run takes 20 ms or more: larger arguments after --, or a larger file with --stdin.`,
    },
  ];
}

function tooNoisy(pilot: NamedPilot, all: readonly PilotSubject[], host: HostLoad): readonly Warning[] {
  const sd = pilot.cpuTimeSd ?? pilot.wallTimeSd;
  if (!(sd > noisySd)) return [];
  const metric = pilot.cpuTimeSd === undefined ? "wall time" : "CPU time";
  return [
    {
      code: "too-noisy",
      appliesTo: pilot.subject,
      message: `Equal runs of ${pilot.title} differ by ${percent(sd)} (standard deviation of ${metric}; load was ${host.load1.toFixed(1)} on ${host.cpuCount} processors). After ${exampleBlocks} blocks gaps below about ${percent(visibleGap(all))} cannot be told. Stop other work on this machine, or allow more time with --budget.`,
    },
  ];
}

/** Half width of a 95 % interval for the gap of the two noisiest subjects after some blocks, log units. */
function visibleGap(all: readonly PilotSubject[]): number {
  const variances = all.map((pilot) => (pilot.cpuTimeSd ?? pilot.wallTimeSd) ** 2).sort((a, b) => b - a);
  const sum = (variances[0] ?? 0) + (variances[1] ?? 0);
  return 1.96 * Math.sqrt(sum / (exampleBlocks * baselinesPerBlock));
}

function heavyOutput(pilot: NamedPilot): readonly Warning[] {
  const bytesPerSecond = (pilot.facts["output.bytes"] ?? 0) / (pilot.typicalWallTimeNs / 1e9);
  if (!(bytesPerSecond > heavyOutputBytesPerSecond)) return [];
  return [
    {
      code: "heavy-output",
      appliesTo: pilot.subject,
      message: `${pilot.title} prints ${Math.round(bytesPerSecond / 1024 ** 2)} MiB a second: reading that takes time from the program. Let it print less, for example a checksum.`,
    },
  ];
}

function waits(pilot: NamedPilot): readonly Warning[] {
  const { subject, title, waitingShare } = pilot;
  if (waitingShare === undefined || waitingShare < waitingShareLimit) return [];
  return [
    {
      code: "waits",
      appliesTo: subject,
      message: `${title} uses no processor during ${percent(waitingShare)} of its time (it sleeps, or waits for a disk or another process). CPU time does not show that part: look at wall time too (--metric cpu,wall).`,
    },
  ];
}

function busyHost(subjects: readonly PilotSubject[], host: HostLoad): readonly Warning[] {
  // A thread waits for its own program's other threads too: that says nothing of the host.
  const alone = subjects.filter(({ facts }) => facts["threads.max"] === 1);
  const delayShare = Math.max(0, ...alone.map((pilot) => pilot.delayShare ?? 0));
  const pressure = host.cpuPressure ?? 0;
  if (pressure <= busyPressure && delayShare <= busyDelayShare) return [];
  const seen =
    delayShare > busyDelayShare
      ? `programs waited for a processor during ${percent(delayShare)} of their time`
      : `some task waited for a processor during ${percent(pressure)} of the time while perfgap did nothing`;
  return [
    {
      code: "busy-host",
      appliesTo: "host",
      message: `This machine is busy: ${seen}. CPU time is trusted first, wall time is much noisier. Stop other work for narrower intervals.`,
    },
  ];
}

function milliseconds(nanoseconds: number): string {
  const value = nanoseconds / 1e6;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} %`;
}
