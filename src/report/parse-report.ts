import { getDotPath, safeParse } from "valibot";
import { Failure } from "../base/failure.ts";
import { printable } from "../base/printable.ts";
import type { Report } from "../model/report.ts";
import { reportSchema } from "./report-schema.ts";

/** Reads what `renderJson` wrote. Throws Failure (exit "usage") for text that is no report of this version. */
export function parseReport(text: string, shownPath: string): Report {
  const parsed = safeParse(reportSchema, readJson(text, shownPath));
  if (parsed.success) return boundless(parsed.output) as Report;
  const [issue] = parsed.issues;
  throw damaged(shownPath, `${printable(getDotPath(issue) ?? "")}: ${printable(issue.message)}`);
}

function readJson(text: string, shownPath: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(shownPath, error instanceof Error ? error.message : String(error));
  }
}

const lowEnds = new Set(["low"]);
const highEnds = new Set(["high", "atMost", "noiseFloor", "precisionReached"]);

/** Gives ends without a bound, null in JSON, their infinite value back. */
function boundless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(boundless);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (inner !== null) return [key, boundless(inner)];
      if (lowEnds.has(key)) return [key, Number.NEGATIVE_INFINITY];
      return [key, highEnds.has(key) ? Number.POSITIVE_INFINITY : null];
    }),
  );
}

function damaged(shownPath: string, reason: string): Failure {
  return new Failure({
    code: "report-damaged",
    exit: "usage",
    message: `${printable(shownPath)} is no report that this version can read (${printable(reason)}).`,
    help: "measure again, or read it with the version of perfgap that wrote it",
  });
}
