import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeSetting, fakeToolchain } from "../test/support/fake-built-language.ts";
import type { FakeProgram } from "../test/support/fake-machine.ts";
import { createFakeProject, type FakeProject } from "../test/support/fake-project.ts";
import { answerIn, type SettingsSetup } from "../test/support/fake-settings.ts";
import { ok } from "./base/result.ts";
import { allocator } from "./factors/allocator.ts";
import { cores } from "./factors/cores.ts";
import { gc } from "./factors/gc.ts";
import type { Report } from "./model/report.ts";
import type { ShippableSetting, UnavailableSetting } from "./plugin.ts";
import { renderHtml } from "./report/render-html.ts";
import { renderMarkdown } from "./report/render-markdown.ts";
import { tune } from "./tune.ts";

let project: FakeProject;
beforeEach(async () => {
  project = await createFakeProject();
});
afterEach(() => project.remove());

const answer = (setup: SettingsSetup, pipeline: typeof tune) => answerIn(project, setup, pipeline);

const verdicts = ({ wins }: Report): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(wins.map(({ id = "", verdict }): [string, string | undefined] => [id, verdict]));

describe("one program", () => {
  const program: FakeProgram = {
    seconds: 0.05,
    effects: { fast: -0.3, faster: -0.4, heap: -0.2, hog: 0.15, idle: 0 },
    // The two levels of one dimension never meet; heap is worth less beside them.
    interactions: [{ factors: ["faster", "heap"], change: 0.05 }],
    maxRssBytes: ({ neutralised }) => (neutralised.has("heap") ? 4 : 1) * 8 * 1024 * 1024,
  };
  const settings = [
    fakeSetting("fast", { dimension: "level" }),
    fakeSetting("faster", { dimension: "level" }),
    fakeSetting("heap", { dimension: "memory", stage: "run" }),
    fakeSetting("hog", { dimension: "other" }),
    fakeSetting("idle", { dimension: "more" }),
  ];

  test("gets a verdict for every setting and the best set with its gain and its prices from fresh blocks", async () => {
    const report = await answer({ programs: { left: program }, settings }, tune);
    expect(verdicts(report)).toEqual({
      fast: "gain",
      faster: "gain",
      heap: "gain",
      hog: "hurts",
      idle: "no difference",
    });
    for (const { verdict, gain } of report.wins) {
      if (verdict === "gain") expect(gain.low).toBeGreaterThan(0);
      if (verdict === "hurts") expect(gain.high).toBeLessThan(0);
      expect(gain.method).toBe("t on pooled strata, each setting alone");
    }
    const [tuning] = report.tuning ?? [];
    expect(tuning?.best?.gain.method).toBe("t on blocks that the search did not see");
    expect(tuning?.best?.settings).toEqual(["heap", "faster"]);
    const { gain, costs } = tuning?.best ?? {};
    expect(gain?.low).toBeLessThan(0.55);
    expect(gain?.high).toBeGreaterThan(0.55);
    expect(costs?.maxRss?.value).toBeCloseTo(Math.log(4), 5);
    expect(costs?.notes).toEqual(["heap has its price.", "faster has its price."]);
    expect(tuning).toMatchObject({ stoppedBy: "finished", dropped: [] });
    expect(tuning?.finalBlocks).toBeGreaterThanOrEqual(5);
    expect(report.wins.find(({ id }) => id === "heap")?.measuredCosts?.maxRss?.value).toBeCloseTo(
      Math.log(4),
      5,
    );
    expect(report.subjects[0]?.typical.cpuTime?.value).toBeCloseTo(0.05, 2);
    expect([report.gaps, report.attributions]).toEqual([[], []]);
  });

  test("has a report that every renderer copes with, and every block on disk", async () => {
    const report = await answer({ programs: { left: program }, settings }, tune);
    expect(renderHtml(report)).toContain("FASTER");
    expect(renderMarkdown(report)).toContain("FASTER");
    const runs = join(project.directory, ".perfgap", "runs");
    const [id = ""] = await readdir(runs);
    const lines = (await readFile(join(runs, id, "tuning.ndjson"), "utf8")).trim().split("\n");
    const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
    const [tuning] = report.tuning ?? [];
    expect(kinds.filter((kind) => kind === "blockEnd").length).toBe(
      (tuning?.searchBlocks ?? 0) + (tuning?.finalBlocks ?? 0),
    );
    expect(kinds[0]).toBe("header");
  });

  test("has every run of its final comparison and of each round on its page", async () => {
    const report = await answer({ programs: { left: program }, settings }, tune);
    const runs = join(project.directory, ".perfgap", "runs");
    const [id = ""] = await readdir(runs);
    const page = await readFile(join(runs, id, "report.html"), "utf8");
    const finalRuns = 3 * (report.tuning?.[0]?.finalBlocks ?? 0);
    expect(page).toContain(`Fake left as written: ${finalRuns} runs`);
    expect(page).toContain(`Fake left with its best set of settings: ${finalRuns} runs`);
    expect(page).toContain("faster and heap");
  });
});

