import type { World } from "../../src/explain.ts";
import type { Subject } from "../../src/model/case.ts";
import type { Factor } from "../../src/model/factor.ts";
import type { ExplainOptions } from "../../src/model/progress.ts";
import { defineFactor } from "../../src/plugin.ts";
import { type FakeBuiltLanguageOptions, fakeBuiltLanguage } from "./fake-built-language.ts";
import type { FakeMachine } from "./fake-machine.ts";
import type { FakeProject } from "./fake-project.ts";
import { type FakeRunnerHooks, fakeRunner } from "./fake-runner.ts";
import { host } from "./report-parts.ts";

/** A factor that is worth measuring wherever a language has a lever for it. */
export function fakeFactor(id: string, more: Partial<Factor> = {}): Factor {
  return defineFactor({
    id,
    title: id,
    phrase: id,
    question: `What does ${id} cost?`,
    group: "codegen",
    levels: ["as written", "off"],
    neutral: "off",
    conflicts: [],
    use: "contribution",
    deployable: false,
    caveat: "",
    sources: [],
    relevantWhen: () => ({ verdict: "in", reason: "it is there", weight: 1 }),
    ...more,
  });
}

/** What is asked of two programs that compare exactly: one minute, no profiles, nobody who stops it. */
export function fakeExplainOptions(
  { directory }: Pick<FakeProject, "directory">,
  subjects: readonly Subject[],
  more: Partial<ExplainOptions> = {},
): ExplainOptions {
  const never = new AbortController().signal;
  return {
    case: { name: "fake", workload: { args: [], env: {}, compare: { kind: "exact" } }, subjects },
    metrics: ["cpuTime"],
    budgetMs: 60_000,
    quick: false,
    seed: 5,
    profile: false,
    projectDirectory: directory,
    command: "perfgap explain left right",
    stop: never,
    kill: never,
    ...more,
  };
}

export interface FakeWorldParts {
  readonly machine: FakeMachine;
  readonly factors: readonly Factor[];
  readonly hooks?: FakeRunnerHooks | undefined;
  readonly language?: Partial<FakeBuiltLanguageOptions> | undefined;
}

/** A world with the languages "left" and "right", whose programs are the machine's. */
export function fakeWorld(
  { cacheDirectory }: Pick<FakeProject, "cacheDirectory">,
  { machine, factors, hooks, language }: FakeWorldParts,
): World {
  return {
    languages: ["left", "right"].map((id) => fakeBuiltLanguage({ id, machine, ...language })),
    factors,
    openRunner: () => Promise.resolve(fakeRunner(machine, hooks)),
    describeHost: () => Promise.resolve(host),
    cacheDirectory,
    version: "0.0.0",
    now: () => new Date("2026-01-02T03:04:05Z"),
  };
}
