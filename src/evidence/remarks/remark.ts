/** Something a compiler said about a place in the source. */
export interface Remark {
  readonly topic:
    | "bounds check"
    | "nil check"
    | "inlined"
    | "not inlined"
    | "inlinable"
    | "escape"
    | "vectorised"
    | "not vectorised"
    | "unrolled";
  readonly message: string;
  /** As the compiler wrote it; matched by its last parts. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Function it is about, mangled until `readable` came over it, where the compiler says it. */
  readonly function?: string;
}

/** What a parser made of a compiler's words; lines that it does not know are counted, never guessed at. */
export interface Remarks {
  readonly remarks: readonly Remark[];
  readonly skipped: number;
  /** More than the limit were there: what is missing must be said. */
  readonly truncated: boolean;
}

/** Remarks kept of one source: a large dependency can have millions. */
export const maxRemarks = 200_000;
/** A longer line is none that a compiler writes. */
export const maxLineLength = 64 * 1024;

/** Reads line by line with a function that gives a remark, undefined for a line to skip, or "ignore" for noise. */
export function readLines(text: string, read: (line: string) => Remark | "ignore" | undefined): Remarks {
  const remarks: Remark[] = [];
  let skipped = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end);
    start = end + 1;
    const found = line.length > maxLineLength ? undefined : read(line);
    if (found === undefined) skipped++;
    else if (found !== "ignore") {
      if (remarks.length >= maxRemarks) return { remarks, skipped, truncated: true };
      remarks.push(found);
    }
  }
  return { remarks, skipped, truncated: false };
}

/** Names of functions as `names` has them. */
export function readable(remarks: readonly Remark[], names: ReadonlyMap<string, string>): readonly Remark[] {
  return remarks.map((one) =>
    one.function === undefined ? one : { ...one, function: names.get(one.function) ?? one.function },
  );
}

/** Remarks that say the same of the same place count once. */
export function distinct(remarks: readonly Remark[]): readonly Remark[] {
  const seen = new Set<string>();
  return remarks.filter((one) => {
    const key = [one.topic, one.file, one.line, one.column, one.function, one.message].join("\0");
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