describe("a setting is dropped with its reason and the search goes on, when it", () => {
  const reasonOf = (report: Report, id: string) =>
    report.tuning?.[0]?.dropped.find((one) => one.id === id)?.reason;
  const good = fakeSetting("good", { dimension: "good" });
  const program: FakeProgram = { seconds: 0.05, effects: { good: -0.3, bad: -0.9 } };
  const search = async (bad: ShippableSetting | UnavailableSetting, parts: Partial<FakeProgram>) => {
    const report = await answer(
      { programs: { left: { ...program, ...parts } }, settings: [good, bad] },
      tune,
    );
    expect(verdicts(report)).toEqual({ good: "gain" });
    expect(report.tuning?.[0]?.best?.settings).toEqual(["good"]);
    return reasonOf(report, "bad");
  };
  const bad = fakeSetting("bad", { dimension: "bad" });

  test("does not build", async () => {
    const reason = await search(bad, { buildFails: { bad: "warning: x\nerror: no such flag\n" } });
    expect(reason).toBe("it does not build: error: no such flag");
  });

  test("crashes", async () => {
    const reason = await search(bad, {
      exit: ({ neutralised }) =>
        neutralised.has("bad") ? { kind: "signaled", signal: "SIGILL" } : undefined,
    });
    expect(reason).toBe("with it the program crashed (SIGILL)");
  });

  test("prints something else", async () => {
    const reason = await search(bad, {
      output: ({ neutralised }) => (neutralised.has("bad") ? "41\n" : "42\n"),
    });
    expect(reason).toBe("with it the program prints something else from line 1 on");
  });

  test("crashes only after it was checked", async () => {
    const reason = await search(bad, {
      exit: ({ neutralised, execution }) =>
        neutralised.has("bad") && execution > 12 ? { kind: "signaled", signal: "SIGSEGV" } : undefined,
    });
    expect(reason).toBe("with it the program crashed (SIGSEGV) while it was measured");
  });

  test("needs what this processor lacks", async () => {
    const reason = await search({ ...bad, needsCpuFlags: ["sse2", "avx2"] }, {});
    expect(reason).toBe("this processor lacks avx2");
  });

  test("cannot be had, or cannot learn", async () => {
    const missing = {
      kind: "unavailable",
      id: "bad",
      title: "Bad",
      reason: "it is not there",
      fix: "get it",
    } as const;
    expect(await search(missing, {})).toBe("it is not there; to have it: get it");
    const unlearned = { ...bad, patch: () => Promise.resolve({ ok: false, error: "no profile" } as const) };
    await project.remove();
    project = await createFakeProject();
    expect(await search(unlearned, {})).toBe("no profile");
  });

  test("is one of the build that nothing shows to take effect: no bit of the program, or no instruction", async () => {
    const idle: ShippableSetting = { ...bad, patch: { build: { flags: { compile: ["-fnothing"] } } } };
    expect(await search(idle, {})).toBe(
      "it was not applied: the compiler makes the very same program with it",
    );
    await project.remove();
    project = await createFakeProject();
    const report = await answer(
      { programs: { left: { ...program, facts: { "code.shape": 7 } } }, settings: [bad] },
      tune,
    );
    expect(report.wins).toEqual([]);
    expect(reasonOf(report, "bad")).toBe(
      "it was not applied: the compiler makes the very same instructions with it",
    );
  });

  test("is one of the run that nothing shows to take effect, though it would seem to make no difference", async () => {
    const run = (fact: string) =>
      fakeSetting("bad", {
        dimension: "bad",
        stage: "run",
        proof: { fact, expect: "changes", title: "marks" },
      });
    expect(await search(run("fake.good"), {})).toBe("it was not applied: marks: 7 before, 7 after");
    await project.remove();
    project = await createFakeProject();
    expect(await search(run("fake.none"), {})).toBe(
      "it was not applied: marks could not be counted, so nothing shows that it took effect",
    );
    await project.remove();
    project = await createFakeProject();
    const { proof, ...unproved } = run("fake.bad");
    expect(proof).toBeDefined();
    expect(await search(unproved, {})).toBe("nothing would show whether it takes effect");
  });

  test("is one of the run whose count moves no more than counts do by themselves", async () => {
    let count = 1000;
    const bad = fakeSetting("bad", {
      dimension: "bad",
      stage: "run",
      proof: { fact: "faults.minor", expect: "decreases", title: "page faults" },
    });
    const report = await answer(
      {
        programs: { left: program },
        settings: [good, bad],
        hooks: { intercept: () => ({ minorFaults: count-- }) },
      },
      tune,
    );
    expect(reasonOf(report, "bad")).toMatch(/^it was not applied: page faults: \d+ before, \d+ after$/);
  });

  test("would act on something that the program has not", async () => {
    const needy = { ...bad, requires: { fact: "heap", value: 1, otherwise: "it has no heap" } };
    expect(await search(needy, { facts: { heap: 0 } })).toBe("it has no heap");
    await project.remove();
    project = await createFakeProject();
    expect(await search(needy, {})).toContain("it could not be told from the program");
  });

  test("works alone and not in company: the set is left, not the setting", async () => {
    const other = fakeSetting("other", { dimension: "other" });
    const crashing: FakeProgram = {
      seconds: 0.05,
      effects: { good: -0.3, other: -0.2 },
      exit: ({ neutralised }) =>
        neutralised.has("good") && neutralised.has("other")
          ? { kind: "signaled", signal: "SIGSEGV" }
          : undefined,
    };
    const report = await answer({ programs: { left: crashing }, settings: [good, other] }, tune);
    expect(verdicts(report)).toEqual({ good: "gain", other: "gain" });
    expect(report.tuning?.[0]?.best?.settings).toEqual(["good"]);
  });
});

