import { readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashFile } from "../../src/base/hash.ts";
import { runCommand } from "../../src/base/subprocess.ts";
import { c } from "../../src/languages/c/index.ts";
import { cpp } from "../../src/languages/cpp/index.ts";
import { go } from "../../src/languages/go/index.ts";
import { rust } from "../../src/languages/rust/index.ts";
import { runFacts } from "../../src/measure/run-facts.ts";
import { applyPatches, baselineSetting, type SettingPatch } from "../../src/model/setting.ts";
import type { Language, ShippableSetting, Subject } from "../../src/plugin.ts";
import { findClang } from "./find-clang.ts";
import {
  type Built,
  buildWith,
  openSettingsBench,
  patchOf,
  runBuilt,
  type SettingsBench,
} from "./settings-bench.ts";

interface SettingsContract {
  readonly language: Language;
  readonly title?: string;
  readonly program: string;
  readonly subject?: Partial<Subject>;
  /** Settings, by id, that make the same executable as none, each with the reason. */
  readonly sameBytes?: Readonly<Record<string, string>>;
  /** Builds one setting of every dimension at a time, where a build of its own for each would take minutes. */
  readonly together?: boolean;
}

const clang = await findClang();

const contracts: readonly SettingsContract[] = [
  { language: go, program: "tiny/go", together: true },
  { language: rust, program: "tiny/rust" },
  { language: c, program: "tiny/c", subject: { compiler: "gcc" } },
  ...(clang === undefined
    ? []
    : [
        {
          language: c,
          title: "C with clang",
          program: "tiny/c",
          subject: { compiler: clang },
          sameBytes: { o3: "what -O3 adds in clang finds nothing in a program this small" },
        },
      ]),
  { language: cpp, program: "tiny/cpp" },
];

const onSeveral = availableParallelism() > 1 ? ["one-processor"] : [];

/** Ids that exist wherever the language's toolchain does, as a setting or as one that cannot be had. */
const everywhere: Readonly<Record<string, readonly string[]>> = {
  go: ["gogc-200", "gogc-400", "gogc-800", "gogc-off-memory-limit", "pgo"],
  rust: [
    "lto-thin",
    "lto-fat",
    "codegen-units-1",
    "panic-abort",
    "opt-level-2",
    "opt-level-s",
    "pgo",
    "mimalloc",
    ...onSeveral,
  ],
  c: ["o3", "lto", "pgo", "mimalloc", "jemalloc", "tcmalloc", ...onSeveral],
  cpp: ["o3", "lto", "pgo", "mimalloc", "jemalloc", "tcmalloc", ...onSeveral],
};

interface Suite {
  readonly bench: SettingsBench;
  readonly baseline: Built;
  readonly output: string;
  readonly hash: string;
}

for (const contract of contracts) {
  describe(`settings of ${contract.title ?? contract.language.title}`, () => {
    let suite: Suite | undefined;
    beforeAll(async () => {
      const bench = await openSettingsBench(contract.language, contract.program, contract.subject);
      const baseline = await buildWith(bench, []);
      const { result } = await runBuilt(bench, baseline);
      expect(result).toMatchObject({ exit: { kind: "exited", code: 0 } });
      expect(result.stdoutBytes).toBeGreaterThan(100);
      suite = { bench, baseline, output: result.stdoutHash, hash: await hashFile(baseline.executable) };
    });
    afterAll(async () => {
      await suite?.bench.runner.close();
      if (suite !== undefined) await rm(suite.bench.folder, { recursive: true, force: true });
    });
    const ready = (): Suite => {
      if (suite === undefined) throw new Error("the program was not built");
      return suite;
    };
    describeSettings(contract, ready);
  });
}

