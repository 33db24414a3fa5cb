import type { FileHandle } from "node:fs/promises";
import { printable } from "../base/printable.ts";
import { textOfBytes } from "../base/raw-bytes.ts";

const before = 60;
const after = 60;

/** The part of one line around a byte, safe to show: at most 120 bytes, cut ends marked. */
export async function excerptAround(file: FileHandle, byte: number, lineStart: number): Promise<string> {
  const start = Math.max(lineStart, byte - before);
  const bytes = Buffer.alloc(byte - start + after);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  const part = bytes.subarray(0, bytesRead);
  const feed = part.indexOf(0x0a, Math.min(byte - start, part.length));
  const line = part.subarray(0, feed < 0 ? part.length : feed);
  const cutStart = start > lineStart;
  const cutEnd = feed < 0 && bytesRead === bytes.length;
  return `${cutStart ? "..." : ""}${visible(trimSequences(line, cutStart, cutEnd))}${cutEnd ? "..." : ""}`;
}

/** Text of any bytes in which nothing can act on a terminal; bytes that are not UTF-8 as \xNN. */
export function visible(bytes: Uint8Array): string {
  return printable(
    textOfBytes(bytes).replace(
      /[\udc80-\udcff]/gu,
      (unit) => `\\x${(unit.charCodeAt(0) - 0xdc00).toString(16)}`,
    ),
  );
}

/** A cut may split a character in the middle: its rest is not shown as if it were wrong. */
function trimSequences(bytes: Buffer, cutStart: boolean, cutEnd: boolean): Buffer {
  let start = 0;
  let end = bytes.length;
  while (cutStart && start < Math.min(3, end) && isContinuation(bytes[start])) start++;
  if (cutEnd) {
    let lead = end - 1;
    while (lead > Math.max(start, end - 4) && isContinuation(bytes[lead])) lead--;
    if (lead >= start && (bytes[lead] ?? 0) >= 0xc0) end = lead;
  }
  return bytes.subarray(start, end);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
