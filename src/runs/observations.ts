import { createHash } from "node:crypto";
import { Failure } from "../base/failure.ts";
import type { BlockRecord, Observation } from "../model/observation.ts";

/** Name of the line format; the first line of the file says it. */
const observationsSchema = "perfgap/observations@1";

export const observationsHeader = `${JSON.stringify({ kind: "header", schema: observationsSchema })}\n`;

/** The lines of one block: a line per run, then the line that makes them count. */
export function encodeBlock(record: BlockRecord): string {
  const lines = record.observations.map(
    (observation) => `${JSON.stringify({ kind: "run", ...observation })}\n`,
  );
  const end = {
    kind: "blockEnd",
    block: record.block,
    runs: lines.length,
    sha256: digestOf(lines.map((line) => Buffer.from(line))),
  };
  return `${lines.join("")}${JSON.stringify(end)}\n`;
}

export interface DecodedObservations {
  /** Whole blocks in the order in which they were measured, each block number once. */
  readonly blocks: readonly BlockRecord[];
  /** Length of the file up to and including the last line that counts; what follows belongs to no whole block. */
  readonly countedBytes: number;
  /** Blocks that ended but whose lines are not what was written, for people. */
  readonly damaged: readonly string[];
}

/**
 * Reads what a killed process, a full disk or a power cut may have left: a torn last line, a half block, damaged
 * lines. A block counts only when its end line names the number and the hash of the lines before it.
 * Throws a Failure when the file is of another format.
 */
export function decodeObservations(bytes: Buffer): DecodedObservations {
  const blocks = new Map<number, BlockRecord>();
  const damaged: string[] = [];
  let pending: Buffer[] = [];
  let countedBytes = 0;
  for (const { line, end } of linesOf(bytes)) {
    const value = parse(line);
    if (value?.["kind"] === "header") {
      checkSchema(value["schema"]);
      countedBytes = end;
    } else if (value?.["kind"] === "blockEnd") {
      const record = closeBlock(value, pending);
      if (record === undefined) damaged.push(`block ${String(value["block"])}`);
      else if (!blocks.has(record.block)) blocks.set(record.block, record);
      pending = [];
      countedBytes = end;
    } else pending.push(line);
  }
  return { blocks: [...blocks.values()], countedBytes, damaged };
}

function closeBlock(
  end: Readonly<Record<string, unknown>>,
  pending: readonly Buffer[],
): BlockRecord | undefined {
  const { block, runs, sha256 } = end;
  if (typeof block !== "number" || typeof runs !== "number" || runs > pending.length) return undefined;
  const lines = runs === 0 ? [] : pending.slice(-runs);
  if (digestOf(lines) !== sha256) return undefined;
  const observations: Observation[] = [];
  for (const line of lines) {
    const value = parse(line);
    if (value?.["kind"] !== "run") return undefined;
    observations.push(withoutKind(value) as unknown as Observation);
  }
  return { block, observations };
}

function withoutKind(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "kind"));
}

/** Whole lines with their line feed, and where each ends; a torn last line is left out. */
export function* linesOf(bytes: Buffer): Generator<{ readonly line: Buffer; readonly end: number }> {
  for (let start = 0; ; ) {
    const feed = bytes.indexOf(0x0a, start);
    if (feed < 0) return;
    yield { line: bytes.subarray(start, feed + 1), end: feed + 1 };
    start = feed + 1;
  }
}

function parse(line: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function digestOf(lines: readonly Buffer[]): string {
  const hash = createHash("sha256");
  for (const line of lines) hash.update(line);
  return hash.digest("hex");
}

function checkSchema(schema: unknown): void {
  if (schema === observationsSchema) return;
  throw new Failure({
    code: "run-format",
    exit: "usage",
    message: `The run was written in another format (${String(schema)}); this perfgap reads ${observationsSchema}.`,
    help: "use the perfgap that made the run, or measure again: perfgap explain ...",
  });
}
