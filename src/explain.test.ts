import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { explainFake, type FakeSetup } from "../test/support/explain-fake.ts";
import type { FakeProgram } from "../test/support/fake-machine.ts";
import { createFakeProject, type FakeProject } from "../test/support/fake-project.ts";
import type { ExplainOptions } from "./model/progress.ts";

let project: FakeProject;
beforeEach(async () => {
  project = await createFakeProject();
});
afterEach(() => project.remove());

const run = (setup: FakeSetup) => explainFake(project, setup);

describe("a planted gap", () => {
  const slow: FakeProgram = {
    seconds: 0.4,
    effects: { checks: -0.3, collector: -0.2 },
    interactions: [{ factors: ["checks", "collector"], change: 0.1 }],
    // What is not there is counted, and is none; what cannot be counted may be there.
    facts: { "fake.vectors": 0 },
  };
  const fast: FakeProgram = {
    seconds: 0.2,
    effects: { checks: -0.1, vectors: 0.25 },
    facts: { "fake.collector": 0 },
  };

  test("is found again: contributions, who pays, what stays, and the whole as the sum of the parts", async () => {
    const { report } = await run({ slow, fast, factors: ["checks", "collector", "vectors"] });
    const [attribution] = report.attributions;
    const value = (id: string) => attribution?.contributions.find((one) => one.factor === id);
    // Left: Shapley splits the interaction of +0.1 in halves: checks .3 - .05, collector .2 - .05.
    expect(value("checks")?.value).toBeCloseTo(0.25 - 0.1, 1);
    expect(value("collector")?.value).toBeCloseTo(0.15, 1);
    expect(value("vectors")?.value).toBeCloseTo(0.25, 1);
    expect(value("checks")?.slowSide.value).toBeCloseTo(0.25, 1);
    expect(value("checks")?.fastSide.value).toBeCloseTo(0.1, 1);
    for (const id of ["checks", "collector", "vectors"]) expect(value(id)?.verdict).toBe("cause");
    const parts = attribution?.contributions.reduce(
      (sum, one) => sum + one.value,
      attribution.neutralGap.value,
    );
    expect(parts).toBeCloseTo(report.gaps[0]?.logRatio.value ?? Number.NaN, 9);
    expect(report.gaps[0]).toMatchObject({ slow: "left", fast: "right", metric: "cpuTime" });
  });

  test("is nobody's cause where one side could not be looked at, and what the other pays is told", async () => {
    const { report } = await run({ slow, fast: { ...fast, facts: {} }, factors: ["checks", "collector"] });
    const collector = report.attributions[0]?.contributions.find(({ factor }) => factor === "collector");
    expect(collector).toMatchObject({ sided: "slow", verdict: "undetermined" });
    expect(collector?.slowSide.low).toBeGreaterThan(0);
  });

  test("is measured where programs print something else in every run and nobody asked to compare", async () => {
    let runs = 0;
    const output = () => {
      runs += 1;
      return `took ${runs} ms\n`;
    };
    const { report } = await run({
      slow: { ...slow, output },
      fast: { ...fast, output },
      factors: ["checks"],
      compare: { kind: "none" },
    });
    expect(report.attributions[0]?.contributions[0]?.verdict).toBe("cause");
    expect(report.warnings.map(({ code }) => code)).not.toContain("variant-failed-late");
  });

  test("is told early, then refined, and ends with a report on disk and nothing else", async () => {
    const { report, events } = await run({ slow, fast, factors: ["checks"] });
    const kinds = events.map(({ kind }) => kind);
    const order = [
      "hostDescribed",
      "runOpened",
      "verified",
      "gapKnown",
      "planMade",
      "blockDone",
      "finished",
    ] as const;
    const places = order.map((kind) => kinds.indexOf(kind));
    expect(places).toEqual(places.toSorted((left, right) => left - right));
    expect(places).not.toContain(-1);
    const [id = ""] = await readdir(join(project.directory, ".perfgap", "runs"));
    const files = await readdir(join(project.directory, ".perfgap", "runs", id));
    expect(files.sort()).toEqual([
      "case.json",
      "observations.ndjson",
      "plan.json",
      "progress.json",
      "report.html",
      "report.json",
    ]);
    expect(report.attributions[0]?.diagnostics.stoppedBy).toBe("precision");
  });
});