describe("what is known of the program before the search", () => {
  const settings = [
    fakeSetting("good", { dimension: "good" }),
    fakeSetting("heap", { dimension: "allocator", stage: "run" }),
    fakeSetting("pace", { dimension: "gogc", stage: "run" }),
    fakeSetting("bound", { dimension: "processors", stage: "run" }),
  ];
  const effects = { good: -0.3, heap: -0.9, pace: -0.9, bound: -0.9 };
  const reasons = (report: Report) =>
    Object.fromEntries((report.tuning?.[0]?.dropped ?? []).map(({ id, reason }) => [id, reason]));

  test("stands in the report, and leaves out what it says to have nothing to gain", async () => {
    const facts = { "allocations.count": 12, "allocations.bytes": 4000, "gc.cycles": 3 };
    const report = await answer(
      {
        programs: { left: { seconds: 0.05, effects, facts } },
        settings,
        factors: [allocator, gc, cores],
      },
      tune,
    );
    expect(reasons(report)).toEqual({
      bound: "it has nothing to gain: the program has one thread",
      heap: "it has nothing to gain: 12 allocations of 0.0 MB in all are too few to matter",
    });
    expect(verdicts(report)).toEqual({ good: "gain", pace: "gain" });
    expect(report.facts?.["left"]).toMatchObject(facts);
    expect(report.advice).toEqual([]);
    const [checklist] = report.checklist ?? [];
    expect(checklist?.subject).toBe("left");
    expect(checklist?.items).toContainEqual(expect.objectContaining({ state: "not looked at" }));
  });

  test("leaves nothing out where it was not counted", async () => {
    const report = await answer(
      {
        programs: { left: { seconds: 0.05, effects, threads: 3, parallelism: 2 } },
        settings,
        factors: [allocator, gc, cores],
      },
      tune,
    );
    expect(reasons(report)).toEqual({});
    expect(Object.keys(verdicts(report)).sort()).toEqual(["bound", "good", "heap", "pace"]);
  });
});

