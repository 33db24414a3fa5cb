import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { explainFake, type FakeSetup } from "../test/support/explain-fake.ts";
import type { FakeProgram } from "../test/support/fake-machine.ts";
import { createFakeProject, type FakeProject } from "../test/support/fake-project.ts";

let project: FakeProject;
beforeEach(async () => {
  project = await createFakeProject();
});
afterEach(() => project.remove());

const run = (setup: FakeSetup) => explainFake(project, setup);

describe("a factor is dropped with its reason, and the rest goes on, when its variant", () => {
  const fast: FakeProgram = { seconds: 0.2 };
  const both = { checks: -0.3, collector: -0.2 };

  test("prints something else", async () => {
    const slow: FakeProgram = {
      seconds: 0.4,
      effects: both,
      output: ({ neutralised }) => (neutralised.has("checks") ? "41\n" : "42\n"),
    };
    const { report } = await run({ slow, fast, factors: ["checks", "collector"] });
    const [attribution] = report.attributions;
    expect(attribution?.contributions.map((one) => one.factor)).toEqual(["collector"]);
    expect(attribution?.excluded).toContainEqual({
      factor: "checks",
      side: "left",
      kind: "failed",
      reason: "with it switched off the program prints something else from line 1 on",
    });
  });

  test("crashes only together with another one", async () => {
    const slow: FakeProgram = {
      seconds: 0.4,
      effects: both,
      exit: ({ neutralised }) =>
        neutralised.has("checks") && neutralised.has("collector")
          ? { kind: "signaled", signal: "SIGSEGV" }
          : undefined,
    };
    const { report } = await run({ slow, fast, factors: ["checks", "collector"] });
    expect(report.attributions[0]?.contributions).toHaveLength(1);
  });

  test("crashes whenever two of three run-time factors meet", async () => {
    const slow: FakeProgram = {
      seconds: 0.4,
      effects: { ...both, vectors: -0.1 },
      exit: ({ neutralised }) =>
        neutralised.has("checks") && neutralised.has("collector")
          ? { kind: "signaled", signal: "SIGSEGV" }
          : undefined,
    };
    const factors = ["checks", "collector", "vectors"];
    const { report } = await run({ slow, fast, factors, language: { runFactors: factors } });
    expect(report.attributions[0]?.contributions).toHaveLength(2);
  });

  test("does not compile", async () => {
    const slow: FakeProgram = {
      seconds: 0.4,
      effects: both,
      buildFails: { checks: "error: no such flag\n" },
    };
    const { report } = await run({ slow, fast, factors: ["checks", "collector"] });
    expect(report.attributions[0]?.excluded).toContainEqual(
      expect.objectContaining({
        factor: "checks",
        kind: "failed",
        reason: expect.stringContaining("no such flag") as string,
      }),
    );
  });
});

test("one variant of eight that crashes costs no factor: the others tell what it would show", async () => {
  const { report } = await run({
    slow: {
      seconds: 0.4,
      effects: { checks: -0.3, collector: -0.2, vectors: -0.1 },
      exit: ({ neutralised }) =>
        neutralised.size === 3 ? { kind: "signaled", signal: "SIGSEGV" } : undefined,
    },
    fast: { seconds: 0.2 },
    factors: ["checks", "collector", "vectors"],
  });
  const [attribution] = report.attributions;
  const truth: Readonly<Record<string, number>> = { checks: 0.3, collector: 0.2, vectors: 0.1 };
  expect(attribution?.contributions).toHaveLength(3);
  for (const { factor: id, low, high } of attribution?.contributions ?? []) {
    expect(low, id).toBeLessThan(truth[id] ?? 0);
    expect(high, id).toBeGreaterThan(truth[id] ?? 0);
    expect(high - low, id).toBeLessThan(0.15);
  }
  const told = report.warnings.filter(({ code }) => ["variant-not-run", "missing-variants"].includes(code));
  expect(told.map(({ message }) => message)).toEqual([
    expect.stringContaining("checks and collector and vectors switched off together Fake left"),
    expect.stringContaining("1 variant of 8 of Fake left could not be run"),
  ]);
  expect(attribution?.excluded.filter(({ kind }) => kind === "failed")).toEqual([]);
});

test("a fraction of six factors that does not add up is completed, also by a second session", async () => {
  const effects = { a: -0.04, b: -0.04, c: -0.04, d: -0.2, e: -0.12, f: -0.15 };
  const setup: FakeSetup = {
    slow: { seconds: 0.9, effects, interactions: [{ factors: ["a", "b", "c"], change: -0.4 }] },
    fast: { seconds: 0.2 },
    factors: Object.keys(effects),
    options: { budgetMs: 300_000 },
  };
  const { report, events } = await run(setup);
  const [attribution] = report.attributions;
  expect(attribution?.contributions).toHaveLength(6);
  const a = attribution?.contributions.find(({ factor: id }) => id === "a");
  expect(a?.value).toBeCloseTo(0.04 + 0.4 / 3, 1);
  expect(attribution?.higherOrder).toBeUndefined();
  expect(report.warnings.map(({ code }) => code)).toContain("fraction-completed");
  const runId = events.find((event) => event.kind === "finished")?.runId ?? "";
  const again = await run({ ...setup, options: { resume: runId } });
  expect(again.report.attributions[0]?.contributions).toEqual(attribution?.contributions);
});

test("a lever that moves nothing is not applied, and never has no effect", async () => {
  const { report } = await run({
    slow: { seconds: 0.4, effects: { checks: -0.3 } },
    fast: { seconds: 0.2 },
    factors: ["checks", "vectors"],
  });
  const kinds = report.attributions[0]?.excluded
    .filter((one) => one.factor === "vectors")
    .map(({ kind }) => kind);
  expect(kinds).toEqual(["not applied", "not applied"]);
});
