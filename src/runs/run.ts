import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../base/failure.ts";
import { type FileLock, tryLock } from "../base/file-lock.ts";
import { readPlainFile } from "../base/read-plain-file.ts";
import { errorCode, replaceFile, storageFailure, storing, syncDirectory } from "../base/storage.ts";
import type { Case } from "../model/case.ts";
import type { BlockRecord } from "../model/observation.ts";
import type { Report } from "../model/report.ts";
import {
  type CaseDocument,
  type PlanDocument,
  readCaseDocument,
  readPlanDocument,
  writeJson,
} from "./documents.ts";
import { decodeObservations, encodeBlock, observationsHeader } from "./observations.ts";
import { newRunId, requireRunId } from "./run-id.ts";

/** A run folder that this process has to itself. */
export interface Run {
  readonly id: string;
  /** Absolute path of the folder. */
  readonly directory: string;
  readonly case: CaseDocument;
  /** Absent until the plan is made: such a run has nothing to resume. */
  readonly plan: PlanDocument | undefined;
  /** Whole blocks that were there when the run was opened. */
  readonly blocks: readonly BlockRecord[];
  /** What was found damaged and left out, for people. */
  readonly notes: readonly string[];
  writePlan(document: Omit<PlanDocument, "schema">): Promise<void>;
  /** Resolves when the block is on disk; after that no kill loses it. */
  appendBlock(record: BlockRecord): Promise<void>;
  writeReport(report: Report): Promise<void>;
  /**
   * Writes a file of the run besides the documents, by its folder names and its name ("report.html", or "evidence",
   * "hot-go.txt"), and gives its absolute path. Characters that could lead out of the folder become "_".
   */
  writeFile(name: readonly [string, ...string[]], content: string | Uint8Array): Promise<string>;
  close(): Promise<void>;
}

export interface NewRun {
  /** Folder that holds `.perfgap/`. */
  readonly projectDirectory: string;
  readonly case: Case;
  readonly command: string;
  readonly version: string;
  readonly now: Date;
}

const observationsName = "observations.ndjson";

export function runsDirectory(projectDirectory: string): string {
  return join(projectDirectory, ".perfgap", "runs");
}

/** Makes a run folder and takes its lock. Rejects with a Failure when the folder cannot be written. */
export function createRun(options: NewRun): Promise<Run> {
  const parent = runsDirectory(options.projectDirectory);
  return storing("The run folder", parent, async () => {
    await mkdir(parent, { recursive: true });
    await keepOutOfVersionControl(join(options.projectDirectory, ".perfgap"));
    const id = await makeFolder(parent, options.now);
    const directory = join(parent, id);
    const lock = await takeLock(directory, id);
    const document: CaseDocument = {
      schema: "perfgap/case@1",
      createdAt: options.now.toISOString(),
      version: options.version,
      command: options.command,
      case: options.case,
    };
    await replaceFile(join(directory, observationsName), observationsHeader);
    await writeJson(directory, "case.json", document);
    await syncDirectory(parent);
    return handle({
      id,
      directory,
      lock,
      case: document,
      plan: undefined,
      blocks: [],
      notes: [],
      countedBytes: Buffer.byteLength(observationsHeader),
    });
  });
}

/**
 * Opens a run to go on with it: takes its lock, reads its whole blocks and cuts off what belongs to an unfinished
 * one. Rejects with a Failure when there is no such run, it is damaged, or another process is at work on it.
 */
export async function openRun(projectDirectory: string, id: string): Promise<Run> {
  const parent = runsDirectory(projectDirectory);
  const directory = join(parent, await requireRunId(parent, id));
  return storing("The run folder", directory, async () => {
    const lock = await takeLock(directory, id);
    try {
      const document = await readCaseDocument(directory);
      if (document === undefined) throw damaged(directory, "it has no case.json");
      const plan = await readPlanDocument(directory);
      const { blocks, countedBytes, damaged: lost } = await readObservations(directory);
      const notes = lost.map((what) => `${what} of run ${id} is damaged on disk and was left out`);
      return handle({ id, directory, lock, case: document, plan, blocks, notes, countedBytes });
    } catch (error) {
      await lock.release();
      throw error;
    }
  });
}

