/** What the statistics promise, on real compilers and a real machine: small budgets, wide margins. */
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cacheDirectory, packageDirectory } from "../../src/base/directories.ts";
import { createRandom } from "../../src/base/random.ts";
import { mean, studentQuantile, studentUpperTail, variance } from "../../src/base/statistics.ts";
import { trimmedMean } from "../../src/base/trimmed-mean.ts";
import { openBuilder } from "../../src/build/builder.ts";
import { builtinLanguages } from "../../src/builtins.ts";
import { explain } from "../../src/explain.ts";
import type { Subject } from "../../src/model/case.ts";
import type { ExplainOptions } from "../../src/model/progress.ts";
import type { Attribution, Contribution, Report } from "../../src/model/report.ts";
import { baselineSetting } from "../../src/model/setting.ts";
import { openRunner } from "../../src/runner/open-runner.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "perfgap-statistics-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const workload = (path: string) => join(packageDirectory(), "workloads", path);

async function subject(id: string, languageId: string, path: string): Promise<Subject> {
  const language = builtinLanguages.find((each) => each.id === languageId);
  const detection = await language?.detect(path, undefined, true);
  if (detection?.kind !== "yes") throw new Error(`${path} is no ${languageId} program`);
  return { ...detection.subject, id };
}

function measure(
  subjects: readonly Subject[],
  args: readonly string[],
  more: Partial<ExplainOptions>,
): Promise<Report> {
  const never = new AbortController().signal;
  return explain(
    {
      case: {
        name: "statistics",
        workload: { args, env: {}, compare: { kind: "exact" } },
        subjects,
      },
      metrics: ["cpuTime"],
      budgetMs: 20_000,
      quick: true,
      profile: false,
      projectDirectory: directory,
      command: "test",
      stop: never,
      kill: never,
      ...more,
    },
    () => undefined,
  );
}

function only(report: Report): Attribution {
  const [attribution] = report.attributions;
  if (attribution === undefined) throw new Error("a pair was measured");
  return attribution;
}

test("one Go program twice, with two seeds: no cause is named, and intervals lie around zero", async () => {
  const subjects = [
    await subject("first", "go", workload("a-a/go-first")),
    await subject("second", "go", workload("a-a/go-second")),
  ];
  for (const seed of [1, 2]) {
    // Short runs: two blocks in all that time know so little of layouts and bursts that an interval may be anywhere.
    const { contributions, diagnostics } = only(
      await measure(subjects, ["10"], { seed, factors: ["bounds-checks"], budgetMs: 30_000 }),
    );
    expect(contributions.length).toBeGreaterThan(0);
    for (const contribution of contributions) {
      const chance = chanceOfZero(contribution, diagnostics.degreesOfFreedom);
      const { factor, value, low, high } = contribution;
      const seen = `${factor}, seed ${seed}: ${value} (${low} to ${high}), ${diagnostics.blocks} blocks`;
      expect(chance, seen).toBeGreaterThan(1e-5);
    }
  }
});

/**
 * How often chance alone puts an estimate as far from zero. A 95 % interval misses zero once in twenty, which no test may
 * do, and by how many half widths it does so hangs on the degrees of freedom.
 */
function chanceOfZero({ value, low, high }: Contribution, degreesOfFreedom: number): number {
  const t = (Math.abs(value) / ((high - low) / 2)) * studentQuantile(0.975, degreesOfFreedom);
  return 2 * studentUpperTail(t, degreesOfFreedom);
}

test("bounds checks that -B takes away are found as a cause, with the sign of the truth", async () => {
  const program = await subject("checked", "go", workload("blur/go"));
  const bare: Subject = { ...program, id: "bare", flags: ["-gcflags=all=-B"] };
  const report = await measure([program, bare], ["30"], {
    seed: 3,
    factors: ["bounds-checks"],
    budgetMs: 60_000,
  });
  const { slow, contributions } = only(report);
  expect(slow).toBe("checked");
  const checks = contributions.find(({ factor }) => factor === "bounds-checks");
  expect(checks?.low).toBeGreaterThan(0);
});

const variants = 6;
const interpreterArgs = ["40000"];
/** What the location of a placement has to be known to, log units: copies then differ by .02 less than once in a million. */
const locationSd = 0.007;
const [fewestRounds, mostRounds] = [8, 96];
const roundsBefore = 24;

/** Rounds after which locations are known, where that of one run has the standard deviation `runSd`. */
function roundsFor(runSd: number): number {
  return Math.max(fewestRounds, Math.ceil((runSd / locationSd) ** 2));
}

test("links of an interpreter with other placements differ, copies of one link do not", async ({ skip }) => {
  const shuffled = await linksOf(await subject("rust", "rust", workload("interpreter/rust")));
  const before = await interleave([shuffled[0] ?? ""], { from: 0, to: roundsBefore });
  if (before === undefined) return skip("no processor time here");
  const noise = spread(before).runSd;
  const copies = shuffled.map((_, index) => join(directory, `copy-${index}`));
  for (const copy of copies) await cp(shuffled[0] ?? "", copy);
  // Whether the machine can tell is asked of what equal runs vary by, never of what programs differ by.
  const logs = await interleaveUntilKnown([...shuffled, ...copies], noise);
  if (logs === undefined)
    return skip(`too noisy: one program, run ${roundsBefore} times, varies by ${(100 * noise).toFixed(1)} %`);
  const other = spread(logs.slice(0, variants));
  const same = spread(logs.slice(variants));
  const seen = `F of placements ${other.f.toFixed(1)}, of copies ${same.f.toFixed(1)}, run sd before ${noise.toFixed(3)}, of copies ${same.runSd.toFixed(3)}, rounds ${logs[0]?.length}`;
  expect(same.excessSd, seen).toBeLessThan(0.02);
  expect(other.excessSd, seen).toBeGreaterThan(0.02);
  expect(other.f, seen).toBeGreaterThan(4);
});

