import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleBlock } from "../../test/support/sample-block.ts";
import type { Case } from "../model/case.ts";
import type { Report } from "../model/report.ts";
import { requireUnchanged, type SubjectFingerprint } from "./documents.ts";
import { lockHost } from "./host-lock.ts";
import { listRuns } from "./list-runs.ts";
import { decodeObservations, encodeBlock, observationsHeader } from "./observations.ts";
import { createRun, openRun, type Run, readObservations } from "./run.ts";
import { openTuningLog } from "./tuning-log.ts";

const question: Case = {
  name: "sum",
  workload: { args: ["1"], env: {}, compare: { kind: "exact" } },
  subjects: [{ id: "go", language: "go", path: "/x/go" }],
};
const now = new Date("2026-11-24T11:38:05.678Z");

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "perfgap runs-"));
});
afterEach(() => rm(project, { recursive: true }));

const create = () =>
  createRun({
    projectDirectory: project,
    case: question,
    command: "perfgap explain a b",
    version: "0.1.0",
    now,
  });
const observationsOf = (run: Run) => join(run.directory, "observations.ndjson");

async function runWithBlocks(count: number, runs: number): Promise<Run> {
  const run = await create();
  for (let block = 0; block < count; block++) await run.appendBlock(sampleBlock(block, runs));
  await run.close();
  return run;
}

test("a run goes on where it ended, with the same case, plan and blocks", async () => {
  const run = await create();
  await run.writePlan({ plan: { seed: 7 } as never, subjects: [], prepared: { kept: ["gc"] } });
  await run.appendBlock(sampleBlock(0, 3));
  await run.close();
  const again = await openRun(project, run.id);
  expect(again.case).toEqual(run.case);
  expect(again.plan).toEqual({
    schema: "perfgap/plan@1",
    plan: { seed: 7 },
    subjects: [],
    prepared: { kept: ["gc"] },
  });
  expect(again.blocks).toEqual([sampleBlock(0, 3)]);
  await again.appendBlock(sampleBlock(1, 3));
  await again.close();
  expect((await openRun(project, run.id)).blocks).toEqual([sampleBlock(0, 3), sampleBlock(1, 3)]);
  expect(run.id).toMatch(/^20261124-113805-[a-z0-9]{4}$/);
  expect(await readFile(join(project, ".perfgap", ".gitignore"), "utf8")).toBe("*\n");
});

test("cut at every byte the file loses the cut block only, and the run goes on from there", async () => {
  const run = await runWithBlocks(2, 1);
  const whole = await readFile(observationsOf(run));
  const markers = [...whole.toString("latin1").matchAll(/"blockEnd".*\n/g)].map(
    (match) => match.index + match[0].length,
  );
  expect(markers).toHaveLength(2);
  for (let length = whole.length; length >= 0; length--) {
    await writeFile(observationsOf(run), whole.subarray(0, length));
    const survivors = markers.filter((end) => end <= length).length;
    const opened = await openRun(project, run.id);
    expect(opened.blocks).toEqual([0, 1].slice(0, survivors).map((block) => sampleBlock(block, 1)));
    expect(opened.notes).toEqual([]);
    if (length % 16 === 0 || length < 60) {
      await opened.appendBlock(sampleBlock(9, 1));
      const { blocks, damaged } = await readObservations(run.directory);
      expect(blocks.map(({ block }) => block)).toEqual([...[0, 1].slice(0, survivors), 9]);
      expect(damaged).toEqual([]);
    }
    await opened.close();
  }
});

test("whatever bytes are overwritten, a block either counts unchanged or not at all", () => {
  const file = Buffer.from(
    observationsHeader + [0, 1, 2].map((block) => encodeBlock(sampleBlock(block, 2))).join(""),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: observationsHeader.length, max: file.length - 1 }),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      (place, bytes) => {
        const changed = Buffer.from(file);
        changed.set(bytes.subarray(0, file.length - place), place);
        const { blocks } = decodeObservations(changed);
        for (const record of blocks) expect(record).toEqual(sampleBlock(record.block, 2));
        expect(new Set(blocks.map(({ block }) => block)).size).toBe(blocks.length);
        expect(blocks.length).toBeGreaterThanOrEqual(1);
      },
    ),
    { numRuns: 400, seed: 11 },
  );
});