function describeSettings(contract: SettingsContract, ready: () => Suite): void {
  it("are described for people, by ids of their own", () => {
    const { found, unavailable } = ready().bench;
    const ids = [...found, ...unavailable].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining([...(everywhere[contract.language.id] ?? [])]));
    for (const { id, reason } of unavailable) expect(reason.length, id).toBeGreaterThan(10);
    for (const { id, title, change, costs } of found) {
      expect(id).toMatch(/^[a-z0-9][a-z0-9.-]*$/);
      expect(title.length, id).toBeGreaterThan(2);
      expect(Object.values(change).join(""), id).not.toBe("");
      for (const cost of costs) expect(cost, id).toMatch(/^[A-Z].*\.$/s);
    }
  });

  it("stand in docs/settings.md with their dimension, and no others", async () => {
    const { found, unavailable } = ready().bench;
    const rows = await documented(contract.language);
    for (const { id } of [...found, ...unavailable]) {
      const row = rows.find(({ pattern }) => pattern.test(id));
      expect(row, id).toBeDefined();
      const own = found.find((each) => each.id === id)?.dimension;
      if (own !== undefined) expect(row?.dimension === "its own" ? id : row?.dimension, id).toBe(own);
    }
    const ids = [...found, ...unavailable].map(({ id }) => id);
    for (const { pattern, onlyWhere } of rows)
      if (onlyWhere === "")
        expect(
          ids.some((id) => pattern.test(id)),
          String(pattern),
        ).toBe(true);
  });

  it("say which processors they need", () => {
    const named = ready().bench.found.filter(({ id }) => /-(x86-64-)?v[2-4]$/.test(id));
    if (process.arch === "x64") expect(named.length).toBeGreaterThan(0);
    for (const { id, needsCpuFlags } of named) expect(needsCpuFlags?.length, id).toBeGreaterThan(2);
  });

  it("of the build make another executable with the same output", async () => {
    const suite = ready();
    const runnable = suite.bench.found.filter((each) => each.stage === "build" && runsHere(each));
    const sets = contract.together === true ? together(runnable) : runnable.map((each) => [each]);
    const hashes = new Map<string, string>();
    for (const set of sets) {
      const name = set.map(({ id }) => id).join("+");
      const built = await checkSet(suite, set);
      const hash = await hashFile(built.executable);
      if (contract.sameBytes?.[name] === undefined) expect(hash, name).not.toBe(suite.hash);
      else expect(hash, name).toBe(suite.hash);
      hashes.set(name, hash);
      if (contract.language === go) await checkGoRecord(suite.bench, set, built);
    }
    expect(hashes.size).toBe(sets.length);
  });

  it("of the run take effect and leave the output", async () => {
    const suite = ready();
    for (const setting of suite.bench.found.filter(({ stage }) => stage === "run")) {
      const built = await checkSet(suite, [setting]);
      const { trace } = contract.language;
      const { stderr } = await runBuilt(suite.bench, built, trace.env);
      const facts = trace.parse(stderr);
      await expectProof(suite, setting, built);
      if (setting.dimension === "gogc") {
        const before = trace.parse((await runBuilt(suite.bench, suite.baseline, trace.env)).stderr);
        expect(facts["gc.cycles"], setting.id).toBeLessThan(before["gc.cycles"] ?? Number.NaN);
      }
      if (setting.dimension === "gomaxprocs") {
        const processors = new Set(Array.from(stderr.matchAll(/^gc .* (\d+) P/gm), ([, count]) => count));
        expect([...processors], setting.id).toEqual([setting.id.replace("gomaxprocs-", "")]);
      }
      if (built.run.preload.length > 0) expect(facts[`preload.${setting.id}`], setting.id).toBe(1);
    }
  });

  if (contract.language === c) describeMalloc(ready);
  if (contract.together !== true) describeCompany(ready);
}

function describeMalloc(ready: () => Suite): void {
  it("of malloc reach it: memory that is kept is not faulted in again", async () => {
    const { bench, baseline } = ready();
    const setting = bench.found.find(({ id }) => id === "glibc-keep-memory");
    if (setting === undefined) return;
    const { run } = applyPatches(baselineSetting, [await patchOf(bench, setting)]);
    const [before, after] = [await runBuilt(bench, baseline), await runBuilt(bench, { ...baseline, run })];
    if (before.result.minorFaults === undefined || after.result.minorFaults === undefined) return;
    expect(after.result.minorFaults).toBeLessThan(before.result.minorFaults / 4);
  });
}

function describeCompany(ready: () => Suite): void {
  it("of different dimensions go together", async () => {
    const suite = ready();
    const [first = []] = together(
      suite.bench.found.filter(({ toolchain, ...each }) => toolchain === undefined && runsHere(each)),
    );
    expect(first.length).toBeGreaterThan(3);
    await checkSet(suite, first);
  });
}

interface DocumentedSetting {
  readonly pattern: RegExp;
  readonly dimension: string;
  readonly onlyWhere: string;
}

/** The rows of the language's table; VERSION and N in an id stand for whatever is there. */
async function documented(language: Language): Promise<readonly DocumentedSetting[]> {
  const text = await readFile(join(import.meta.dirname, "../../docs/settings.md"), "utf8");
  const section = text
    .split(/^## /m)
    .find((each) => each.split("\n")[0]?.split(" and ").includes(language.title));
  return (section ?? "").split("\n").flatMap((line) => {
    const [, ids = "", dimension = "", , onlyWhere = ""] = line.split("|").map((cell) => cell.trim());
    return Array.from(ids.matchAll(/`([^`]+)`/g), ([, id = ""]) => ({
      pattern: new RegExp(
        `^${id.replaceAll(".", "\\.").replace("VERSION", "\\d.*").replace(/\bN$/, "\\d+")}$`,
      ),
      dimension: dimension.replaceAll("`", ""),
      onlyWhere,
    }));
  });
}

