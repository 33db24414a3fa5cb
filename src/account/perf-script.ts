import type { Result } from "../base/result.ts";
import { err, ok } from "../base/result.ts";
import { cleanSymbol } from "../base/symbol-name.ts";

/** A frame as `perf script -F ip,sym,symoff,dso` prints it. */
export interface RawFrame {
  /** As printed: an offset in the file for programs under perf >= 5.12, an address in memory before that. */
  readonly ip: bigint;
  readonly symbol: string;
  /** Distance from the symbol's start; absent for unknown symbols. */
  readonly symbolOffset?: number;
  readonly module: string;
}

export interface RawStack {
  /** Indexes into the frames, leaf first. */
  readonly frames: readonly number[];
  readonly count: number;
}

export interface RawSamples {
  readonly frames: readonly RawFrame[];
  readonly stacks: readonly RawStack[];
  readonly samples: number;
  /** Lines that are no part of a sample; a few are normal where a program's name has a line break. */
  readonly malformed: number;
}

export interface ParseProblem {
  readonly kind: "parseProblem";
  readonly reason: "unreadable" | "too large" | "empty";
  readonly message: string;
}

export interface PerfScriptParser {
  push(text: string): void;
  end(): Result<RawSamples, ParseProblem>;
}

const maxLineLength = 16 * 1024;
const maxDepth = 1024;

/**
 * Reads `perf script` text as it comes, in memory that grows with the number of different stacks and not with the
 * number of samples. Never throws: text that is no listing, or one with more than `maxDistinct` different frames
 * or stacks, ends as a ParseProblem.
 */
export function createPerfScriptParser(maxDistinct = 1_000_000): PerfScriptParser {
  const state = new SampleTable(maxDistinct);
  let rest = "";
  let skipping = false;
  const takeLine = (line: string): void => {
    if (skipping) skipping = false;
    else state.line(line);
  };
  const push = (text: string): void => {
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      const line = rest === "" ? text.slice(start, end) : rest + text.slice(start, end);
      rest = "";
      takeLine(line);
      start = end + 1;
    }
    rest += text.slice(start);
    if (rest.length > maxLineLength) {
      if (!skipping) state.malformed++;
      skipping = true;
      rest = "";
    }
  };
  const end = (): Result<RawSamples, ParseProblem> => {
    if (rest !== "") takeLine(rest);
    return state.finish();
  };
  return { push, end };
}

/** Reads a whole listing. */
export function parsePerfScript(text: string): Result<RawSamples, ParseProblem> {
  const parser = createPerfScriptParser();
  parser.push(text);
  return parser.end();
}

/** Matched on the start of a line only, so that no line can make it slow. */
const headerPattern =
  /^.{0,256}?\s+\d+(?:\/\d+)?\s+(?:\[\d+\]\s+)?(?:\d+\.\d+:\s+)?(?:\d+\s+)?[a-zA-Z][\w-]*(?::[\w-]*)*:(?=\s|$)/;
const headerLength = 400;
/** A text with this many lines that are no part of a sample is given up unless most lines are. */
const maxMalformed = 1000;
const framePattern = /^\s*([0-9a-f]{1,16}) (.*)$/;
const placePattern = /^\s+\S+:\d+$/;

// A class here and not closures: one million lines pass through `line`, and fields are faster than captured variables.
class SampleTable {
  malformed = 0;
  private samples = 0;
  private tooLarge = false;
  private open = false;
  private current: number[] = [];
  private readonly frames: RawFrame[] = [];
  private readonly frameOfLine = new Map<string, number>();
  private readonly stacks = new Map<string, { frames: readonly number[]; count: number }>();
  private readonly maxDistinct: number;

  constructor(maxDistinct: number) {
    this.maxDistinct = maxDistinct;
  }

  line(line: string): void {
    if (line === "" || line === "\r") {
      this.close();
      return;
    }
    if (line.length > maxLineLength || this.hopeless()) {
      this.malformed++;
      return;
    }
    if (this.open && /^\s/.test(line)) {
      const known = this.frameOfLine.get(line);
      const raw = known === undefined ? parseFrame(line) : undefined;
      if (known !== undefined || raw !== undefined) {
        this.frame(known ?? this.intern(line, raw as RawFrame));
        return;
      }
      if (placePattern.test(line)) return;
    }
    this.header(line);
  }

  private header(line: string): void {
    const text = line.trimStart();
    const match = headerPattern.exec(text.slice(0, headerLength));
    if (match === null) {
      this.malformed++;
      return;
    }
    this.close();
    this.open = true;
    const leaf = ` ${text.slice(match[0].length).trim()}`;
    const raw = parseFrame(leaf);
    if (raw !== undefined) this.frame(this.intern(leaf, raw));
  }

  private hopeless(): boolean {
    return this.malformed > maxMalformed && this.malformed > this.samples;
  }

  private frame(index: number): void {
    if (this.current.length < maxDepth) this.current.push(index);
  }

  private intern(line: string, raw: RawFrame): number {
    const known = this.frameOfLine.get(line);
    if (known !== undefined) return known;
    if (this.frames.length >= this.maxDistinct) {
      this.tooLarge = true;
      return 0;
    }
    this.frames.push(raw);
    this.frameOfLine.set(line, this.frames.length - 1);
    return this.frames.length - 1;
  }

  private close(): void {
    if (!this.open) return;
    this.open = false;
    const frames = this.current;
    this.current = [];
    this.samples++;
    const key = frames.join(",");
    const known = this.stacks.get(key);
    if (known !== undefined) known.count++;
    else if (this.stacks.size < this.maxDistinct) this.stacks.set(key, { frames, count: 1 });
    else this.tooLarge = true;
  }

  finish(): Result<RawSamples, ParseProblem> {
    this.close();
    if (this.tooLarge)
      return problem("too large", `the profile has more than ${this.maxDistinct} different stacks`);
    if (this.samples === 0 || this.hopeless())
      return this.malformed === 0
        ? problem("empty", "the profile has no samples: the program ended before the first one was due")
        : problem("unreadable", "the text is not a listing of perf script");
    return ok({
      frames: this.frames,
      stacks: [...this.stacks.values()],
      samples: this.samples,
      malformed: this.malformed,
    });
  }
}

function problem(reason: ParseProblem["reason"], message: string): Result<RawSamples, ParseProblem> {
  return err({ kind: "parseProblem", reason, message });
}

const knownPattern = /^(.*)\+0x([0-9a-f]{1,12})(?: \((.*)\))?$/;
const unplacedPattern = /^(\[unknown\]|\S+)(?: \((.*)\))?$/;

/** One frame line: address, symbol with or without its offset, module in parentheses at the end. */
function parseFrame(line: string): RawFrame | undefined {
  const match = framePattern.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const known = knownPattern.exec(match[2]);
  const unplaced = known === null ? unplacedPattern.exec(match[2]) : null;
  const symbol = cleanSymbol(known?.[1] ?? unplaced?.[1] ?? match[2]);
  if (symbol === "") return undefined;
  const offset = known?.[2];
  return {
    ip: BigInt(`0x${match[1]}`),
    symbol,
    ...(offset === undefined ? {} : { symbolOffset: Number.parseInt(offset, 16) }),
    module: moduleName(known?.[3] ?? unplaced?.[2] ?? ""),
  };
}

function moduleName(module: string): string {
  return /^\[(?:guest\.)?kernel/.test(module) ? "[kernel]" : module;
}
