import type { FileHandle } from "node:fs/promises";
import type { DifferenceHint, Places } from "./difference.ts";
import { tokensAgree } from "./tokens.ts";

/** Outputs are looked at as a whole up to this size. */
const smallBytes = 8 * 1024 ** 2;
/** Two correct programs seldom differ by more when only rounding differs. */
const roundingTolerance = 1e-6;
const longestLine = 1 << 16;

interface Files {
  readonly left: FileHandle;
  readonly right: FileHandle;
}

/** What a difference of bytes may be, so that the message can say what to do about it. */
export async function hintsFor(files: Files, places: Places): Promise<readonly DifferenceHint[]> {
  const hints: DifferenceHint[] = [];
  const [left, right] = await Promise.all([
    lineAt(files.left, places.left.lineStart),
    lineAt(files.right, places.right.lineStart),
  ]);
  if (left !== right && left.replace(/\r$/, "") === right.replace(/\r$/, "")) hints.push("line ends");
  else if (left !== right && onlyNumbersDiffer(left, right)) hints.push("numeric");
  const texts = await Promise.all([smallText(files.left), smallText(files.right)]);
  if (texts[0] === undefined || texts[1] === undefined) return hints;
  if (`${texts[0]}\n` === texts[1] || texts[0] === `${texts[1]}\n`) hints.push("last line end");
  else if (sortedLines(texts[0]) === sortedLines(texts[1])) hints.push("order");
  return hints;
}

function onlyNumbersDiffer(left: string, right: string): boolean {
  const lefts = left.split(/\s+/);
  const rights = right.split(/\s+/);
  return (
    lefts.length === rights.length &&
    lefts.every((text, index) => tokensAgree(text, rights[index] ?? "", roundingTolerance))
  );
}

async function lineAt(file: FileHandle, start: number): Promise<string> {
  const bytes = Buffer.alloc(longestLine);
  const { bytesRead } = await file.read(bytes, 0, longestLine, start);
  const part = bytes.subarray(0, bytesRead);
  const feed = part.indexOf(0x0a);
  return part.subarray(0, feed < 0 ? part.length : feed).toString("latin1");
}

async function smallText(file: FileHandle): Promise<string | undefined> {
  const { size } = await file.stat();
  if (size > smallBytes) return undefined;
  const bytes = Buffer.alloc(size);
  const { bytesRead } = await file.read(bytes, 0, size, 0);
  return bytes.subarray(0, bytesRead).toString("latin1");
}

function sortedLines(text: string): string {
  return text.split("\n").sort().join("\n");
}
