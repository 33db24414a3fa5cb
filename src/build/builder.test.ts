import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeBuiltLanguage, fakeToolchain } from "../../test/support/fake-built-language.ts";
import type { FakeMachine } from "../../test/support/fake-machine.ts";
import { createFakeProject, type FakeProject } from "../../test/support/fake-project.ts";
import type { Subject } from "../model/case.ts";
import { baselineSetting } from "../model/setting.ts";
import type { BuildRequest } from "../plugin.ts";
import type { BuildJob } from "./build-session.ts";
import { type Builder, openBuilder } from "./builder.ts";

const machine: FakeMachine = {
  seed: 1,
  noise: { runSd: 0, layoutSd: 0 },
  programs: {
    sum: { seconds: 0.1, effects: { checks: -0.2 }, buildFails: { inlining: "error: no such flag" } },
  },
};
const toolchain = fakeToolchain("fake");
const off = (factor: string) => ({ ...baselineSetting.build, flags: { compile: [`-fneutral=${factor}`] } });

let project: FakeProject;
let subject: Subject;
let requests: BuildRequest[];
let notes: string[];
let builders: Builder[];

beforeEach(async () => {
  project = await createFakeProject();
  subject = await project.addSubject("fake", "sum");
  requests = [];
  notes = [];
  builders = [];
});
afterEach(async () => {
  for (const builder of builders) await builder.close();
  await project.remove();
});

async function open(
  options: { limitBytes?: number; onBuild?: (request: BuildRequest) => Promise<void> } = {},
) {
  const language = fakeBuiltLanguage({
    id: "fake",
    machine,
    onBuild: async (request) => {
      requests.push(request);
      await options.onBuild?.(request);
    },
  });
  const builder = await openBuilder({
    cacheDirectory: project.cacheDirectory,
    languages: [language],
    onNote: (message) => notes.push(message),
    ...(options.limitBytes === undefined ? {} : { limitBytes: options.limitBytes }),
  });
  builders.push(builder);
  return builder;
}

const job = (changes: Partial<BuildJob> = {}): BuildJob => ({
  subject,
  toolchain,
  setting: baselineSetting.build,
  purpose: "timed",
  ...changes,
});

async function artifactOf(builder: Builder, changes: Partial<BuildJob> = {}) {
  const result = await builder.build(job(changes));
  if (!result.ok) throw new Error(result.error.output);
  return result.value;
}

const entryOf = (executable: string) => join(executable, "..");

test("a second session takes what the first one built", async () => {
  const first = await artifactOf(await open());
  const builder = await open();
  const second = await artifactOf(builder);
  expect(second).toEqual(first);
  expect(requests).toHaveLength(1);
  expect(builder.counts()).toEqual({ made: 0, taken: 1 });
  expect(await readFile(second.logPath, "utf8")).toContain("fakec");
});

test("setting, layout seed, purpose and toolchain each make another artifact; the name of the subject does not", async () => {
  const builder = await open();
  const artifacts = [
    await artifactOf(builder),
    await artifactOf(builder, { setting: off("checks") }),
    await artifactOf(builder, { layoutSeed: 1 }),
    await artifactOf(builder, { layoutSeed: 2 }),
    await artifactOf(builder, { purpose: "profile" }),
    await artifactOf(builder, { toolchain: { ...toolchain, digest: "another" } }),
  ];
  expect(new Set(artifacts.map(({ key }) => key)).size).toBe(6);
  const twin = await artifactOf(builder, { subject: { ...subject, id: "twin" } });
  expect(twin).toEqual({ ...artifacts[0], subject: "twin" });
  expect(requests).toHaveLength(6);
});

test("edited sources make another artifact, and another scratch folder", async () => {
  const first = await artifactOf(await open());
  await writeFile(join(subject.path, "more.txt"), "x");
  const second = await artifactOf(await open());
  expect(second.key).not.toBe(first.key);
  expect(requests[0]?.scratchDirectory).not.toBe(requests[1]?.scratchDirectory);
});

