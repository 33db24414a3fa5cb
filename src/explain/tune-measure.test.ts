import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeSetting } from "../../test/support/fake-built-language.ts";
import { fakeExplainOptions, fakeWorld } from "../../test/support/fake-explain.ts";
import type { FakeCall, FakeProgram } from "../../test/support/fake-machine.ts";
import { createFakeProject, type FakeProject } from "../../test/support/fake-project.ts";
import type { ProgressEvent } from "../model/progress.ts";
import type { Report } from "../model/report.ts";
import { tune } from "../tune.ts";

let project: FakeProject;
beforeEach(async () => {
  project = await createFakeProject();
});
afterEach(() => project.remove());

interface Failing {
  readonly which: (call: FakeCall) => boolean;
  /** So many runs in a row, from the second block of the search on. */
  readonly runs: number;
}

async function search({ which, runs }: Failing): Promise<Report> {
  const subjects = [await project.addSubject("left", "left")];
  let left = 0;
  const program: FakeProgram = {
    seconds: 0.05,
    effects: { quick: -0.3 },
    exit: (call) =>
      which(call) && left > 0 && left-- > 0 ? { kind: "signaled", signal: "SIGKILL" } : undefined,
  };
  const world = fakeWorld(project, {
    machine: { seed: 11, noise: { runSd: 0.01, layoutSd: 0.005 }, programs: { left: program } },
    factors: [],
    language: { settings: [fakeSetting("quick", { dimension: "level" })] },
  });
  const listen = (event: ProgressEvent) => {
    if (event.kind === "tuningStep" && event.step === "alone" && event.done === 1) left = runs;
  };
  return tune(fakeExplainOptions(project, subjects, { budgetMs: 120_000 }), listen, world);
}

const withQuick = ({ neutralised }: FakeCall) => neutralised.has("quick");
const asWritten = (call: FakeCall) => !withQuick(call);

test.each([
  // Two repeats and the placebo, and the first of them once more.
  ["the program as written", { which: asWritten, runs: 4 }],
  ["a setting", { which: withQuick, runs: 2 }],
])(
  "a block in which %s failed twice is measured once more before anything is given up",
  async (_, failing) => {
    const report = await search(failing);
    expect(report.wins.map(({ verdict }) => verdict)).toEqual(["gain"]);
    expect(report.tuning?.[0]?.dropped).toEqual([]);
  },
);

test("a program as written that goes on failing ends the search in its own words", async () => {
  await expect(search({ which: asWritten, runs: Number.POSITIVE_INFINITY })).rejects.toMatchObject({
    code: "program-failed",
    message:
      "left worked when its output was checked and failed twice while it was measured: it crashed (SIGKILL).",
  });
});
