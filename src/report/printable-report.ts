import { printable, printableLines } from "../base/printable.ts";
import type { Report } from "../model/report.ts";

/** Texts of several lines, and lines of source, which are indented by tabs. */
const keepsTabs = new Set(["detail", "lines"]);

/**
 * The report with every text in it made printable, keys too: names, paths, symbols and compiler output come from
 * outside. Every renderer for people starts with this, so that none can forget a place.
 */
export function printableReport(report: Report): Report {
  return printableTexts(report);
}

/** The same for any value that is made of texts, numbers, lists and records. */
export function printableTexts<T>(value: T): T {
  return safe(value, "") as T;
}

function safe(value: unknown, key: string): unknown {
  if (typeof value === "string") return keepsTabs.has(key) ? printableLines(value) : printable(value);
  if (Array.isArray(value)) return value.map((item) => safe(item, key));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [printable(name), safe(inner, name)]),
  );
}
