import { expect, test } from "vitest";
import type { Artifact } from "../model/artifact.ts";
import type { Facts } from "../model/evidence.ts";
import type { Lever } from "../model/factor.ts";
import { baselineSetting, type Setting } from "../model/setting.ts";
import { type ProofContext, type Provable, proveLever } from "./prove-lever.ts";

const lever = (expected: Lever["proof"]["expect"], stage: Lever["stage"] = "build"): Lever => ({
  kind: "lever",
  patch: stage === "build" ? { build: { switches: ["off"] } } : { run: { env: { OFF: "1" } } },
  stage,
  proof: { fact: "hot.packedOps", expect: expected, title: "packed instructions" },
  scope: ["user"],
  safety: "safe",
  deployable: false,
});

const pulled = (setting: Setting): boolean =>
  setting.build.switches.includes("off") || setting.run.env["OFF"] !== undefined;

function world(before: Facts, after: Facts, built: Setting[] = []): ProofContext {
  const artifactOf = (setting: Setting): Artifact => ({
    key: JSON.stringify(setting.build.switches),
    subject: "rust",
    executable: "/bin/true",
    sha256: "",
    setting: setting.build,
    toolchain: "",
    buildTimeMs: 0,
    logPath: "",
  });
  return {
    build: (setting) => {
      built.push(setting);
      return Promise.resolve({ ok: true, value: artifactOf(setting) });
    },
    inspect: (artifact) => Promise.resolve(artifact.setting.switches.includes("off") ? after : before),
    trace: (_artifact, setting) => Promise.resolve({ ok: true, value: pulled(setting) ? after : before }),
  };
}

test.each([
  ["zero", 12, 0, "proved"],
  ["zero", 12, 1, "notApplied"],
  ["zero", 0, 0, "absent"],
  ["decreases", 0, 0, "absent"],
  ["decreases", 12, 11, "proved"],
  ["decreases", 12, 12, "notApplied"],
  ["increases", 0, 1, "proved"],
  ["increases", 1, 1, "notApplied"],
  ["changes", 4, 5, "proved"],
  ["changes", 4, 4, "notApplied"],
] as const)("expecting %s, %d to %d is %s", async (expected, before, after, kind) => {
  for (const stage of ["build", "run"] as const) {
    const outcome = await proveLever(
      lever(expected, stage),
      world({ "hot.packedOps": before }, { "hot.packedOps": after }),
    );
    expect(outcome.kind).toBe(kind);
  }
});

test.each([
  ["faults.minor", 3031, 3036, "notApplied"],
  ["faults.minor", 3031, 2500, "proved"],
  ["faults.minor", 3031, 4000, "proved"],
  ["gc.cycles", 91, 90, "notApplied"],
  ["gc.cycles", 1, 0, "proved"],
] as const)("of a run, %s from %d to %d is %s: equal runs differ too", async (fact, before, after, kind) => {
  const proof = { fact, expect: "changes", title: fact } as const;
  const outcome = await proveLever(
    { ...lever("changes", "run"), proof },
    world({ [fact]: before }, { [fact]: after }),
  );
  expect(outcome.kind).toBe(kind);
});

test("a count that did not move is told in digits that can be read", async () => {
  const proof = { fact: "cpu.parallelism", expect: "decreases", title: "processors kept busy" } as const;
  const outcome = await proveLever(
    { ...lever("decreases", "run"), proof },
    world({ "cpu.parallelism": 1.006961721043079 }, { "cpu.parallelism": 0.9992808076611237 }),
  );
  expect(outcome).toMatchObject({ reason: "processors kept busy: 1.01 before, 0.999 after" });
});