test("any block comes back as it was", () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.nat(5),
      fc.string({ unit: "binary", maxLength: 40 }),
      (block, runs, text) => {
        const sample = sampleBlock(block, runs);
        const observations = sample.observations.map((observation) => ({
          ...observation,
          column: text,
          run: { ...observation.run, stderrTail: text },
        }));
        const decoded = decodeObservations(Buffer.from(encodeBlock({ block, observations })));
        expect(decoded.blocks).toEqual([{ block, observations }]);
      },
    ),
    { numRuns: 100, seed: 12 },
  );
});

test("a block that stands twice in the file counts once", () => {
  const twice = encodeBlock(sampleBlock(4, 2)) + encodeBlock(sampleBlock(4, 2));
  expect(decodeObservations(Buffer.from(twice)).blocks).toEqual([sampleBlock(4, 2)]);
});

test("a damaged block in the middle is said and its neighbours stay", async () => {
  const run = await runWithBlocks(3, 2);
  const text = await readFile(observationsOf(run), "utf8");
  await writeFile(observationsOf(run), text.replace('"wallTimeNs":1001', '"wallTimeNs":9001'));
  const opened = await openRun(project, run.id);
  expect(opened.blocks.map(({ block }) => block)).toEqual([0, 2]);
  expect(opened.notes.join()).toContain("block 1");
});

test("killed at any instant, every block that was said to be on disk is there", async () => {
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, ["--import", "tsx", "test/support/append-blocks.ts", project], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    let id = "";
    let acknowledged = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith("run ")) id = line.slice(4);
      else acknowledged = Number(line);
      if (acknowledged === 3 + 5 * round) child.kill("SIGKILL");
    }
    await ended;
    const opened = await openRun(project, id);
    expect(opened.blocks.length).toBeGreaterThanOrEqual(acknowledged);
    opened.blocks.forEach((record, index) => {
      expect(record).toEqual(sampleBlock(index + 1, 40));
    });
    await opened.appendBlock(sampleBlock(999, 1));
    await opened.close();
    const { blocks, damaged } = await readObservations(opened.directory);
    expect([blocks.length, damaged]).toEqual([opened.blocks.length + 1, []]);
  }
});

test("a run that another process has is refused; one whose process died is not", async () => {
  const run = await create();
  await expect(openRun(project, run.id)).rejects.toMatchObject({
    code: "run-locked",
    message: expect.stringContaining(`pid ${process.pid}`) as string,
  });
  const lock = JSON.parse(await readFile(join(run.directory, "lock"), "utf8")) as object;
  await writeFile(join(run.directory, "lock"), JSON.stringify({ ...lock, startTicks: "1" }));
  expect((await openRun(project, run.id)).id).toBe(run.id);
});

test("a full disk while a block is written is a failure with help, and the block can be written later", async () => {
  const run = await create();
  await run.appendBlock(sampleBlock(0, 2));
  const saved = await readFile(observationsOf(run));
  await rm(observationsOf(run));
  await symlink("/dev/full", observationsOf(run));
  await expect(run.appendBlock(sampleBlock(1, 2))).rejects.toMatchObject({
    code: "disk-full",
    help: expect.stringContaining("free some space") as string,
  });
  await rm(observationsOf(run));
  await writeFile(observationsOf(run), Buffer.concat([saved, Buffer.from('{"kind":"run","blo')]));
  await run.appendBlock(sampleBlock(1, 2));
  expect((await readObservations(run.directory)).blocks).toEqual([sampleBlock(0, 2), sampleBlock(1, 2)]);
});