test.each([
  ["a changed executable", (entry: string) => writeFile(join(entry, "program"), "rotten")],
  ["a missing executable", (entry: string) => rm(join(entry, "program"))],
  ["a torn description", (entry: string) => writeFile(join(entry, "entry.json"), '{"format":1,"sha')],
  [
    "a description of another format",
    (entry: string) => writeFile(join(entry, "entry.json"), '{"format":99}'),
  ],
  [
    "an empty folder",
    async (entry: string) => {
      await rm(entry, { recursive: true });
      await mkdir(entry);
    },
  ],
  [
    "a folder in the executable's place",
    async (entry: string) => {
      await rm(join(entry, "program"));
      await mkdir(join(entry, "program"));
    },
  ],
])("a damaged entry is made again with a note: %s", async (_name, damage) => {
  const first = await artifactOf(await open());
  await damage(entryOf(first.executable));
  const again = await artifactOf(await open());
  expect(requests).toHaveLength(2);
  expect(notes.join()).toContain("damaged");
  expect(await readFile(again.executable, "utf8")).toContain('"fake":"sum"');
});

test("a failing variant keeps the compiler's words and is not tried twice in a session", async () => {
  const builder = await open();
  for (const id of ["fake", "twin"]) {
    const result = await builder.build(job({ setting: off("inlining"), subject: { ...subject, id } }));
    expect(result).toMatchObject({
      ok: false,
      error: { kind: "buildFailure", subject: id, output: "error: no such flag" },
    });
    if (!result.ok)
      expect(await readFile(result.error.logPath ?? "", "utf8")).toContain("error: no such flag");
  }
  expect(requests).toHaveLength(1);
});

test("callers that ask for one artifact at once get one build", async () => {
  const builder = await open();
  const all = await Promise.all([1, 2, 3, 4].map(() => artifactOf(builder)));
  expect(new Set(all.map(({ executable }) => executable)).size).toBe(1);
  expect(requests).toHaveLength(1);
});

test("two sessions on one cache build once and never share a scratch folder at the same time", async () => {
  let inside = 0;
  let most = 0;
  const onBuild = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  const left = await open({ onBuild });
  const right = await open({ onBuild });
  const seeds = [1, 2, 3];
  const artifacts = await Promise.all(
    [left, right].flatMap((builder) => seeds.map((layoutSeed) => artifactOf(builder, { layoutSeed }))),
  );
  expect(most).toBe(1);
  expect(requests).toHaveLength(3);
  expect(new Set(artifacts.map(({ executable }) => executable)).size).toBe(3);
});

test("sources that change under a build stop the session and store nothing", async () => {
  const builder = await open({ onBuild: () => writeFile(join(subject.path, "late.json"), "x") });
  await expect(builder.build(job())).rejects.toMatchObject({ code: "sources-changed" });
  expect(await readdir(join(project.cacheDirectory, "builds", "artifacts"))).toEqual([]);
});

test("sources that changed by the end of a session are named", async () => {
  const builder = await open();
  await artifactOf(builder);
  expect(await builder.changedSources()).toEqual([]);
  const path = join(subject.path, "fake.json");
  await writeFile(path, '{"program":"sum" }');
  expect(await builder.changedSources()).toEqual([{ subject: "fake", paths: [path] }]);
});

test("a disk that is full is said, not blamed on the variant", async () => {
  const builder = await open({
    onBuild: () => {
      throw Object.assign(new Error("write"), { code: "ENOSPC" });
    },
  });
  await expect(builder.build(job())).rejects.toMatchObject({ code: "disk-full", exit: "toolchainOrHost" });
});

test("a cache folder that cannot be made is a failure with help", async () => {
  const file = join(project.directory, "file");
  await writeFile(file, "");
  await expect(openBuilder({ cacheDirectory: join(file, "x"), languages: [] })).rejects.toMatchObject({
    code: "not-writable",
    help: expect.stringContaining("PERFGAP_CACHE") as string,
  });
});

test("an aborted build says so and leaves nothing half made", async () => {
  const controller = new AbortController();
  const builder = await open({
    onBuild: () => {
      controller.abort();
      return Promise.resolve();
    },
  });
  await expect(builder.build(job({ signal: controller.signal }))).rejects.toMatchObject({
    exit: "interrupted",
  });
  await expect(builder.build(job({ signal: controller.signal }))).rejects.toMatchObject({
    exit: "interrupted",
  });
  expect(requests).toHaveLength(1);
  expect(await readdir(join(project.cacheDirectory, "builds", "artifacts"))).toEqual([]);
});

