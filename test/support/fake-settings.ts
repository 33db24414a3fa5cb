import type { World } from "../../src/explain.ts";
import type { Factor } from "../../src/model/factor.ts";
import type { ExplainOptions, ProgressListener } from "../../src/model/progress.ts";
import type { Report } from "../../src/model/report.ts";
import type { ShippableSetting, UnavailableSetting } from "../../src/plugin.ts";
import type { tune } from "../../src/tune.ts";
import { fakeBuiltLanguage } from "./fake-built-language.ts";
import type { FakeMachine, FakeProgram } from "./fake-machine.ts";
import type { FakeProject } from "./fake-project.ts";
import { type FakeRunnerHooks, fakeRunner } from "./fake-runner.ts";

/** Programs of a simulated machine with the settings that their languages know, and what is asked of them. */
export interface SettingsSetup {
  readonly programs: Readonly<Record<string, FakeProgram>>;
  readonly settings: readonly (ShippableSetting | UnavailableSetting)[];
  readonly hooks?: FakeRunnerHooks;
  readonly options?: Partial<ExplainOptions>;
  readonly factors?: readonly Factor[];
  readonly listen?: ProgressListener;
}

/** Asks `pipeline` for its answer in the project. Two minutes, no profiles, nobody who stops it, unless the options say else. */
export async function answerIn(
  project: FakeProject,
  setup: SettingsSetup,
  pipeline: typeof tune,
): Promise<Report> {
  const machine: FakeMachine = {
    seed: 11,
    noise: { runSd: 0.01, layoutSd: 0.005 },
    programs: setup.programs,
  };
  const never = new AbortController().signal;
  const names = Object.keys(setup.programs);
  const subjects = await Promise.all(names.map((name) => project.addSubject(name, name)));
  const world: World = {
    languages: names.map((id) => fakeBuiltLanguage({ id, machine, settings: setup.settings })),
    factors: setup.factors ?? [],
    openRunner: () => Promise.resolve(fakeRunner(machine, setup.hooks)),
    describeHost: () =>
      Promise.resolve({
        os: "linux",
        kernel: "6",
        architecture: "x64",
        cpuModel: "fake",
        cpuCount: 2,
        cpuFlags: ["sse2"],
        memoryBytes: 2 ** 34,
        virtualised: false,
        load1: 0,
        signals: [],
      }),
    cacheDirectory: project.cacheDirectory,
    version: "0.0.0",
    now: () => new Date("2026-01-02T03:04:05Z"),
  };
  const options: ExplainOptions = {
    case: { name: "fake", workload: { args: [], env: {}, compare: { kind: "exact" } }, subjects },
    metrics: ["cpuTime"],
    budgetMs: 120_000,
    quick: false,
    seed: 5,
    profile: false,
    projectDirectory: project.directory,
    command: "perfgap tune left",
    stop: never,
    kill: never,
    ...setup.options,
  };
  return pipeline(options, setup.listen ?? (() => undefined), world);
}