test("a folder that cannot be written is a failure with help", async () => {
  await writeFile(join(project, "file"), "");
  await expect(
    createRun({ projectDirectory: join(project, "file"), case: question, command: "", version: "", now }),
  ).rejects.toMatchObject({ code: "not-writable", exit: "toolchainOrHost" });
});

test("a run folder that is removed while measuring is a failure, not a crash", async () => {
  const run = await create();
  await rm(run.directory, { recursive: true });
  await expect(run.appendBlock(sampleBlock(0, 1))).rejects.toMatchObject({ code: "run-damaged" });
});

test("ids are checked before they become paths", async () => {
  await create();
  for (const id of ["../../etc", "", "20261124-113805-k3f9", "a\nb"])
    await expect(openRun(project, id)).rejects.toMatchObject({ code: "no-such-run", exit: "usage" });
});

test("names of files cannot lead out of the run", async () => {
  const run = await create();
  const path = await run.writeFile(["evidence", "../../../x y"], "text");
  expect(path.startsWith(join(run.directory, "evidence"))).toBe(true);
  expect(await run.writeFile(["..", "z"], "")).toBe(join(run.directory, "_", "z"));
  expect(await readdir(join(run.directory, "evidence"))).toHaveLength(1);
});

test("the list shows every run with its state, latest first, and is not stopped by a damaged one", async () => {
  const running = await create();
  const finished = await runWithBlocks(2, 1);
  const reopened = await openRun(project, finished.id);
  await reopened.writeReport({ schema: "perfgap/report@1" } as Report);
  await reopened.close();
  const resumable = await create();
  await resumable.writePlan({ plan: {} as never, subjects: [], prepared: 0 });
  await resumable.close();
  const damaged = await create();
  await damaged.close();
  await truncate(join(damaged.directory, "case.json"), 10);
  await mkdir(join(project, ".perfgap", "runs", "something else"));
  const kinds = new Map((await listRuns(project)).map((summary) => [summary.id, summary.kind]));
  expect(Object.fromEntries(kinds)).toEqual({
    [running.id]: "running",
    [finished.id]: "finished",
    [resumable.id]: "resumable",
    [damaged.id]: "damaged",
  });
  expect((await listRuns(join(project, "nowhere"))).length).toBe(0);
});

test("the list counts the blocks of a search for settings, which are all that a run of tune has", async () => {
  const run = await create();
  const log = await openTuningLog(run.directory);
  await log.appendSearch(["go"]);
  await log.appendPlan("go, alone", {} as never);
  for (const block of [0, 1]) await log.appendBlock(sampleBlock(block, 1));
  await log.appendPlan("final", {} as never);
  await log.appendBlock(sampleBlock(2, 1));
  await log.close();
  const other = await runWithBlocks(2, 1);
  const [latest, first] = [...(await listRuns(project))].toSorted((one) => (one.id === other.id ? -1 : 1));
  expect(first).toMatchObject({ id: run.id, blocks: 0, settingsBlocks: 3 });
  expect(latest).not.toHaveProperty("settingsBlocks");
});

test("a run does not go on with other sources or another compiler", () => {
  const before: SubjectFingerprint = {
    subject: "go",
    sourceDigest: "s",
    toolchain: "go 1.26.8",
    toolchainDigest: "t",
  };
  expect(() => requireUnchanged([before], [before])).not.toThrow();
  expect(() => requireUnchanged([before], [{ ...before, sourceDigest: "x" }])).toThrow(
    "the sources of go have changed",
  );
  expect(() =>
    requireUnchanged([before], [{ ...before, toolchain: "go 1.27", toolchainDigest: "x" }]),
  ).toThrow("from go 1.26.8 to go 1.27");
  expect(() => requireUnchanged([before], [])).toThrow("go is not among the subjects");
});

test("one measurement at a time on a host", async () => {
  const lock = await lockHost(join(project, "cache"));
  await expect(lockHost(join(project, "cache"))).rejects.toMatchObject({
    code: "host-busy",
    help: expect.stringContaining(`kill -INT ${process.pid}`) as string,
  });
  await lock.release();
  await (await lockHost(join(project, "cache"))).release();
});