test("a build that leaves no executable is a build failure", async () => {
  const language = fakeBuiltLanguage({ id: "fake", machine });
  const lazy = { ...language, build: () => Promise.resolve({ kind: "built", log: "done" } as const) };
  const builder = await openBuilder({ cacheDirectory: project.cacheDirectory, languages: [lazy] });
  builders.push(builder);
  expect(await builder.build(job())).toMatchObject({
    ok: false,
    error: { output: expect.stringContaining("left no executable") as string },
  });
});

test("over its limit the cache loses what is longest unused, other layouts first, never what is in use", async () => {
  const early = await open();
  const old = await artifactOf(early, { setting: off("checks") });
  const seeded = await artifactOf(early, { layoutSeed: 7 });
  const inUse = await artifactOf(early);
  await early.release([old, seeded]);
  const longAgo = new Date("2020-01-01");
  await utimes(join(entryOf(old.executable), "entry.json"), longAgo, longAgo);
  await rm(join(project.cacheDirectory, "builds", "trimmed"));
  await open({ limitBytes: (await bytesOf([old, seeded, inUse])) - 1 });
  const left = await readdir(join(project.cacheDirectory, "builds", "artifacts"));
  expect(left).toContain(inUse.key);
  expect(left).toContain(old.key);
  expect(left).not.toContain(seeded.key);
  await rm(join(project.cacheDirectory, "builds", "trimmed"));
  await open({ limitBytes: 1 });
  expect(await readdir(join(project.cacheDirectory, "builds", "artifacts"))).toEqual([inUse.key]);
});

async function bytesOf(artifacts: readonly { readonly executable: string }[]): Promise<number> {
  let total = 0;
  for (const { executable } of artifacts) {
    for (const name of await readdir(entryOf(executable)))
      total += (await stat(join(entryOf(executable), name))).size;
  }
  return total;
}

test("a process that is killed in the middle of a build leaves nothing that stops or misleads the next one", async () => {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "test/support/hold-build.ts", project.cacheDirectory, subject.path],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const builds = join(project.cacheDirectory, "builds");
  expect(await readdir(join(builds, "sessions"))).toHaveLength(1);
  const builder = await open();
  const waiting = artifactOf(builder);
  const kill = setInterval(
    () => notes.some((note) => note.includes(`pid ${child.pid}`)) && child.kill("SIGKILL"),
    5,
  );
  const artifact = await waiting;
  clearInterval(kill);
  await ended;
  expect(await readFile(artifact.executable, "utf8")).toContain('"fake":"sum"');
  expect(requests).toHaveLength(1);
  await open();
  expect(await readdir(join(builds, "sessions"))).toHaveLength(2);
});

test("what a killed session left is removed by the next one", async () => {
  const dead = join(project.cacheDirectory, "builds", "sessions", "1-dead");
  await mkdir(join(dead, "pins"), { recursive: true });
  await writeFile(
    join(dead, "owner.json"),
    JSON.stringify({ pid: 1, startTicks: "1", boot: "x", namespace: "y" }),
  );
  await open();
  expect(await readdir(join(dead, ".."))).not.toContain("1-dead");
});

test("a program given as a command is taken where it stands", async () => {
  const builder = await open();
  const script = join(project.directory, "run me.sh");
  await writeFile(script, "#!/bin/sh\n", { mode: 0o755 });
  const command: Subject = {
    id: "cmd",
    language: "cmd",
    path: project.directory,
    command: ["./run me.sh", "-x"],
  };
  expect(await builder.build(job({ subject: command }))).toMatchObject({
    ok: true,
    value: { executable: script },
  });
  const before = await builder.sourceDigest(command, toolchain);
  await writeFile(script, "#!/bin/sh\nexit 1\n");
  expect(await builder.sourceDigest(command, toolchain)).not.toBe(before);
  await rename(script, `${script}.gone`);
  expect(await builder.build(job({ subject: command }))).toMatchObject({ ok: false });
  await symlink(`${script}.gone`, script);
  expect(await builder.build(job({ subject: command }))).toMatchObject({ ok: true });
});