/** One executable for each placement. */
async function linksOf(program: Subject): Promise<readonly string[]> {
  const language = builtinLanguages.find(({ id }) => id === program.language);
  const search = await language?.findToolchain(program);
  if (search?.kind !== "found") throw new Error(`no compiler for ${program.language}`);
  const builder = await openBuilder({ cacheDirectory: cacheDirectory(), languages: builtinLanguages });
  try {
    const executables: string[] = [];
    for (let layoutSeed = 1; layoutSeed <= variants; layoutSeed++) {
      const built = await builder.build({
        subject: program,
        toolchain: search.toolchain,
        setting: baselineSetting.build,
        layoutSeed,
        purpose: "timed",
      });
      if (!built.ok) throw new Error(built.error.output);
      const kept = join(directory, `link-${layoutSeed}`);
      await cp(built.value.executable, kept);
      executables.push(kept);
    }
    return executables;
  } finally {
    await builder.close();
  }
}

/**
 * As many rounds as it takes to know each location: noise that comes while they run asks for more of them. Undefined
 * where `mostRounds` would not suffice.
 */
async function interleaveUntilKnown(
  programs: readonly string[],
  noiseBefore: number,
): Promise<readonly (readonly number[])[] | undefined> {
  let logs: readonly (readonly number[])[] = programs.map(() => []);
  for (let to = roundsFor(noiseBefore); to <= mostRounds; to = roundsFor(spread(logs).runSd)) {
    const from = logs[0]?.length ?? 0;
    if (to <= from) return logs;
    const more = await interleave(programs, { from, to });
    logs = logs.map((own, index) => [...own, ...(more?.[index] ?? [])]);
  }
  return undefined;
}

/** Logs of processor time, one list a program, all programs once a round; undefined where it cannot be had. */
async function interleave(
  programs: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly (readonly number[])[] | undefined> {
  const logs = new Map<string, number[]>(programs.map((path) => [path, []]));
  const runner = await openRunner();
  try {
    for (let round = from; round < to; round++)
      for (const path of createRandom(round).shuffle(programs)) {
        const { userTimeNs, systemTimeNs } = await runner.run({
          argv: [path, ...interpreterArgs],
          env: {},
          workingDirectory: directory,
          timeoutMs: 20_000,
          outputLimitBytes: 1e6,
        });
        if (userTimeNs === undefined || systemTimeNs === undefined) return undefined;
        logs.get(path)?.push(Math.log(userTimeNs + systemTimeNs));
      }
    return programs.map((path) => logs.get(path) ?? []);
  } finally {
    await runner.close();
  }
}

/**
 * One-way analysis of variance of trimmed means: what groups differ by beyond the noise of their values. A neighbour's
 * bursts move means; a machine of two speeds moves medians from one speed to the other, and their absolute deviations
 * do not tell.
 */
function spread(groups: readonly (readonly number[])[]) {
  const locations = groups.map((values) => trimmedMean(values));
  const ofLocation = mean(locations.map((location) => location.variance));
  const between = variance(locations.map(({ value }) => value));
  return {
    runSd: Math.sqrt(ofLocation * (groups[0]?.length ?? 0)),
    f: between / ofLocation,
    excessSd: Math.sqrt(Math.max(0, between - ofLocation)),
  };
}

test("latencies that two programs report become gaps of their own, one value a run", async () => {
  const subjects = [
    await subject("go", "go", workload("key-value/go")),
    await subject("rust", "rust", workload("key-value/rust")),
  ];
  const report = await measure(subjects, ["4000"], {
    seed: 4,
    metrics: ["latencyP50", "latencyP99", "cpuTime"],
    factors: ["gc"],
    budgetMs: 12_000,
  });
  expect(report.gaps.map(({ metric }) => metric)).toEqual(["latencyP50", "latencyP99", "cpuTime"]);
  for (const { id, typical } of report.subjects) {
    const [median, far] = [typical.latencyP50?.value ?? 0, typical.latencyP99?.value ?? 0];
    expect(median, id).toBeGreaterThan(1e-7);
    expect(far, id).toBeGreaterThan(median);
    expect(far, id).toBeLessThan(0.1);
  }
  const [kept] = await observationsOf(directory);
  expect(kept).toContain('"latencies":{"operation":"request","count":4000,"p50":{"valueNs":');
});

async function observationsOf(project: string): Promise<readonly string[]> {
  const runs = join(project, ".perfgap", "runs");
  const [id = ""] = (await readdir(runs)).filter((name) => !name.startsWith("."));
  const text = await readFile(join(runs, id, "observations.ndjson"), "utf8");
  return text.split("\n").filter((line) => line.startsWith('{"kind":"run"'));
}