/** Whole blocks of a run, without taking it: for reports and lists, also while another process measures. */
export async function readObservations(directory: string): Promise<ReturnType<typeof decodeObservations>> {
  const content = await readPlainFile(join(directory, observationsName)).catch(() => undefined);
  return decodeObservations(content ?? Buffer.alloc(0));
}

interface RunState extends Pick<Run, "id" | "directory" | "case" | "plan" | "blocks" | "notes"> {
  readonly lock: FileLock;
  readonly countedBytes: number;
}

function handle(state: RunState): Run {
  const { lock, countedBytes: opened, ...rest } = state;
  const path = join(state.directory, observationsName);
  let countedBytes = opened;
  const onDisk = async <T>(what: string, action: () => Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      if (errorCode(error) === "ENOENT") throw damaged(state.directory, "a part of it was removed meanwhile");
      throw storageFailure(error, what, state.directory);
    }
  };
  return {
    ...rest,
    writePlan: (document) =>
      onDisk("The plan", () =>
        writeJson(state.directory, "plan.json", { schema: "perfgap/plan@1", ...document }),
      ),
    appendBlock: async (record) => {
      countedBytes = await onDisk(`Block ${record.block}`, () =>
        append(path, countedBytes, Buffer.from(encodeBlock(record))),
      );
    },
    writeReport: (report) => onDisk("The report", () => writeJson(state.directory, "report.json", report)),
    writeFile: (name, content) =>
      onDisk(name.join("/"), async () => {
        const target = join(state.directory, ...name.map(harmless));
        await mkdir(join(target, ".."), { recursive: true });
        await replaceFile(target, content);
        return target;
      }),
    close: () => lock.release(),
  };
}

/** Appends after the last byte that counts and gives the new count; what stood behind it is cut off first. */
async function append(path: string, countedBytes: number, content: Buffer): Promise<number> {
  const whole = countedBytes === 0 ? Buffer.concat([Buffer.from(observationsHeader), content]) : content;
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    if (size > countedBytes) await file.truncate(countedBytes);
    await writeAll(file, whole, countedBytes);
    await file.sync();
  } catch (error) {
    // The part that was written belongs to no whole block; a reader would skip it, so failing here loses nothing.
    await file.truncate(countedBytes).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
  return countedBytes + whole.length;
}

async function writeAll(
  file: Awaited<ReturnType<typeof open>>,
  content: Buffer,
  position: number,
): Promise<void> {
  for (let done = 0; done < content.length; ) {
    const { bytesWritten } = await file.write(content, done, content.length - done, position + done);
    done += bytesWritten;
  }
}

function harmless(name: string): string {
  return name.replace(/^\.+|[^\w.-]/g, "_");
}

async function takeLock(directory: string, id: string): Promise<FileLock> {
  const attempt = await tryLock(join(directory, "lock"));
  if (attempt.kind === "held") return attempt.lock;
  const who = attempt.owner === undefined ? "" : ` (pid ${attempt.owner.pid})`;
  throw new Failure({
    code: "run-locked",
    exit: "toolchainOrHost",
    message: `Another perfgap${who} is at work on run ${id}.`,
    help: `wait for it to end; if no perfgap is running, remove ${join(directory, "lock")}`,
  });
}

async function makeFolder(parent: string, now: Date): Promise<string> {
  for (;;) {
    const id = newRunId(now);
    try {
      await mkdir(join(parent, id));
      return id;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }
}

async function keepOutOfVersionControl(directory: string): Promise<void> {
  await writeFile(join(directory, ".gitignore"), "*\n", { flag: "wx" }).catch((error: unknown) => {
    if (errorCode(error) !== "EEXIST") throw error;
  });
}

function damaged(directory: string, why: string): Failure {
  return new Failure({
    code: "run-damaged",
    exit: "usage",
    message: `The run folder ${directory} cannot be used: ${why}.`,
    help: "measure again: perfgap explain ...",
  });
}
