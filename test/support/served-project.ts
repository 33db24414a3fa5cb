import { explain } from "../../src/explain.ts";
import type { BlockRecord } from "../../src/model/observation.ts";
import { defineFactor } from "../../src/plugin.ts";
import { readPlanDocument } from "../../src/runs/documents.ts";
import { listRuns } from "../../src/runs/list-runs.ts";
import { createRun, openRun, type Run, readObservations } from "../../src/runs/run.ts";
import { fakeBuiltLanguage } from "./fake-built-language.ts";
import type { FakeMachine } from "./fake-machine.ts";
import { createFakeProject, type FakeProject } from "./fake-project.ts";
import { fakeRunner } from "./fake-runner.ts";
import { host } from "./report-parts.ts";

export const checks = defineFactor({
  id: "checks",
  title: "Checks",
  phrase: "checks",
  question: "What do checks cost?",
  group: "safety checks",
  levels: ["as written", "off"],
  neutral: "off",
  conflicts: [],
  use: "contribution",
  deployable: false,
  caveat: "",
  sources: [],
  relevantWhen: () => ({ verdict: "in", reason: "it is there", weight: 1 }),
});

/** A project with two finished runs of two fake programs, the later one first. */
export interface ServedProject {
  readonly directory: string;
  readonly finished: readonly [string, string];
  remove(): Promise<void>;
}

export async function createServedProject(): Promise<ServedProject> {
  const project = await createFakeProject();
  await measure(project, 11);
  await measure(project, 12);
  const [after = "", before = ""] = (await listRuns(project.directory)).map(({ id }) => id);
  return { directory: project.directory, finished: [after, before], remove: () => project.remove() };
}

async function measure(project: FakeProject, seed: number): Promise<void> {
  const machine: FakeMachine = {
    seed,
    noise: { runSd: 0.01, layoutSd: 0.005 },
    programs: { slow: { seconds: 0.4, effects: { checks: -0.5 } }, fast: { seconds: 0.2 } },
  };
  const never = new AbortController().signal;
  await explain(
    {
      case: {
        name: "two fake programs that do the same job, one of them with checks that cost time",
        workload: { args: [], env: {}, compare: { kind: "exact" } },
        subjects: [await project.addSubject("left", "slow"), await project.addSubject("right", "fast")],
      },
      metrics: ["cpuTime"],
      budgetMs: 60_000,
      quick: false,
      seed: 5,
      profile: false,
      projectDirectory: project.directory,
      command: "perfgap explain left right",
      stop: never,
      kill: never,
    },
    () => undefined,
    {
      languages: ["left", "right"].map((id) => fakeBuiltLanguage({ id, machine })),
      factors: [checks],
      openRunner: () => Promise.resolve(fakeRunner(machine)),
      describeHost: () => Promise.resolve(host),
      cacheDirectory: project.cacheDirectory,
      version: "0.0.0",
      now: () => new Date("2026-01-02T03:04:05Z"),
    },
  );
}

/** A new run of what a finished one was about, and the blocks that it will have. */
export async function beginAgain(
  { directory, finished: [id] }: ServedProject,
  command = "perfgap explain left right",
): Promise<{
  readonly run: Run;
  readonly blocks: readonly BlockRecord[];
  readonly writePlan: () => Promise<void>;
}> {
  const asked = await openRun(directory, id);
  await asked.close();
  const run = await createRun({
    projectDirectory: directory,
    case: asked.case.case,
    command,
    version: "0.0.0",
    now: new Date("2026-01-03T00:00:00Z"),
  });
  const plan = await readPlanDocument(asked.directory);
  if (plan === undefined) throw new Error("the run has no plan");
  const { blocks } = await readObservations(asked.directory);
  return { run, blocks, writePlan: () => run.writePlan(plan) };
}
