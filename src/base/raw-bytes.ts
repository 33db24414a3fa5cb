/**
 * Arguments and paths on POSIX are bytes, strings here are not. A byte that is not part of valid UTF-8 is carried as
 * the lone surrogate U+DC80..U+DCFF (the scheme of Python's PEP 383), so that every byte sequence has one string
 * and comes back unchanged.
 */
export function bytesOfText(text: string): Buffer {
  if (!hasRawBytes(text)) return Buffer.from(text);
  const parts: Buffer[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(i + 1))) i++;
    else if (unit >= 0xdc80 && unit <= 0xdcff) {
      parts.push(Buffer.from(text.slice(start, i)), Buffer.of(unit - 0xdc00));
      start = i + 1;
    }
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(start))]);
}

export function textOfBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8");
  if (!text.includes("\ufffd")) return text;
  let result = "";
  for (let at = 0; at < bytes.length; ) {
    const length = validSequenceLength(bytes, at);
    result +=
      length === 0
        ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
        : Buffer.from(bytes.subarray(at, at + length)).toString("utf8");
    at += Math.max(length, 1);
  }
  return result;
}

/** Whether the text carries bytes that are not UTF-8, or lone surrogates that no bytes stand behind. */
export function hasRawBytes(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function validSequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  const sequence = bytes.subarray(at, at + length);
  try {
    strictDecoder.decode(sequence);
    return length;
  } catch {
    return 0;
  }
}
