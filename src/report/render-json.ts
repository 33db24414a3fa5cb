import type { Report } from "../model/report.ts";

/** The report as a JSON document; numbers that are not finite (an end without a bound) become null. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
