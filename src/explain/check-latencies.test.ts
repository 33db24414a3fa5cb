import { readFileSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeExplainOptions, fakeWorld } from "../../test/support/fake-explain.ts";
import { createFakeProject, type FakeProject } from "../../test/support/fake-project.ts";
import { explain } from "../explain.ts";
import { renderTerminal } from "../report/render-terminal.ts";
import { readObservations } from "../runs/run.ts";

let project: FakeProject;
beforeEach(async () => {
  project = await createFakeProject();
});
afterEach(() => project.remove());

interface Operation {
  readonly name: string;
  readonly count: number;
  readonly nanoseconds: number;
}

/** What a run reports, by subject and number of the run. */
type Reports = (subject: "left" | "right", execution: number) => readonly Operation[];

async function run(reports: Reports) {
  const subjects = [await project.addSubject("left", "slow"), await project.addSubject("right", "fast")];
  const world = fakeWorld(project, {
    machine: {
      seed: 11,
      noise: { runSd: 0.01, layoutSd: 0.005 },
      programs: { slow: { seconds: 0.2 }, fast: { seconds: 0.1 } },
    },
    factors: [],
    hooks: {
      intercept: ({ probePath, argv: [executable = ""] }, execution) => {
        if (probePath === undefined) return undefined;
        const subject = readFileSync(executable, "utf8").includes('"slow"') ? "left" : "right";
        const lines = reports(subject, execution).flatMap(({ name, count, nanoseconds }) =>
          Array.from({ length: count }, (_, place) => `${name} ${nanoseconds + place}\n`),
        );
        writeFileSync(probePath, lines.join(""));
        return undefined;
      },
    },
  });
  const options = fakeExplainOptions(project, subjects, { metrics: ["latencyP50"] });
  return explain(options, () => undefined, world);
}

async function operationsMeasured(): Promise<readonly string[]> {
  const runs = join(project.directory, ".perfgap", "runs");
  const [id = ""] = await readdir(runs);
  const { blocks } = await readObservations(join(runs, id));
  const names = blocks.flatMap(({ observations }) =>
    observations.map(({ run: { latencies } }) => latencies?.operation ?? ""),
  );
  return [...new Set(names)];
}

test("one operation is measured in all runs of all programs, whichever a run reports more often, and the report names it", async () => {
  const report = await run((subject, execution) => {
    const slow = subject === "left" ? 2 : 1;
    const more = execution % 2 === 0 ? 1 : -1;
    return [
      { name: "load", count: 900, nanoseconds: 9_000_000 },
      { name: subject === "left" ? "left only" : "right only", count: 2000, nanoseconds: 5 },
      { name: "get", count: 1500 + more, nanoseconds: 100_000 * slow },
      { name: "put", count: 1500 - more, nanoseconds: 700_000 },
    ];
  });
  expect(["get", "put"]).toContain(report.case.operation);
  expect(await operationsMeasured()).toEqual([report.case.operation]);
  const expected = report.case.operation === "get" ? Math.log(2) : 0;
  expect(report.gaps[0]?.logRatio.value).toBeCloseTo(expected, 1);
  expect(renderTerminal(report)).toContain(`median latency of ${report.case.operation ?? ""}`);
});

test("programs that report no operation of one name are not compared", async () => {
  const reports: Reports = (subject) => [
    { name: subject === "left" ? "get" : "lookup", count: 100, nanoseconds: 100 },
  ];
  await expect(run(reports)).rejects.toMatchObject({
    code: "no-common-operation",
    message:
      'No operation is reported by every program, so no latencies can be compared: left reports "get"; right reports "lookup".',
  });
});

test("too few of the common operation are refused, however many of others there are", async () => {
  const reports: Reports = (subject) => [
    { name: "get", count: subject === "left" ? 100 : 5, nanoseconds: 100 },
    { name: subject, count: 100, nanoseconds: 100 },
  ];
  await expect(run(reports)).rejects.toMatchObject({
    code: "too-few-operations",
    message: expect.stringContaining('A run of right reports 5 operations ("get")') as string,
  });
});
