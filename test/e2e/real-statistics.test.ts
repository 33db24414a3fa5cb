/** What the statistics promise, on real compilers and a real machine: small budgets, wide margins. */
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cacheDirectory, packageDirectory } from "../../src/base/directories.ts";
import { createRandom } from "../../src/base/random.ts";
import { mean, median, variance } from "../../src/base/statistics.ts";
import { openBuilder } from "../../src/build/builder.ts";
import { builtinLanguages } from "../../src/builtins.ts";
import { explain } from "../../src/explain.ts";
import type { Subject } from "../../src/model/case.ts";
import type { ExplainOptions } from "../../src/model/progress.ts";
import type { Attribution, Report } from "../../src/model/report.ts";
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
    const { contributions } = only(
      await measure(subjects, ["40"], { seed, factors: ["bounds-checks"], budgetMs: 10_000 }),
    );
    expect(contributions.length).toBeGreaterThan(0);
    for (const { factor, value, low, high } of contributions) {
      // A 95 % interval misses zero once in twenty, which no test may do: two half widths are the bar.
      expect(Math.abs(value), `${factor}, seed ${seed}`).toBeLessThan(high - low);
    }
  }
});

test("bounds checks that -B takes away are found as a cause, with the sign of the truth", async () => {
  const program = await subject("checked", "go", workload("blur/go"));
  const bare: Subject = { ...program, id: "bare", flags: ["-gcflags=all=-B"] };
  const report = await measure([program, bare], ["30"], { seed: 3, factors: ["bounds-checks"] });
  const { slow, contributions } = only(report);
  expect(slow).toBe("checked");
  const checks = contributions.find(({ factor }) => factor === "bounds-checks");
  expect(checks?.low).toBeGreaterThan(0);
});

const variants = 6;
const interpreterArgs = ["40000"];
/** What the location of a placement has to be known to, log units: copies then differ by .02 less than once in a thousand. */
const locationSd = 0.01;
/** The median of normal values has this times the variance of their mean. */
const medianVariance = Math.PI / 2;
const [fewestRounds, mostRounds] = [8, 24];

test("links of an interpreter with other placements differ, copies of one link do not", async ({ skip }) => {
  const shuffled = await linksOf(await subject("rust", "rust", workload("interpreter/rust")));
  // Whether the machine can tell is asked of runs that nothing is concluded from: what comes after may fail, not skip.
  const before = await interleave([shuffled[0] ?? ""], mostRounds);
  if (before === undefined) return skip("no processor time here");
  const noise = spread(before).runSd;
  const rounds = Math.max(fewestRounds, Math.ceil(medianVariance * (noise / locationSd) ** 2));
  if (rounds > mostRounds)
    return skip(`one program, run ${mostRounds} times, varies by ${(100 * noise).toFixed(1)} %`);
  const copies = shuffled.map((_, index) => join(directory, `copy-${index}`));
  for (const copy of copies) await cp(shuffled[0] ?? "", copy);
  const logs = await interleave([...shuffled, ...copies], rounds);
  const other = spread(logs?.slice(0, variants) ?? []);
  const same = spread(logs?.slice(variants) ?? []);
  const seen = `F of placements ${other.f.toFixed(1)}, of copies ${same.f.toFixed(1)}, run sd before ${noise.toFixed(3)}, of copies ${same.runSd.toFixed(3)}, rounds ${rounds}`;
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

/** Logs of processor time, one list a program, all programs once a round; undefined where it cannot be had. */
async function interleave(
  programs: readonly string[],
  rounds: number,
): Promise<readonly (readonly number[])[] | undefined> {
  const logs = new Map<string, number[]>(programs.map((path) => [path, []]));
  const runner = await openRunner();
  try {
    for (let round = 0; round < rounds; round++)
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
 * One-way analysis of variance of medians: what groups differ by beyond the noise of their values. A neighbour's bursts
 * hit single runs, which move means and standard deviations but not medians.
 */
function spread(groups: readonly (readonly number[])[]) {
  const runSd = Math.sqrt(mean(groups.map((values) => robustSd(values) ** 2)));
  const ofMedian = (medianVariance * runSd ** 2) / (groups[0]?.length ?? 0);
  const between = variance(groups.map((values) => median(values)));
  return { runSd, f: between / ofMedian, excessSd: Math.sqrt(Math.max(0, between - ofMedian)) };
}

/** 1.4826 times the median absolute deviation, the standard deviation of a normal. */
function robustSd(values: readonly number[]): number {
  const centre = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - centre)));
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