function runsHere({ needsCpuFlags = [] }: Pick<ShippableSetting, "needsCpuFlags">): boolean {
  return needsCpuFlags.every((flag) => cpuFlags.has(flag));
}

const cpuFlags = new Set(
  (/^(?:flags|Features)\s*:(.*)$/m.exec(await readFile("/proc/cpuinfo", "utf8"))?.[1] ?? "")
    .trim()
    .split(/\s+/),
);

/** Sets that have each setting once: the first of every dimension, then the second. Another toolchain stands alone. */
function together(settings: readonly ShippableSetting[]): readonly (readonly ShippableSetting[])[] {
  const sets: ShippableSetting[][] = [];
  const alone: ShippableSetting[][] = [];
  for (const setting of settings) {
    if (setting.toolchain !== undefined) {
      alone.push([setting]);
      continue;
    }
    const free = sets.find((set) => set.every(({ dimension }) => dimension !== setting.dimension));
    if (free === undefined) sets.push([setting]);
    else free.push(setting);
  }
  return [...sets, ...alone];
}

async function checkSet(suite: Suite, set: readonly ShippableSetting[]): Promise<Built> {
  const { bench, output, baseline } = suite;
  const patches: SettingPatch[] = [];
  for (const setting of set) patches.push(await patchOf(bench, setting));
  const toolchain = set.find((each) => each.toolchain !== undefined)?.toolchain;
  const name = set.map(({ id }) => id).join("+");
  const built = set.every(({ stage }) => stage === "run")
    ? { executable: baseline.executable, run: applyPatches(baselineSetting, patches).run }
    : await buildWith(bench, patches, toolchain);
  const { result, stderr } = await runBuilt(bench, built);
  expect(result.exit, `${name}: ${stderr}`).toEqual({ kind: "exited", code: 0 });
  expect(result.stdoutHash, name).toBe(output);
  return built;
}

/** The count by which the search knows that the setting took effect moves on a program that it can act on. */
async function expectProof({ bench, baseline }: Suite, { id, proof }: ShippableSetting, built: Built) {
  const { trace } = bench.language;
  const count = async (program: Built) => {
    const { result, stderr } = await runBuilt(bench, program, trace.env);
    return { ...runFacts([result], result), ...trace.parse(stderr) }[proof?.fact ?? ""] ?? Number.NaN;
  };
  if (proof?.fact === "faults.minor")
    return expectFewerFaults(
      id,
      () => count(baseline),
      () => count(built),
    );
  const [before, after] = [await count(baseline), await count(built)];
  if (proof?.expect === "changes") expect(Math.abs(after - before), id).toBeGreaterThan(0);
  else if (proof?.expect === "increases") expect(after, id).toBeGreaterThan(before);
  else expect(after, id).toBeLessThan(0.95 * before);
}

/**
 * On the programs of this test the settings save faults; on others they may cost some. Of equal runs of one program
 * glibc 2.36 puts half on huge pages, so one run that saves nothing shows nothing.
 */
async function expectFewerFaults(
  id: string,
  before: () => Promise<number>,
  after: () => Promise<number>,
): Promise<void> {
  const asWritten = await before();
  const seen: number[] = [];
  while (seen.length < 20 && !seen.some((faults) => faults < 0.95 * asWritten)) seen.push(await after());
  expect(Math.min(...seen), id).toBeLessThan(0.95 * asWritten);
}

/** The go command records in the executable what it was built with. */
async function checkGoRecord(
  bench: SettingsBench,
  set: readonly ShippableSetting[],
  built: Built,
): Promise<void> {
  const { stdout } = await runCommand({
    argv: [bench.toolchain.executable, "version", "-m", built.executable],
  });
  for (const setting of set) {
    const { build } = await patchOf(bench, setting);
    for (const [name, value] of Object.entries(build?.env ?? {}))
      for (const part of name === "GOTOOLCHAIN" ? [] : value.split(","))
        expect(stdout, setting.id).toMatch(new RegExp(`\\b${name}=.*\\b${part}\\b`));
    if (setting.dimension === "pgo")
      expect(stdout).toContain(`-pgo=${join(bench.folder, "training", "profile-")}`);
    if (setting.toolchain !== undefined) expect(stdout).toContain(`go${setting.toolchain.version}`);
  }
}
