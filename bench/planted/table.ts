import type { CauseScore, PlantedSummary, PlantScore } from "./score.ts";
import type { Measured } from "./truth.ts";

export function formatHeading(): string {
  return [
    "Planted causes: what was measured directly, and what perfgap says.",
    row(["plant", "gap: truth", "gap: perfgap", "cause", "truth", "perfgap", "first", "result"]),
  ].join("\n");
}

/** One line for each planted cause, or one for a plant without; for people. */
export function formatScore(score: PlantScore): string {
  const lines = score.causes.length === 0 ? [undefined] : score.causes;
  return lines.map((cause, index) => formatLine(score, cause, index === 0)).join("\n");
}

function formatLine(score: PlantScore, cause: CauseScore | undefined, isFirst: boolean): string {
  return row([
    isFirst ? score.id : "",
    isFirst ? factor(score.gap.truth) : "",
    isFirst ? factor(score.gap.estimate) : "",
    cause?.factor ?? score.expectation,
    cause === undefined ? "" : percent(cause.truthShare),
    cause?.estimateShare === undefined ? "" : percent(cause.estimateShare),
    isFirst ? (score.first ?? "none") : "",
    isFirst ? result(score) : "",
  ]);
}

function result({ passed, remark, knownToFail }: PlantScore): string {
  if (knownToFail === undefined) return passed ? "pass" : `FAIL: ${remark}`;
  return passed ? `pass, but known to fail: ${knownToFail}` : `FAIL, as known: ${remark} (${knownToFail})`;
}

/** For people: failures that were expected count as failures. */
export function formatSummary({ passed, scored, failedAsKnown }: PlantedSummary): string {
  const failed = scored - passed;
  return `${passed} of ${scored} plants passed, ${failed} failed${failedAsKnown === 0 ? "" : `, ${failedAsKnown} of them as known`}.`;
}

function row(cells: readonly string[]): string {
  const widths = [11, 19, 19, 18, 7, 8, 18, 0];
  return cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" ");
}

function factor({ value, low, high }: Measured): string {
  return `${ratio(value)} (${ratio(low)}-${ratio(high)})`;
}

function ratio(log: number): string {
  return Math.exp(log).toFixed(2);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
