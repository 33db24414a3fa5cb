import { type Remark, type Remarks, readLines } from "./remark.ts";

const gccPattern = /^(.+?):(\d+):(\d+): (optimized|missed|note): +(.*)$/;

/** Reads gcc's -fopt-info-vec-optimized, -vec-missed, -inline and -loop from the compiler's stderr. Other lines are skipped. */
export function parseGccOptInfo(text: string): Remarks {
  return readLines(text, (line) => {
    const match = line.length > 4096 ? null : gccPattern.exec(line);
    if (match?.[1] === undefined) return line === "" ? "ignore" : undefined;
    const topic = gccTopic(match[4] === "optimized", match[5] ?? "");
    if (topic === undefined) return "ignore";
    return {
      topic,
      message: match[5] ?? "",
      file: match[1],
      line: Number(match[2]),
      column: Number(match[3]),
    };
  });
}

function gccTopic(optimized: boolean, message: string): Remark["topic"] | undefined {
  if (/vectorized/.test(message) && optimized) return "vectorised";
  if (/vectorize|not vectorized/.test(message)) return "not vectorised";
  if (/^\s*(Inlin(ed|ing)|inlin(ed|ing))/.test(message)) return optimized ? "inlined" : "not inlined";
  if (/not inlin/.test(message)) return "not inlined";
  return optimized && /unrolled/.test(message) ? "unrolled" : undefined;
}

const clangPattern = /^(.+?):(\d+):(\d+): remark: (.*?) \[-Rpass(-missed|-analysis)?=([\w-]+)\]$/;

/** Reads clang's -Rpass, -Rpass-missed and -Rpass-analysis from the compiler's stderr. Other lines are skipped. */
export function parseClangRemarks(text: string): Remarks {
  return readLines(text, (line) => {
    const match = line.length > 4096 ? null : clangPattern.exec(line);
    if (match?.[1] === undefined) return line === "" ? "ignore" : undefined;
    const topic = clangTopic(match[6] ?? "", match[5] === undefined);
    if (topic === undefined) return "ignore";
    return {
      topic,
      message: match[4] ?? "",
      file: match[1],
      line: Number(match[2]),
      column: Number(match[3]),
    };
  });
}

function clangTopic(pass: string, passed: boolean): Remark["topic"] | undefined {
  if (pass === "loop-vectorize" || pass === "slp-vectorizer") return passed ? "vectorised" : "not vectorised";
  if (pass === "inline") return passed ? "inlined" : "not inlined";
  return pass === "loop-unroll" && passed ? "unrolled" : undefined;
}
