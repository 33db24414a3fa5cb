import type { FileHandle } from "node:fs/promises";

/** A run of bytes without white space, and where it stands. */
export interface Token {
  readonly text: string;
  readonly byte: number;
  /** From 1. */
  readonly line: number;
  readonly lineStart: number;
}

const chunkBytes = 1 << 20;
/** A longer run is given in pieces: an output without any white space must not fill the memory. */
const longestToken = 1 << 16;
const lineFeedOrToken = new RegExp(`\\n|[^\\t-\\r ]{1,${longestToken}}`, "g");

/** Tokens of a file in order. Bytes are read as Latin-1: one character a byte, so that places stay right. */
export async function* readTokens(file: FileHandle): AsyncGenerator<Token> {
  let line = 1;
  let lineStart = 0;
  let unfinished = { text: "", byte: 0 };
  for await (const chunk of readChunks(file)) {
    const text = unfinished.text + chunk.text;
    const start = chunk.byte - unfinished.text.length;
    unfinished = { text: "", byte: 0 };
    for (const match of text.matchAll(lineFeedOrToken)) {
      const byte = start + match.index;
      const end = match.index + match[0].length;
      if (match[0] === "\n") {
        line++;
        lineStart = byte + 1;
      } else if (end === text.length && match[0].length < longestToken) unfinished = { text: match[0], byte };
      else yield { text: match[0], byte, line, lineStart };
    }
  }
  if (unfinished.text !== "") yield { ...unfinished, line, lineStart };
}

async function* readChunks(
  file: FileHandle,
): AsyncGenerator<{ readonly text: string; readonly byte: number }> {
  const chunk = Buffer.alloc(chunkBytes);
  for (let byte = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, byte);
    if (bytesRead === 0) return;
    yield { text: chunk.toString("latin1", 0, bytesRead), byte };
    byte += bytesRead;
  }
}

const numberPattern = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g;
const wholeSpecial = /^([-+]?)(nan|inf|infinity)(\([^)]*\))?$/i;

/**
 * Whether two tokens say the same: equal text between their numbers, and each pair of numbers within
 * `tolerance * max(1, |left|, |right|)`. NaN equals NaN whatever its sign.
 */
export function tokensAgree(left: string, right: string, tolerance: number): boolean {
  if (left === right) return true;
  const special = specialValue(left);
  if (special !== undefined) return special === specialValue(right);
  if (left.replace(numberPattern, "#") !== right.replace(numberPattern, "#")) return false;
  const rights = right.match(numberPattern) ?? [];
  return (left.match(numberPattern) ?? []).every((text, index) =>
    close(text, rights[index] ?? "", tolerance),
  );
}

function specialValue(text: string): string | undefined {
  const [, sign = "", name = ""] = wholeSpecial.exec(text) ?? [];
  if (name === "") return undefined;
  return name.toLowerCase() === "nan" ? "nan" : `${sign === "-" ? "-" : ""}inf`;
}

function close(left: string, right: string, tolerance: number): boolean {
  if (left === right) return true;
  const a = Number(left);
  const b = Number(right);
  const limit = tolerance * Math.max(1, Math.abs(a), Math.abs(b));
  // Whole numbers beyond 2^53 lose their last digits as doubles; their difference is taken exactly.
  const whole = /^[-+]?\d+$/;
  const difference =
    whole.test(left) && whole.test(right) ? Number(BigInt(unsigned(left)) - BigInt(unsigned(right))) : a - b;
  return Math.abs(difference) <= limit;
}

function unsigned(text: string): string {
  return text.startsWith("+") ? text.slice(1) : text;
}
