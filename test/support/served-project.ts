import { explain } from "../../src/explain.ts";
import type { BlockRecord } from "../../src/model/observation.ts";
import type { ProgressEvent } from "../../src/model/progress.ts";
import { readPlanDocument } from "../../src/runs/documents.ts";
import { createRun, openRun, type Run, readObservations } from "../../src/runs/run.ts";
import { fakeExplainOptions, fakeFactor, fakeWorld } from "./fake-explain.ts";
import type { FakeMachine } from "./fake-machine.ts";
import { createFakeProject, type FakeProject } from "./fake-project.ts";

export const checks = fakeFactor("checks", {
  title: "Checks",
  question: "What do checks cost?",
  group: "safety checks",
});

/** A project with two finished runs of two fake programs, the later one first. */
export interface ServedProject {
  readonly directory: string;
  readonly finished: readonly [string, string];
  remove(): Promise<void>;
}

export async function createServedProject(): Promise<ServedProject> {
  const project = await createFakeProject();
  // The second begins a second later: runs of one second stand in the list in the order of their random letters.
  const before = await measure(project, 12, "2026-01-02T03:04:05Z");
  const after = await measure(project, 11, "2026-01-02T03:04:06Z");
  return { directory: project.directory, finished: [after, before], remove: () => project.remove() };
}

/** Gives the id of the run. */
async function measure(project: FakeProject, seed: number, begins: string): Promise<string> {
  const machine: FakeMachine = {
    seed,
    noise: { runSd: 0.01, layoutSd: 0.005 },
    programs: { slow: { seconds: 0.4, effects: { checks: -0.5 } }, fast: { seconds: 0.2 } },
  };
  const subjects = [await project.addSubject("left", "slow"), await project.addSubject("right", "fast")];
  const options = fakeExplainOptions(project, subjects, {
    case: {
      name: "two fake programs that do the same job, one of them with checks that cost time",
      workload: { args: [], env: {}, compare: { kind: "exact" } },
      subjects,
    },
  });
  let id = "";
  const listen = (event: ProgressEvent) => {
    if (event.kind === "runOpened") id = event.runId;
  };
  const world = fakeWorld(project, { machine, factors: [checks] });
  await explain(options, listen, { ...world, now: () => new Date(begins) });
  return id;
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
