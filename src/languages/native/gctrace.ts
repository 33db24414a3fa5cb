import type { Facts } from "../../model/evidence.ts";

/**
 * Makes the runtime print one line for every collection, and one of its scheduler when it starts: a program that never
 * collects says by it how many processors it may use. The interval (ms) is so long that no second one comes.
 */
export const traceEnvironment = { GODEBUG: "gctrace=1,schedtrace=1000000" } as const;

const number = String.raw`(\d+(?:\.\d+)?)`;
/** Where one of the runtime's lines may begin: the program may have written in front of it on the same line. */
const lineStart = /gc (?=\d)|SCHED (?=\d)/g;
/** Only so much is looked at from there, since the program's own words can look like many beginnings. */
const longestLine = 400;
/**
 * "gc 1 @0.007s 7%: 0.033+2.0+0.056 ms clock, 0.067+0.26/0.97/1.1+0.11 ms cpu, 3->4->2 MB, 4 MB goal, ..."
 * (package runtime, "gctrace"). CPU: sweep termination + assists / background / idle + mark termination. At the end stands
 * how many processors there are, "..., 2 P".
 */
const gcLine = new RegExp(
  String.raw`^gc \d+ @${number}s \d+%(?: \([^)]*\))?: ${number}\+${number}\+${number} ms clock, ` +
    String.raw`${number}\+${number}/${number}/${number}\+${number} ms cpu, (\d+)->(\d+)->(\d+) MB(?:(?:, \d+ MB [a-z]+)+, (\d+) P\b)?`,
);

/** "SCHED 0ms: gomaxprocs=2 ..." */
const schedulerLine = /^SCHED \d+ms: gomaxprocs=(\d+)/;

interface Cycle {
  readonly endSeconds: number;
  /** Without idle-time marking, which takes only time that nobody wanted. */
  readonly cpuSeconds: number;
  /** Of the dedicated workers: they run beside the program. */
  readonly backgroundSeconds: number;
  readonly heapBytes: number;
  readonly processors?: number;
}

/**
 * Facts of a traced run: gc.cycles, gc.cpuSeconds, gc.cpuShare (of the processor time up to the last cycle, taking
 * the program itself for one busy thread), gc.heapMaxBytes, and go.maxProcs as the last line has it. A run without a
 * cycle has gc.cycles 0 and none of the others of the collector.
 */
export function parseTrace(stderr: string): Facts {
  const lines = [...stderr.matchAll(lineStart)].map(
    ({ index }) => stderr.slice(index, index + longestLine).split("\n", 1)[0] ?? "",
  );
  const cycles = lines.flatMap((line) => parseCycle(line) ?? []);
  const last = cycles.at(-1);
  const processors = lines
    .flatMap((line) => schedulerLine.exec(line)?.[1] ?? parseCycle(line)?.processors ?? [])
    .at(-1);
  const maxProcs = processors === undefined ? {} : { "go.maxProcs": Number(processors) };
  if (last === undefined) return { ...maxProcs, "gc.cycles": 0 };
  const cpuSeconds = sum(cycles, (cycle) => cycle.cpuSeconds);
  const total = last.endSeconds + sum(cycles, (cycle) => cycle.backgroundSeconds);
  return {
    ...maxProcs,
    "gc.cycles": cycles.length,
    "gc.cpuSeconds": cpuSeconds,
    "gc.cpuShare": total > 0 ? Math.min(1, cpuSeconds / total) : 0,
    "gc.heapMaxBytes": cycles.reduce((most, cycle) => Math.max(most, cycle.heapBytes), 0),
  };
}

function parseCycle(line: string): Cycle | undefined {
  const match = gcLine.exec(line);
  if (match === null) return undefined;
  const [at, stw1, concurrent, stw2, sweep, assist, background, , mark, before, peak, , processors] = match
    .slice(1)
    .map(Number);
  const seconds = (...parts: readonly (number | undefined)[]): number =>
    parts.reduce<number>((total, part) => total + (part ?? 0), 0) / 1000;
  return {
    endSeconds: (at ?? 0) + seconds(stw1, concurrent, stw2),
    cpuSeconds: seconds(sweep, assist, background, mark),
    backgroundSeconds: seconds(background),
    heapBytes: Math.max(before ?? 0, peak ?? 0) * 1024 * 1024,
    ...(processors === undefined || Number.isNaN(processors) ? {} : { processors }),
  };
}

function sum(cycles: readonly Cycle[], value: (cycle: Cycle) => number): number {
  return cycles.reduce((total, cycle) => total + value(cycle), 0);
}
