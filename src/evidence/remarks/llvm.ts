import { maxLineLength, maxRemarks, type Remark, type Remarks } from "./remark.ts";

interface Entry {
  readonly kind: string;
  pass: string;
  name: string;
  function: string;
  place: Pick<Remark, "file" | "line" | "column">;
  message: string;
  /** A place that goes on in the next line: LLVM breaks lines at 80 columns. */
  open?: string;
}

/**
 * Reads the optimisation records of LLVM (rustc -Zremark-dir, clang -fsave-optimization-record). They look like YAML
 * with tags that a strict reader refuses, so documents are split at "--- !" and their few keys read line by line.
 * Only passes that say something about loops and calls are kept.
 */
export function parseLlvmRemarks(text: string): Remarks {
  const remarks: Remark[] = [];
  let skipped = 0;
  let entry: Entry | undefined;
  const finish = () => {
    const remark = entry === undefined ? undefined : toRemark(entry);
    if (remark !== undefined) remarks.push(remark);
    entry = undefined;
  };
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, Math.min(end, start + maxLineLength)).trimEnd();
    start = end + 1;
    if (line.startsWith("--- !")) {
      finish();
      if (remarks.length >= maxRemarks) return { remarks, skipped, truncated: true };
      entry = { kind: line.slice(5).trim(), pass: "", name: "", function: "", place: {}, message: "" };
    } else if (line === "...") finish();
    else if (entry !== undefined) readKey(entry, line);
    else if (line !== "") skipped++;
  }
  finish();
  return { remarks, skipped, truncated: false };
}

function readKey(entry: Entry, line: string): void {
  if (entry.open !== undefined) {
    const place = `${entry.open} ${line.trim()}`;
    delete entry.open;
    entry.place = readPlace(place);
    return;
  }
  const match = /^( {0,3}-? {0,3})([A-Za-z]\w*): +(.*)$/.exec(line);
  if (match === null) return;
  const [, indent = "", key = "", raw = ""] = match;
  const value = unquote(raw);
  if (indent === "") {
    if (key === "Pass") entry.pass = value;
    else if (key === "Name") entry.name = value;
    else if (key === "Function") entry.function = value;
    else if (key === "DebugLoc" && !raw.includes("}")) entry.open = raw;
    else if (key === "DebugLoc") entry.place = readPlace(raw);
  } else if (indent.includes("-")) entry.message += value;
}

function readPlace(text: string): Entry["place"] {
  const match = /File: ('(?:[^']|'')*'|"[^"]*"|[^,}]*), *Line: (\d+), *Column: (\d+)/.exec(text);
  if (match?.[1] === undefined) return {};
  return { file: unquote(match[1].trim()), line: Number(match[2]), column: Number(match[3]) };
}

function unquote(text: string): string {
  if (text.length >= 2 && text.startsWith("'") && text.endsWith("'"))
    return text.slice(1, -1).replaceAll("''", "'");
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"'))
    return text.slice(1, -1).replaceAll('\\"', '"');
  return text;
}

function toRemark(entry: Entry): Remark | undefined {
  const topic = topicOf(entry);
  if (topic === undefined) return undefined;
  return {
    topic,
    message: entry.message.trim(),
    ...entry.place,
    ...(entry.function === "" ? {} : { function: entry.function }),
  };
}

function topicOf({ pass, kind, name }: Entry): Remark["topic"] | undefined {
  const passed = kind === "Passed";
  if (pass === "loop-vectorize" || pass === "slp-vectorizer") {
    if (passed) return "vectorised";
    // Remarks on the interleaving of a loop that was vectorised are no reason against it.
    return /interleav/i.test(name) ? undefined : "not vectorised";
  }
  if (pass === "inline") return passed ? "inlined" : "not inlined";
  if (pass === "loop-unroll") return passed ? "unrolled" : undefined;
  return undefined;
}
