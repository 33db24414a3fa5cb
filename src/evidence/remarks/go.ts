import { type Remark, type Remarks, readLines } from "./remark.ts";

const topics: Readonly<Record<string, Remark["topic"]>> = {
  isInBounds: "bounds check",
  isSliceInBounds: "bounds check",
  nilcheck: "nil check",
  cannotInlineFunction: "not inlined",
  canInlineFunction: "inlinable",
  inlineCall: "inlined",
  escape: "escape",
};

/**
 * Reads one file of `-gcflags=-json=0,DIR`: a header with the file's name, then one diagnostic a line. Lines and
 * columns are 1-based as printed. Where code was inlined, the place is the innermost one, in the callee.
 */
export function parseGoDiagnostics(text: string): Remarks {
  let file: string | undefined;
  return readLines(text, (line) => {
    if (line === "") return "ignore";
    const entry = jsonRecord(line);
    if (entry === undefined) return undefined;
    if (typeof entry["file"] === "string" && entry["code"] === undefined) {
      file = entry["file"];
      return "ignore";
    }
    return diagnostic(entry, file);
  });
}

function diagnostic(entry: Record<string, unknown>, file: string | undefined): Remark | "ignore" | undefined {
  const { code, message, range, relatedInformation } = entry;
  if (typeof code !== "string") return undefined;
  const topic = topics[code];
  if (topic === undefined) return "ignore";
  const words = typeof message === "string" ? message : "";
  // An escape is reported twice: with its flow, and once more as an empty line.
  if (topic === "escape" && words === "") return "ignore";
  const outer = placeOf(range);
  const inner = Array.isArray(relatedInformation) ? innermost(relatedInformation) : undefined;
  const text = topic === "bounds check" ? (code === "isInBounds" ? "index" : "slice bounds") : words;
  return { topic, message: text, ...(inner ?? { ...(file === undefined ? {} : { file }), ...outer }) };
}

interface Place {
  readonly line?: number;
  readonly column?: number;
}

function placeOf(range: unknown): Place {
  const start = record(record(range)?.["start"]);
  const line = start?.["line"];
  const column = start?.["character"];
  return {
    ...(typeof line === "number" && line > 0 ? { line } : {}),
    ...(typeof column === "number" && column > 0 ? { column } : {}),
  };
}

function innermost(related: readonly unknown[]): (Place & { readonly file: string }) | undefined {
  const places = related.flatMap((one) => {
    const entry = record(one);
    const location = record(entry?.["location"]);
    const uri = location?.["uri"];
    if (entry?.["message"] !== "inlineLoc" || typeof uri !== "string") return [];
    return [{ file: uri.replace(/^file:\/\//, ""), ...placeOf(location?.["range"]) }];
  });
  return places.at(-1);
}

/** Reads `-gcflags=-d=ssa/check_bce`: "file:line:column: Found IsInBounds". */
export function parseCheckBce(text: string): Remarks {
  return readLines(text, (line) => {
    if (line === "" || line.startsWith("# ")) return "ignore";
    const match = /^(.+):(\d+):(\d+): Found (IsInBounds|IsSliceInBounds)$/.exec(line);
    if (match?.[1] === undefined) return undefined;
    return {
      topic: "bounds check",
      message: match[4] === "IsInBounds" ? "index" : "slice bounds",
      file: match[1],
      line: Number(match[2]),
      column: Number(match[3]),
    };
  });
}

function jsonRecord(line: string): Record<string, unknown> | undefined {
  try {
    return record(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