test("a budget for three settings measures the three that promise most, and says so of the rest", async () => {
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const settings = names.map((id, index) =>
    // Those that need no build are tried first, but not in the place of what promises more.
    fakeSetting(id, { dimension: id, promise: index, stage: index < 4 ? "run" : "build" }),
  );
  const effects = Object.fromEntries(names.map((id) => [id, -0.3]));
  const report = await answer(
    {
      programs: { left: { seconds: 50, effects } },
      settings,
      // 45 % of it are three blocks of six runs: the settings, the program as written twice, the placebo.
      options: { budgetMs: 2_100_000 },
    },
    tune,
  );
  expect(verdicts(report)).toEqual({ f: "gain", g: "gain", h: "gain" });
  expect(report.tuning?.[0]?.stoppedBy).toBe("budget");
  const dropped = report.tuning?.[0]?.dropped ?? [];
  expect(dropped.map(({ id }) => id).sort()).toEqual(["a", "b", "c", "d", "e"]);
  for (const { reason } of dropped)
    expect(reason).toBe(
      "it was not tried: what is left of the budget measures the 3 settings that were found first; a larger --budget would reach it",
    );
});

test("another compiler builds what it is asked to build, and joins no profile that it did not make", async () => {
  const other = { ...fakeToolchain("left"), digest: "other-2.0", title: "other 2.0" };
  const learned = fakeSetting("learned", { dimension: "pgo" });
  const settings = [
    fakeSetting("compiler", { dimension: "toolchain", toolchain: other }),
    {
      ...learned,
      patch: () =>
        typeof learned.patch === "function"
          ? Promise.reject(new Error("a fake setting has a plain patch"))
          : Promise.resolve(ok(learned.patch)),
    },
  ];
  const program: FakeProgram = { seconds: 0.05, effects: { compiler: -0.1, learned: -0.3 } };
  const report = await answer({ programs: { left: program }, settings }, tune);
  expect(report.tuning?.[0]?.best?.settings).toEqual(["learned"]);
  expect(report.wins.find(({ id }) => id === "learned")?.costs).toContainEqual(
    expect.stringContaining("It learned from the very input that is measured"),
  );
});

test("less CPU time at more wall time is no gain", async () => {
  const program: FakeProgram = { seconds: 0.05, effects: { serial: -0.2 }, parallelism: 2 };
  const report = await answer(
    {
      programs: { left: program },
      settings: [fakeSetting("serial", { dimension: "cores", stage: "run" })],
      hooks: {
        intercept: (request) =>
          "FAKE_NEUTRAL_serial" in request.env ? { wallTimeNs: 50_000_000 } : { wallTimeNs: 25_000_000 },
      },
    },
    tune,
  );
  expect(verdicts(report)).toEqual({ serial: "undetermined" });
  expect(report.tuning?.[0]?.best).toBeUndefined();
  expect(report.wins[0]?.measuredCosts?.wallTime?.value).toBeCloseTo(Math.log(2), 1);
});

test("nothing helps: nothing is claimed, and no fresh blocks are spent on luck alone", async () => {
  const effects = { a: 0, b: 0, c: 0, d: 0 };
  const settings = Object.keys(effects).map((id) => fakeSetting(id, { dimension: id }));
  const report = await answer({ programs: { left: { seconds: 0.05, effects } }, settings }, tune);
  expect(Object.values(verdicts(report))).not.toContain("gain");
  expect(report.tuning?.[0]?.best).toBeUndefined();
});

test("interrupted: what is known is told, and the rest is named", async () => {
  const stop = new AbortController();
  const effects = { a: -0.5, b: 0 };
  const report = await answer(
    {
      programs: { left: { seconds: 0.05, effects } },
      settings: Object.keys(effects).map((id) => fakeSetting(id, { dimension: id })),
      options: { stop: stop.signal },
      hooks: {
        intercept: (_request, made) => {
          if (made > 22) stop.abort();
          return undefined;
        },
      },
    },
    tune,
  );
  expect(report.wins.map(({ id }) => id).sort()).toEqual(["a", "b"]);
  expect(report.tuning?.[0]).toMatchObject({ stoppedBy: "interrupted", finalBlocks: 0 });
});
