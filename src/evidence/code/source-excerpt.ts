import { readFile, realpath, stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { isLibraryFile, ownFrame } from "../../base/symbolizer-output.ts";
import type { SourceExcerpt } from "../../model/evidence.ts";
import type { Remark } from "../remarks/remark.ts";
import { aboutFunction, evidenceOfRemark } from "../remarks/remark-evidence.ts";
import type { HotCode } from "./hot-code.ts";
import { baseName, locationOf } from "./listing-evidence.ts";

const maxFileBytes = 2 * 1024 * 1024;
const maxLines = 80;
const maxLineLength = 240;
const maxRemarksPerLine = 4;
const context = 4;

/**
 * A program names its own source files, and a hostile one could name any file of this machine: what ends up in a
 * report that people send around must at least be called like source.
 */
const sourceName =
  /\.(?:go|rs|c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inc|inl|ipp|tcc|s|S|asm|zig|d|f|f90|pas|swift|nim)$/;

/** For each hot function the source around its hot lines, as it is on disk now; undefined where it cannot be read. */
export async function readExcerpts(
  codes: readonly HotCode[],
  remarks: readonly Remark[],
  subject: string,
): Promise<readonly (SourceExcerpt | undefined)[]> {
  const files = new Map<string, Promise<readonly string[] | undefined>>();
  return Promise.all(
    codes.map(async (code, place) => {
      const file = locationOf(code)?.file;
      if (file === undefined || isLibraryFile(file)) return undefined;
      const reading = files.get(file) ?? readLines(file);
      files.set(file, reading);
      const lines = await reading;
      return lines === undefined
        ? undefined
        : makeExcerpt(code, { file, lines }, { remarks, subject, index: place + 1 });
    }),
  );
}

async function readLines(file: string): Promise<readonly string[] | undefined> {
  if (!isAbsolute(file) || !sourceName.test(file)) return undefined;
  try {
    const path = await realpath(file);
    const { size } = await stat(path).then((found) => (found.isFile() ? found : { size: Infinity }));
    if (size > maxFileBytes || !sourceName.test(path)) return undefined;
    return (await readFile(path, "utf8")).split(/\r?\n/);
  } catch {
    return undefined;
  }
}

interface Words {
  readonly remarks: readonly Remark[];
  readonly subject: string;
  readonly index: number;
}

/** The lines around those with samples, at most `maxLines`, with shares of the subject's samples and remarks. Pure. */
function makeExcerpt(
  code: HotCode,
  { file, lines }: { readonly file: string; readonly lines: readonly string[] },
  words: Words,
): SourceExcerpt | undefined {
  const shares = shareByLine(code, file);
  const [hottest] = [...shares].toSorted(([, left], [, right]) => right - left)[0] ?? [];
  if (hottest === undefined || hottest > lines.length) return undefined;
  const near = [...shares.keys()].filter((line) => Math.abs(line - hottest) <= maxLines / 2 - context);
  const firstLine = Math.max(1, Math.min(...near) - context);
  const lastLine = Math.min(lines.length, Math.max(...near) + context, firstLine + maxLines - 1);
  const inside = (line: number) => line >= firstLine && line <= lastLine;
  const marks = [
    ...[...shares].flatMap(([line, share]) => (inside(line) && share > 0 ? [{ line, share }] : [])),
    ...remarkMarks(code, file, words).filter(({ line }) => inside(line)),
  ];
  return {
    file,
    firstLine,
    lines: lines.slice(firstLine - 1, lastLine).map(clip),
    marks: marks.toSorted((left, right) => left.line - right.line),
  };
}

/** Share of the subject's samples by line of the file; lines of the loop that no sample fell on are there with 0. */
function shareByLine({ hot, loop, lines }: HotCode, file: string): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  for (const one of loop.instructions) {
    const frame = ownFrame(lines.get(one.address) ?? []);
    if (frame?.file === file && frame.line !== undefined) shares.set(frame.line, 0);
  }
  for (const { file: where, line, samples } of hot.lines) {
    if (where === file) shares.set(line, (samples / Math.max(1, hot.selfSamples)) * hot.selfShare);
  }
  return shares;
}

function remarkMarks(
  code: HotCode,
  file: string,
  { remarks, subject, index }: Words,
): SourceExcerpt["marks"] {
  const perLine = new Map<number, number>();
  return aboutFunction(code, remarks).flatMap(({ remark }) => {
    const { line, topic, message } = remark;
    if (line === undefined || baseName(remark.file ?? "") !== baseName(file)) return [];
    const count = (perLine.get(line) ?? 0) + 1;
    perLine.set(line, count);
    if (count > maxRemarksPerLine) return [];
    const evidence = evidenceOfRemark(topic, subject, index);
    return [
      {
        line,
        remark: clip(message === "" ? topic : `${topic}: ${message}`),
        ...(evidence === undefined ? {} : { evidence }),
      },
    ];
  });
}

function clip(text: string): string {
  return text.length <= maxLineLength ? text : `${text.slice(0, maxLineLength)}…`;
}