test("few blocks that were enough are not told to be too few for narrow intervals", async () => {
  const effects = { a: -0.3, b: -0.2, c: -0.1, d: -0.1 };
  const { report } = await run({
    slow: { seconds: 0.4, effects },
    fast: { seconds: 0.2, effects },
    factors: Object.keys(effects),
    options: { precision: 0.2 },
  });
  expect(report.attributions[0]?.diagnostics).toMatchObject({ blocks: 3, stoppedBy: "precision" });
  expect(report.warnings.find(({ code }) => code === "few-blocks")?.message).toBe(
    "Only 3 blocks were needed until the intervals were narrow enough, so outlying runs could not be told from the rest.",
  );
});

test("programs too slow for all causes in the budget: those that fit are measured, the rest is left out and the price told", async () => {
  const effects = { a: -0.3, b: -0.2, c: -0.1, d: -0.1 };
  const setup: FakeSetup = {
    slow: { seconds: 5, effects },
    fast: { seconds: 0.5 },
    factors: ["a", "b", "c", "d"],
  };
  const { report } = await run(setup);
  const [attribution] = report.attributions;
  const measured = attribution?.contributions.map(({ factor: id }) => id) ?? [];
  expect(measured.length).toBeGreaterThan(0);
  expect(measured.length).toBeLessThan(4);
  const left = attribution?.excluded.filter(({ side, kind }) => side === "left" && kind === "not selected");
  expect([...measured, ...(left ?? []).map(({ factor: id }) => id)].toSorted()).toEqual(["a", "b", "c", "d"]);
  expect(left?.[0]?.reason).toMatch(
    /^the budget is too small for it: .* cannot hold 2 blocks with all causes; about .* more would$/,
  );
  expect(report.warnings.find(({ code }) => code === "budget-too-small-for-causes")?.message).toContain(
    `${left?.map(({ factor: id }) => id).join(", ")} of Fake left`,
  );
  const patient = await run({ ...setup, options: { budgetMs: 3_600_000 } });
  expect(patient.report.attributions[0]?.contributions).toHaveLength(4);
});

test("what the budget has no room for is left out on both sides: half a cause says nothing of a gap", async () => {
  const effects = { a: -0.3, b: -0.2, c: -0.1, d: -0.1 };
  const { report, events } = await run({
    slow: { seconds: 4, effects },
    fast: { seconds: 2, effects },
    factors: ["a", "b", "c", "d"],
  });
  const contributions = report.attributions[0]?.contributions ?? [];
  expect(contributions.length).toBeGreaterThan(0);
  expect(contributions.length).toBeLessThan(4);
  expect(contributions.map(({ sided }) => sided)).toEqual(contributions.map(() => "both"));
  const told = events.flatMap((event) => (event.kind === "screened" ? [event.kept] : []));
  expect(told.map((kept) => kept.length)).toEqual([contributions.length, contributions.length]);
});

test("a quick answer pulls no more levers than its design takes", async () => {
  const effects = { a: -0.3, b: -0.25, c: -0.2, d: -0.15, e: -0.1 };
  const { report, events } = await run({
    slow: { seconds: 0.5, effects },
    fast: { seconds: 0.2, effects },
    factors: Object.keys(effects),
    options: { quick: true },
  });
  const started = events.flatMap((event) =>
    event.kind === "buildStarted" && event.what === "variants of left" ? [event.builds] : [],
  );
  expect(started).toEqual([3]);
  const [attribution] = report.attributions;
  expect(attribution?.contributions.map(({ factor: id }) => id).toSorted()).toEqual(["a", "b", "c"]);
  expect(attribution?.excluded.filter(({ side }) => side === "left")).toEqual(
    ["d", "e"].map((id) => ({
      factor: id,
      side: "left",
      kind: "not selected",
      reason: "other factors weigh more by the evidence at hand",
    })),
  );
});

