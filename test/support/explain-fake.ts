import { explain } from "../../src/explain.ts";
import type { ExplainOptions, ProgressEvent } from "../../src/model/progress.ts";
import type { Report } from "../../src/model/report.ts";
import type { FakeBuiltLanguageOptions } from "./fake-built-language.ts";
import { fakeExplainOptions, fakeFactor, fakeWorld } from "./fake-explain.ts";
import type { FakeMachine, FakeProgram } from "./fake-machine.ts";
import type { FakeProject } from "./fake-project.ts";
import type { FakeRunnerHooks } from "./fake-runner.ts";

/** Two fake programs, the factors that are looked for, and what else differs from the plain question. */
export interface FakeSetup {
  readonly slow: FakeProgram;
  readonly fast: FakeProgram;
  readonly factors: readonly string[];
  readonly hooks?: FakeRunnerHooks;
  readonly language?: Partial<FakeBuiltLanguageOptions>;
  readonly options?: Partial<ExplainOptions>;
  readonly compare?: ExplainOptions["case"]["workload"]["compare"];
}

export interface FakeExplained {
  readonly report: Report;
  readonly events: readonly ProgressEvent[];
}

/** Explains the gap of both programs on a machine with little noise, and keeps what was told meanwhile. */
export async function explainFake(project: FakeProject, setup: FakeSetup): Promise<FakeExplained> {
  const machine: FakeMachine = {
    seed: 11,
    noise: { runSd: 0.01, layoutSd: 0.005 },
    programs: { slow: setup.slow, fast: setup.fast },
  };
  const events: ProgressEvent[] = [];
  const subjects = [await project.addSubject("left", "slow"), await project.addSubject("right", "fast")];
  const options = fakeExplainOptions(project, subjects, {
    case: {
      name: "fake",
      workload: { args: [], env: {}, compare: setup.compare ?? { kind: "exact" } },
      subjects,
    },
    ...setup.options,
  });
  const world = fakeWorld(project, {
    machine,
    factors: setup.factors.map((id) => fakeFactor(id)),
    hooks: setup.hooks,
    language: setup.language,
  });
  return { report: await explain(options, (event) => events.push(event), world), events };
}
