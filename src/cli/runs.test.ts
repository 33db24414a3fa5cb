import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, fakeExplain } from "../../test/support/fake-cli.ts";
import { codegenReport } from "../../test/support/report-fixture.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { Plan } from "../model/plan.ts";
import { renderJson } from "../report/render-json.ts";
import type { RunSummary } from "./services.ts";

const plan: Plan = {
  seed: 5,
  sides: [],
  precision: 0.02,
  confidence: 0.95,
  minBlocks: 4,
  maxBlocks: 50,
  budgetMs: 120_000,
  metrics: ["cpuTime"],
};

function runsIn(directory: string): readonly RunSummary[] {
  const document = {
    schema: "perfgap/case@1",
    createdAt: "2026-11-24T11:42:00.000Z",
    version: "0.1.0",
    command: "perfgap explain go rust --seed 5",
    case: { name: "go-rust", workload: { args: [], env: {}, compare: { kind: "exact" } }, subjects: [] },
  } as const;
  const at = (id: string) => join(directory, ".perfgap/runs", id);
  return [
    {
      id: "20261124-114205-eeee",
      directory: at("20261124-114205-eeee"),
      kind: "damaged",
      reason: "no case.json\u001b[1m",
    },
    {
      id: "20261124-114204-dddd",
      directory: at("20261124-114204-dddd"),
      kind: "unplanned",
      case: document,
      blocks: 0,
    },
    {
      id: "20261124-114203-cccc",
      directory: at("20261124-114203-cccc"),
      kind: "running",
      case: document,
      blocks: 2,
      pid: 77,
    },
    {
      id: "20261124-114202-bbbb",
      directory: at("20261124-114202-bbbb"),
      kind: "resumable",
      case: document,
      blocks: 5,
    },
    {
      id: "20261124-114201-aaaa",
      directory: at("20261124-114201-aaaa"),
      kind: "finished",
      case: document,
      blocks: 12,
    },
    {
      id: "20261124-114200-9999",
      directory: at("20261124-114200-9999"),
      kind: "finished",
      case: document,
      blocks: 0,
      settingsBlocks: 13,
    },
    {
      id: "20261124-114159-8888",
      directory: at("20261124-114159-8888"),
      kind: "finished",
      case: document,
      blocks: 1,
      settingsBlocks: 6,
    },
  ];
}

function withRuns(report = renderJson(codegenReport())) {
  const directory = temporaryFolder();
  const { explain, seen } = fakeExplain(directory);
  const services = {
    explain,
    listRuns: () => Promise.resolve(runsIn(directory)),
    readPlan: () =>
      Promise.resolve({ plan, options: { quick: true, profile: false, runnerRung: "spawn" as const } }),
    readReport: () => Promise.resolve(report),
  };
  return { directory, services, seen };
}

describe("runs", () => {
  it("lists what there is and what can be done with each", async () => {
    const { out } = await cli(["runs"], withRuns());
    await expect(out).toMatchFileSnapshot(join(import.meta.dirname, "../../test/golden/cli/runs.txt"));
  });

  it("says so where there are none; --json gives the list", async () => {
    expect((await cli(["runs"], { directory: "/" })).out).toContain("no runs in this folder yet");
    expect(JSON.parse((await cli(["runs", "--json"], withRuns())).out)).toHaveLength(7);
  });
});

it("names no command that takes none of the runs there are", async () => {
  const { services, ...parts } = withRuns();
  const outOf = async (...kinds: readonly string[]) => {
    const listRuns = () =>
      Promise.resolve(runsIn(parts.directory).filter(({ kind }) => kinds.includes(kind)));
    return (await cli(["runs"], { ...parts, services: { ...services, listRuns } })).out;
  };
  expect(await outOf("unplanned", "damaged", "running")).not.toContain("perfgap");
  expect(await outOf("finished")).toMatch(/\n\nperfgap report RUN shows a finished one\.\n$/);
  expect(await outOf("resumable")).toMatch(/\n\nperfgap resume RUN goes on with a resumable one\.\n$/);
});

it("an unplanned run is begun again with the command that began it", async () => {
  const { err } = await cli(["resume", "20261124-114204-dddd"], withRuns());
  expect(err).toContain("help: start it again: perfgap explain go rust --seed 5\n");
});

describe("resume", () => {
  it("goes on with the latest that can go on, as it was asked", async () => {
    const { seen, ...parts } = withRuns();
    const { code } = await cli(["resume"], parts);
    expect(code).toBe(0);
    expect(seen[0]).toMatchObject({
      resume: "20261124-114202-bbbb",
      seed: 5,
      precision: 0.02,
      budgetMs: 120_000,
      metrics: ["cpuTime"],
      command: "perfgap explain go rust --seed 5",
      quick: true,
      profile: false,
      runnerRung: "spawn",
    });
  });

  it("profiles, as before, where an older version began the run and kept no options", async () => {
    const { seen, services, directory } = withRuns();
    await cli(["resume"], {
      directory,
      services: { ...services, readPlan: () => Promise.resolve({ plan }) },
    });
    expect(seen[0]).toMatchObject({ quick: false, profile: true });
    expect(seen[0]?.runnerRung).toBeUndefined();
  });

  it("takes a new budget", async () => {
    const { seen, ...parts } = withRuns();
    await cli(["resume", "20261124-114202-bbbb", "--budget", "10m"], parts);
    expect(seen[0]?.budgetMs).toBe(600_000);
  });

  it.each([
    ["20261124-114201-aaaa", "is finished, not resumable", "perfgap report 20261124-114201-aaaa"],
    ["20261124-114203-cccc", "is running, not resumable", "wait for it"],
    ["20261124-114204-dddd", "is unplanned, not resumable", "start it again"],
    ["20261124-114205-eeee", "is damaged: no case.json\\u{1b}[1m, not resumable", "can be removed"],
    [
      "20261124-114202-bbbc",
      'There is no run "20261124-114202-bbbc" here; did you mean "20261124-114202-bbbb"?',
      "",
    ],
  ])("%s: %s", async (id, message, help) => {
    const { code, err } = await cli(["resume", id], withRuns());
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain(help);
  });
});

describe("report", () => {
  it("shows the latest finished run again", async () => {
    const { code, out } = await cli(["report"], withRuns());
    expect(code).toBe(0);
    expect(out).toContain("Rust is 9.4x faster than Go here");
  });

  it("names the HTML file where the run has one", async () => {
    const parts = withRuns();
    const folder = join(parts.directory, ".perfgap/runs/20261124-114201-aaaa");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "report.html"), "");
    expect((await cli(["report"], parts)).out).toContain(
      "report  .perfgap/runs/20261124-114201-aaaa/report.html\n",
    );
  });

  it("reads a report that someone sent, and applies bounds to it", async () => {
    const directory = temporaryFolder({ "colleague.json": renderJson(codegenReport()) });
    expect((await cli(["report", "colleague.json"], { directory })).out).toContain("Rust is 9.4x faster");
    expect((await cli(["report", "colleague.json", "--fail-on", "cpu>2"], { directory })).code).toBe(1);
  });

  it("that is damaged is refused", async () => {
    const { code, err } = await cli(["report"], withRuns("{"));
    expect(code).toBe(2);
    expect(err).toContain("report.json is no report that this version can read");
  });

  it("of an unfinished run says how to finish it", async () => {
    const { err } = await cli(["report", "20261124-114202-bbbb"], withRuns());
    expect(err).toContain("is resumable, not finished.\nhelp: perfgap resume 20261124-114202-bbbb");
  });
});
