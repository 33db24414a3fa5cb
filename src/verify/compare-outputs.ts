import { type FileHandle, open } from "node:fs/promises";
import type { Comparison } from "../model/case.ts";
import type { OutputDifference, Place, Places } from "./difference.ts";
import { excerptAround } from "./excerpt.ts";
import { hintsFor } from "./hints.ts";
import { readTokens, type Token, tokensAgree } from "./tokens.ts";

/** Compares two kept outputs. Undefined: they say the same under the comparison. Rejects when a file cannot be read. */
export async function compareOutputs(
  leftPath: string,
  rightPath: string,
  comparison: Comparison,
): Promise<OutputDifference | undefined> {
  if (comparison.kind === "none") return undefined;
  const left = await open(leftPath, "r");
  try {
    const right = await open(rightPath, "r");
    try {
      const places =
        comparison.kind === "exact"
          ? await firstByteThatDiffers(left, right)
          : await firstTokenThatDiffers(left, right, comparison.tolerance);
      if (places === undefined) return undefined;
      return {
        byte: places.left.byte,
        line: places.left.line,
        left: await show(left, places.left),
        right: await show(right, places.right),
        hints: comparison.kind === "exact" ? await hintsFor({ left, right }, places) : [],
      };
    } finally {
      await right.close();
    }
  } finally {
    await left.close();
  }
}

const chunkBytes = 1 << 20;

async function firstByteThatDiffers(left: FileHandle, right: FileHandle): Promise<Places | undefined> {
  const leftChunk = Buffer.alloc(chunkBytes);
  const rightChunk = Buffer.alloc(chunkBytes);
  let line = 1;
  let lineStart = 0;
  for (let position = 0; ; ) {
    const leftPart = await readFully(left, leftChunk, position);
    const rightPart = await readFully(right, rightChunk, position);
    if (leftPart.length === 0 && rightPart.length === 0) return undefined;
    const same = leftPart.equals(rightPart);
    const length = same ? leftPart.length : commonLength(leftPart, rightPart);
    for (
      let feed = leftPart.indexOf(0x0a);
      feed >= 0 && feed < length;
      feed = leftPart.indexOf(0x0a, feed + 1)
    ) {
      line++;
      lineStart = position + feed + 1;
    }
    if (!same) {
      const place = { byte: position + length, line, lineStart };
      return { left: place, right: place };
    }
    position += length;
  }
}

async function readFully(file: FileHandle, chunk: Buffer, position: number): Promise<Buffer> {
  let length = 0;
  while (length < chunk.length) {
    const { bytesRead } = await file.read(chunk, length, chunk.length - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return chunk.subarray(0, length);
}

function commonLength(left: Buffer, right: Buffer): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index++) if (left[index] !== right[index]) return index;
  return shorter;
}

async function firstTokenThatDiffers(
  left: FileHandle,
  right: FileHandle,
  tolerance: number,
): Promise<Places | undefined> {
  const rights = readTokens(right);
  let last: Places = { left: startOfFile, right: startOfFile };
  try {
    for await (const leftToken of readTokens(left)) {
      const next = await rights.next();
      if (next.done === true) return { left: leftToken, right: await endOf(right, last.right) };
      last = { left: leftToken, right: next.value };
      if (!tokensAgree(leftToken.text, next.value.text, tolerance)) return last;
    }
    const next = await rights.next();
    return next.done === true ? undefined : { left: await endOf(left, last.left), right: next.value };
  } finally {
    await rights.return(undefined);
  }
}

const startOfFile: Place = { byte: 0, line: 1, lineStart: 0 };

async function endOf(file: FileHandle, last: Place | Token): Promise<Place> {
  const { size } = await file.stat();
  return { byte: size, line: last.line, lineStart: size };
}

async function show(file: FileHandle, place: Place): Promise<string> {
  const { size } = await file.stat();
  if (place.byte >= size && place.lineStart >= size) return "(end of output)";
  return excerptAround(file, place.byte, place.lineStart);
}