test("more factors than a full design carries: a fraction looks at all, and the small ones give way", async () => {
  const effects = { a: -0.01, b: -0.3, c: -0.01, d: -0.2, e: -0.12, f: -0.15, g: -0.25 };
  const { report } = await run({
    slow: { seconds: 0.5, effects },
    fast: { seconds: 0.2 },
    factors: Object.keys(effects),
    options: { budgetMs: 300_000 },
  });
  const [attribution] = report.attributions;
  expect(attribution?.contributions.map((one) => one.factor).sort()).toEqual(["b", "d", "e", "f", "g"]);
  const left = attribution?.excluded.filter(({ side, kind }) => side === "left" && kind === "not selected");
  expect(left?.map((one) => one.factor).sort()).toEqual(["a", "c"]);
});

test("one seed, one answer", async () => {
  const setup: FakeSetup = {
    slow: { seconds: 0.3, effects: { checks: -0.2 } },
    fast: { seconds: 0.2 },
    factors: ["checks"],
  };
  const first = await run(setup);
  await project.remove();
  project = await createFakeProject();
  const second = await run(setup);
  expect(second.report.gaps).toEqual(first.report.gaps);
  expect(second.report.attributions).toEqual(first.report.attributions);
});

test("the same program twice: no cause, and the placebo covers zero", async () => {
  const program: FakeProgram = { seconds: 0.3, effects: { checks: 0, collector: 0 } };
  const { report } = await run({ slow: program, fast: program, factors: ["checks", "collector"] });
  const [attribution] = report.attributions;
  expect(attribution?.contributions.map(({ verdict }) => verdict)).not.toContain("cause");
  for (const aa of Object.values(attribution?.diagnostics.aa ?? {})) {
    expect(aa.low).toBeLessThan(0);
    expect(aa.high).toBeGreaterThan(0);
  }
});

/** Ctrl-C at the n-th run. */
function interruptedAt(execution: number, options: Partial<ExplainOptions>): FakeSetup {
  const stop = new AbortController();
  return {
    slow: { seconds: 0.4, effects: { checks: -0.3 } },
    fast: { seconds: 0.2 },
    factors: ["checks"],
    options: { stop: stop.signal, precision: 0.0005, ...options },
    hooks: {
      intercept: (_request, made) => {
        if (made > execution) stop.abort();
        return undefined;
      },
    },
  };
}

test("interrupted: what is measured is answered, and a second session goes on without counting a block twice", async () => {
  const first = await run(interruptedAt(60, {}));
  const finished = first.events.find((event) => event.kind === "finished");
  expect(finished).toMatchObject({ resumable: true });
  const before = first.report.attributions[0]?.diagnostics.blocks ?? 0;
  expect(before).toBeGreaterThan(0);

  const second = await run(interruptedAt(40, { resume: finished?.runId ?? "" }));
  expect(second.events.find((event) => event.kind === "runOpened")).toMatchObject({ resumed: before });
  const measured = second.events.flatMap((event) => (event.kind === "blockStarted" ? [event.block] : []));
  expect(measured[0]).toBe(before);
  expect(second.report.attributions[0]?.diagnostics.blocks).toBe(before + measured.length);
});

test("outputs that differ end everything before anything is timed", async () => {
  await expect(
    run({ slow: { seconds: 0.4 }, fast: { seconds: 0.2, output: "43\n" }, factors: [] }),
  ).rejects.toMatchObject({ exit: "outputsDiffer" });
});

test("nothing is left locked when it fails: the next measurement may begin", async () => {
  const differing: FakeSetup = {
    slow: { seconds: 0.4 },
    fast: { seconds: 0.2, output: "43\n" },
    factors: [],
  };
  await expect(run(differing)).rejects.toThrow();
  await expect(run(differing)).rejects.toMatchObject({ exit: "outputsDiffer" });
});
