import { hashParts } from "../../src/base/hash.ts";
import { createRandom, mixSeeds } from "../../src/base/random.ts";
import type { Facts } from "../../src/model/evidence.ts";
import type { FactorId } from "../../src/model/factor.ts";
import type { RunExit } from "../../src/model/run.ts";

/** What a fake program costs and does: the truth that the pipeline is to find again. */
export interface FakeProgram {
  /** CPU time as written, before noise. */
  readonly seconds: number;
  /** Change of log time when a factor is neutralised; negative: it gets faster. */
  readonly effects?: Readonly<Record<FactorId, number>>;
  /** Change of log time on top when all of these are neutralised together. */
  readonly interactions?: readonly { readonly factors: readonly FactorId[]; readonly change: number }[];
  /** What it prints. Default "42\n". */
  readonly output?: string | ((call: FakeCall) => string);
  readonly stderr?: string | ((call: FakeCall) => string);
  /** How it ends; undefined: exit code 0. */
  readonly exit?: (call: FakeCall) => RunExit | undefined;
  /** Factors whose variant does not compile, with the compiler's words. */
  readonly buildFails?: Readonly<Record<FactorId, string>>;
  /** Static facts of the program as written, besides `fake.FACTOR`. */
  readonly facts?: Facts;
  /** Facts that a traced run prints. */
  readonly tracedFacts?: Facts;
  readonly threads?: number;
  /** Processors kept busy. Default 1. */
  readonly parallelism?: number;
  /** Wall time spent waiting for something else than a processor. */
  readonly waitingSeconds?: number;
  readonly writeCalls?: number;
  /** Default 8 MiB. */
  readonly maxRssBytes?: (call: FakeCall) => number;
}

/** One execution as the program sees it. */
export interface FakeCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdinPath: string | undefined;
  readonly neutralised: ReadonlySet<FactorId>;
  /** 1, 2, 3...: executions on this machine so far, this one included. */
  readonly execution: number;
}

export interface FakeNoise {
  /** Standard deviation of log time from run to run. */
  readonly runSd: number;
  /** Standard deviation of log time from layout to layout. */
  readonly layoutSd: number;
  /** Growth of log time over 1000 runs. */
  readonly drift?: number;
  /** Share of runs that a neighbour slows by `outlierSize` of log time. */
  readonly outlierShare?: number;
  readonly outlierSize?: number;
}

export interface FakeMachine {
  readonly seed: number;
  readonly noise: FakeNoise;
  readonly programs: Readonly<Record<string, FakeProgram>>;
}

/** The "executable" that the fake language writes: everything the fake runner needs to know. */
export interface FakeExecutable {
  readonly fake: string;
  readonly neutralised: readonly FactorId[];
  readonly layoutSeed: number | undefined;
  readonly purpose: string;
}

export const neutralFlag = "-fneutral=";
export const neutralVariable = "FAKE_NEUTRAL_";
export const traceVariable = "FAKE_TRACE";

/** Log of the CPU seconds without run noise: base, effects, interactions, layout. */
export function trueLogSeconds(
  machine: FakeMachine,
  executable: FakeExecutable,
  neutralised: ReadonlySet<FactorId>,
): number {
  const program = machine.programs[executable.fake];
  if (program === undefined) throw new Error(`no fake program ${executable.fake}`);
  const single = Object.entries(program.effects ?? {}).filter(([factor]) => neutralised.has(factor));
  const joint = (program.interactions ?? []).filter(({ factors }) =>
    factors.every((factor) => neutralised.has(factor)),
  );
  return (
    Math.log(program.seconds) +
    single.reduce((total, [, change]) => total + change, 0) +
    joint.reduce((total, { change }) => total + change, 0) +
    layoutEffect(machine, executable)
  );
}

/** One draw per executable: code that is built otherwise, or placed otherwise, has another layout. */
function layoutEffect(machine: FakeMachine, executable: FakeExecutable): number {
  const identity = hashParts([executable.fake, [...executable.neutralised].sort().join()]);
  const seed = mixSeeds(machine.seed, Number.parseInt(identity.slice(0, 8), 16), executable.layoutSeed ?? 0);
  return machine.noise.layoutSd * createRandom(seed).normal();
}
