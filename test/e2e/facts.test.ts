import { join } from "node:path";
import { expect, test } from "vitest";
import { chooseProfiler } from "../../src/account/profiler-ladder.ts";
import { packageDirectory } from "../../src/base/directories.ts";
import { builtinLanguages } from "../../src/builtins.ts";
import { loadCase } from "../../src/case/load-case.ts";
import { explain } from "../../src/explain.ts";
import type { ProgressEvent } from "../../src/model/progress.ts";
import { readProfile } from "../../src/runs/profiles.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Nodes that binary-trees makes at depth 12, by its own words: "N trees of depth D: M nodes", and two long-lived ones. */
function nodesAt(depth: number): number {
  const tree = (levels: number) => 2 ** (levels + 1) - 1;
  const rounds = Array.from({ length: (depth - 4) / 2 + 1 }, (_, index) => 4 + 2 * index);
  return (
    tree(depth + 1) +
    tree(depth) +
    rounds.reduce((sum, each) => sum + 2 ** (depth - each + 4) * tree(each), 0)
  );
}

test("binary-trees: both sides' allocations, the collector's work, and a profile that can be read again", async () => {
  const directory = temporaryFolder({});
  const subjects = ["go", "rust"].map((id) => join(packageDirectory(), "workloads/binary-trees", id));
  const { case: loaded } = await loadCase({ directory, subjects, args: ["12"] }, builtinLanguages);
  const events: ProgressEvent[] = [];
  const never = new AbortController().signal;
  const report = await explain(
    {
      case: loaded,
      metrics: ["cpuTime"],
      budgetMs: 60_000,
      quick: false,
      seed: 5,
      factors: ["gc"],
      profile: true,
      planOnly: true,
      projectDirectory: directory,
      command: "perfgap explain go rust --plan -- 12",
      stop: never,
      kill: never,
    },
    (event) => events.push(event),
  );
  const [go, rust] = [report.facts?.["go"] ?? {}, report.facts?.["rust"] ?? {}];
  for (const facts of [go, rust]) {
    expect(facts["allocations.count"]).toBeGreaterThanOrEqual(nodesAt(12));
    expect(facts["allocations.count"]).toBeLessThan(1.02 * nodesAt(12) + 2000);
    expect(facts["allocations.bytes"]).toBeGreaterThanOrEqual(16 * nodesAt(12));
    expect(facts["output.bytes"]).toBe(go["output.bytes"]);
    expect(facts["cpu.quota"]).toBeGreaterThan(0);
  }
  expect(go["gc.cycles"]).toBeGreaterThan(0);
  expect(go["gc.cpuShare"]).toBeGreaterThan(0);
  expect(go["gc.pauseSeconds"]).toBeGreaterThan(0);
  expect(go["go.maxProcs"]).toBeGreaterThan(0);
  expect(rust["gc.cycles"]).toBeUndefined();
  expect(rust["allocations.frees"]).toBeGreaterThanOrEqual(nodesAt(12));
  expect(JSON.stringify(report.facts)).not.toContain("null");
  const opened = events.find((event) => event.kind === "runOpened");
  const runDirectory = opened?.kind === "runOpened" ? opened.directory : "";
  const expectsProfile = (await chooseProfiler(directory)).perf !== undefined;
  for (const { id } of loaded.subjects) {
    const profile = await readProfile(runDirectory, id);
    if (expectsProfile) expect(profile?.subject).toBe(id);
  }
});