test("what a lever brings in and is there already changes nothing, which is no lack of proof", async () => {
  const fact = "preload.mimalloc";
  const preload: Provable = {
    ...lever("increases", "run"),
    proof: { fact, expect: "increases", title: "mimalloc in the process" },
    needlessWhen: { fact, value: 1, reason: "it is linked to it already" },
  };
  expect(await proveLever(preload, world({ [fact]: 1 }, { [fact]: 1 }))).toEqual({
    kind: "absent",
    reason: "it is linked to it already",
  });
  expect((await proveLever(preload, world({ [fact]: 0 }, { [fact]: 1 }))).kind).toBe("proved");
});

test("a count that cannot be taken never counts as an effect", async () => {
  const outcome = await proveLever(lever("zero"), world({}, { "hot.packedOps": 0 }));
  expect(outcome).toMatchObject({
    kind: "notApplied",
    reason: expect.stringContaining("could not be counted") as string,
  });
});

test("the scheme is on both sides of the proof", async () => {
  const built: Setting[] = [];
  const context = {
    ...world({ "hot.packedOps": 1 }, { "hot.packedOps": 0 }, built),
    scheme: { build: { switches: ["lto"] } },
  };
  await proveLever(lever("zero"), context);
  expect(built.map((setting) => setting.build.switches)).toEqual([["lto"], ["lto", "off"]]);
});

test("a variant that does not build says so in the compiler's words", async () => {
  const context: ProofContext = {
    ...world({}, {}),
    build: (setting) =>
      Promise.resolve(
        setting === baselineSetting || !pulled(setting)
          ? {
              ok: false,
              error: {
                kind: "buildFailure",
                subject: "rust",
                command: "cargo build",
                output: "warning: x\nerror: unknown flag",
              },
            }
          : {
              ok: false,
              error: { kind: "buildFailure", subject: "rust", command: "cargo build", output: "" },
            },
      ),
  };
  expect(await proveLever(lever("zero"), context)).toEqual({
    kind: "failed",
    reason: "the variant does not build: error: unknown flag",
  });
});

test("a preload that is loaded and has nothing to take over is not applied", async () => {
  const preload: Lever = {
    ...lever("increases", "run"),
    requires: { fact: "malloc.dynamic", value: 1, otherwise: "the program brings its own allocator" },
  };
  const outcome = (dynamic: number) =>
    proveLever(preload, world({ "hot.packedOps": 0, "malloc.dynamic": dynamic }, { "hot.packedOps": 1 }));
  expect(await outcome(0)).toEqual({ kind: "notApplied", reason: "the program brings its own allocator" });
  expect(await outcome(1)).toMatchObject({ kind: "proved" });
});

test("a lever that has something to do only in company is proved there", async () => {
  const context = world({ "hot.packedOps": 0 }, { "hot.packedOps": 0 });
  const inCompany: ProofContext = {
    ...context,
    company: [{ build: { switches: ["other"] } }],
    inspect: ({ setting }) =>
      Promise.resolve({
        "hot.packedOps": setting.switches.includes("other") && !setting.switches.includes("off") ? 8 : 0,
      }),
  };
  expect(await proveLever(lever("zero"), context)).toMatchObject({ kind: "absent" });
  expect(await proveLever(lever("zero"), inCompany)).toMatchObject({
    kind: "proved",
    result: { before: 8, after: 0 },
  });
});

test("a part of the count is told beside it and decides nothing", async () => {
  const { proof, ...rest } = lever("decreases");
  const whole = {
    ...rest,
    proof: { ...proof, part: { fact: "hot.boundsChecks", title: "in hot functions" } },
  };
  const counts = (all: number, hot?: number): Facts => ({
    "hot.packedOps": all,
    ...(hot === undefined ? {} : { "hot.boundsChecks": hot }),
  });
  expect(await proveLever(whole, world(counts(92, 1), counts(91, 0)))).toMatchObject({
    kind: "proved",
    result: { before: 92, after: 91, part: { before: 1, after: 0 } },
  });
  const unknown = await proveLever(whole, world(counts(92), counts(91, 0)));
  expect(unknown.kind === "proved" && unknown.result.part).toBeUndefined();
});
